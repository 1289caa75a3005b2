/** Input that could not be read as Kubernetes objects. The rest of the input is read all the same. */
export interface ReadProblem {
  /** The file (`-` is standard input), or undefined for an App. */
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  /** From 1. */
  readonly column?: number;
  /** The construct, when an object of an App cannot be rendered. */
  readonly construct?: string;
  /** Whether it is a file of another program's that was met in a folder, and nothing is wrong with it. */
  readonly isForeign?: boolean;
  readonly message: string;
  readonly fix: string;
}
