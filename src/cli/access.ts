import { writeFileSync } from 'node:fs';
import { oneOf, parsedArguments } from './command-arguments';
import { readInput } from './mesh-input';
import { UsageError } from './usage-error';
import { Access, accessOf } from '../audit/access';
import { jsonReport } from '../audit/report/json';
import { markdownReport } from '../audit/report/markdown';
import { svgReport } from '../audit/report/svg';
import { textReport } from '../audit/report/text';
import { MeshSnapshot } from '../manifest/mesh-snapshot';

const HELP = `Usage: cdk8s-istio access [options] PATH… | -

Who may call whom, how, and which policy says so, from Kubernetes YAML or JSON, written by this library or
not. Folders are searched for .yaml, .yml and .json, but for node_modules and names that begin with a dot;
- is standard input. What is not in the input is taken not to exist.

  --format NAME       text, markdown, json or svg (default: text)
  --output FILE       where to write it (default: standard output)
  --context PATH      what else stands in the cluster, such as a dump of it; may be repeated
  -n, --namespace NS  where objects stand that do not say so (default: default)
  --no-color          plain text; also with NO_COLOR, and where no terminal listens
  -h, --help          this text

Exit codes: 0 the report is written and whole, 1 it is written, but some of the input could not be read or
would be refused by Istio, so that it is not in it, 2 bad usage.
`;

const OPTIONS = {
  'format': { type: 'string' },
  'output': { type: 'string' },
  'context': { type: 'string', multiple: true },
  'namespace': { type: 'string', short: 'n' },
  'no-color': { type: 'boolean' },
  'help': { type: 'boolean', short: 'h' },
} as const;

const FORMATS = ['text', 'markdown', 'json', 'svg'] as const;
type Format = typeof FORMATS[number];

export function accessCommand(args: readonly string[]): number {
  const { values, positionals } = parsedArguments('access', args, OPTIONS);
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (positionals.length === 0) throw new UsageError('Nothing is given to report on. Name files or folders, or - for standard input.');
  const format: Format = oneOf('--format', values.format ?? 'text', FORMATS);
  const { own: { objects, problems }, context } = readInput(positionals, values.context, { defaultNamespace: values.namespace ?? 'default' });
  if (objects.length === 0) {
    const why = problems.find(({ isForeign }) => !isForeign);
    // A pipe whose first half failed must not pass for a mesh that nobody may call.
    throw new UsageError(`${why === undefined ? 'There is no Kubernetes object in the input' : `${why.file ?? positionals[0]}: ${why.message}`} Nothing is reported.`.replace(/([^.!?]) Nothing/, '$1. Nothing'));
  }
  const whole = { complete: context !== undefined, context: context?.objects };
  const access = accessOf(new MeshSnapshot(objects, [...problems, ...context?.problems ?? []], whole));
  const isTerminal = values.output === undefined && Boolean(process.stdout.isTTY);
  const text = written(access, format, {
    color: isTerminal && !values['no-color'] && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
    width: isTerminal ? Math.max(80, process.stdout.columns ?? 120) : 120,
  });
  if (values.output === undefined) process.stdout.write(text);
  else save(values.output, text);
  return access.refused.length > 0 || access.problems.length > 0 ? 1 : 0;
}

function written(access: Access, format: Format, text: Parameters<typeof textReport>[1]): string {
  switch (format) {
    case 'text': return textReport(access, text);
    case 'markdown': return markdownReport(access);
    case 'json': return `${JSON.stringify(jsonReport(access), undefined, 2)}\n`;
    case 'svg': return svgReport(access);
  }
}

function save(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(`--output ${file}: it cannot be written: ${(error as Error).message}.`);
  }
}
