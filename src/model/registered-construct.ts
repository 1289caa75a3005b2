import { IConstruct } from 'constructs';
import { SynthCheck } from './synth-check';
import { SOURCE } from '../semantics/source-line';

/** Frames beyond the construct's `new`: a factory or two of the user's own. */
const FRAMES = 6;

/**
 * Every construct of this library calls it first: it remembers where it was made, and its App is checked at synth.
 * Only the frames are taken; they become text when somebody asks.
 * @param made the class whose constructor is running: frames above it are the user's
 */
export function registerConstruct(construct: IConstruct, made: Function): void {
  const trace: { stack?: string } = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES;
  Error.captureStackTrace(trace, made);
  Error.stackTraceLimit = limit;
  construct.node.addMetadata(SOURCE, trace);
  SynthCheck._register(construct);
}
