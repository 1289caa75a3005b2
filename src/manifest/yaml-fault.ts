/** Why a text cannot be read, and where. */
export class YamlFault extends Error {
  /** @param position in the text of the document */
  constructor(public readonly position: number, message: string, public readonly fix: string) {
    super(message);
  }
}
