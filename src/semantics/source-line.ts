import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The type of the metadata entry that remembers where a construct was made: an object with a `stack`. */
export const SOURCE = 'cdk8s-istio:source';

export interface SourceLine {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** This package's own folder: neither `src` nor `lib` of it is where a user works. */
const OWN = __dirname.slice(0, __dirname.lastIndexOf(sep));

/**
 * The first frame that is neither ours nor a dependency's nor Node's. Relative to the working directory, if below it.
 * A program in another language has no frames here: those there are belong to the jsii kernel that it talks to.
 */
export function sourceLine(trace: { readonly stack?: string }): SourceLine | undefined {
  if (process.env.JSII_AGENT) return undefined;
  for (const frame of (trace.stack ?? '').split('\n')) {
    const match = /\(?((?:file:\/\/|\/|[A-Za-z]:[\\/])[^()]*?):(\d+):\d+\)?$/.exec(frame.trim());
    if (!match) continue;
    const file = match[1].startsWith('file://') ? fileURLToPath(match[1]) : match[1];
    if (file.startsWith(OWN + sep) || file.includes(`${sep}node_modules${sep}`)) continue;
    const here = process.cwd() + sep;
    return { file: file.startsWith(here) ? file.slice(here.length) : file, line: Number(match[2]) };
  }
  return undefined;
}
