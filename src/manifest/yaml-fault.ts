/** Why a text cannot be read, and where. It is thrown, yet no Error: to record stacks for it would be most of the work. */
export class YamlFault {
  /** @param position in the text of the document */
  constructor(public readonly position: number, public readonly message: string, public readonly fix: string) {}
}
