import { instantOf, instantText } from './instant';

/** When the faults of a VirtualService are to be over: `NAME: INSTANT`, one a line; without a name by hand, for all of them. */
export const FAULT_ANNOTATION = 'cdk8s-istio.dev/fault-expires';

export interface FaultExpiry {
  /** Which fault; empty where the annotation names none. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

export function writeFaultExpiries(expiries: readonly FaultExpiry[]): string {
  const lines = expiries.map(({ name, expires }) => `${name}: ${instantText(expires)}`);
  return [...new Set(lines)].sort().join('\n');
}

/** What it says, and the lines that say nothing. */
export function readFaultExpiries(annotation: string): { readonly expiries: FaultExpiry[]; readonly unreadable: string[] } {
  const expiries: FaultExpiry[] = [];
  const unreadable: string[] = [];
  for (const line of annotation.split('\n').map((text) => text.trim()).filter((text) => text !== '')) {
    const [, name = '', text] = /^(?:(.*):\s+)?(\S+)$/.exec(line) ?? [];
    const expires = text === undefined ? undefined : instantOf(text);
    if (expires === undefined) unreadable.push(line);
    else expiries.push({ name, expires });
  }
  return { expiries, unreadable };
}
