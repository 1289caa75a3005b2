import { UsageError } from './usage-error';
import { readFiles } from '../manifest/from-files';
import { ReadObjects, ReadOptions } from '../manifest/yaml-text';

/** What a command is given: the objects it speaks of, and what else stands in the cluster. */
export interface MeshInput {
  readonly own: ReadObjects;
  /** Of `--context`; undefined where it is not given. */
  readonly context?: ReadObjects;
}

/** Reads the paths of a command and those of its `--context`, which has to hold something. */
export function readInput(paths: readonly string[], contextPaths: readonly string[] | undefined, options: ReadOptions): MeshInput {
  const own = readFiles(paths, options);
  if (contextPaths === undefined) return { own };
  const context = readFiles(contextPaths, options);
  if (context.objects.length === 0) {
    throw new UsageError(`--context ${contextPaths.join(' ')}: there is no object in it. ${context.problems[0]?.message ?? ''}`.trimEnd());
  }
  return { own, context };
}
