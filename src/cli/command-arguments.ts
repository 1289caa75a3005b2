import { ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from './usage-error';

type Parsed<T extends ParseArgsConfig['options']> = ReturnType<typeof parseArgs<{ args: string[]; allowPositionals: true; options: T }>>;

/** What a command is given, by its options; what it does not know is bad usage. */
export function parsedArguments<T extends NonNullable<ParseArgsConfig['options']>>(command: string, args: readonly string[], options: T): Parsed<T> {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('. ')[0].replace(/\.$/, '')}. See: cdk8s-istio ${command} --help`);
  }
}

/** The value of an option that takes one of some words. */
export function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  if (!(allowed as readonly string[]).includes(value)) throw new UsageError(`${option} '${value}' does not exist. Use one of: ${allowed.join(', ')}.`);
  return value as T;
}
