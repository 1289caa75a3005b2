/** Where an object came from: a construct of an App, or a place in a text. */
export interface Origin {
  /** The path of the construct that wrote it, such as `shop/reviews-resilience/Resource`. */
  readonly construct?: string;
  /** The file it was read from (`-` is standard input), or the source file where its construct was made. */
  readonly file?: string;
  /** The line in that file, from 1: of the object's first key, or of the construct's `new`. */
  readonly line?: number;
  /**
   * The line of a field, or of its nearest parent that is there. Only for objects read from text; found by
   * reading that text again, so ask for it only when there is something to say.
   */
  lineOf?(path: string): number | undefined;
}
