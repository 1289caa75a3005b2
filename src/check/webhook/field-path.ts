/** Where a check stands in an object. Cheap to make; the text is built only when there is something to say. */
export class FieldPath {
  constructor(private readonly parent: FieldPath | string, private readonly name: string, private readonly index?: number) {}

  public field(name: string): FieldPath {
    return new FieldPath(this, name);
  }

  public item(name: string, index: number): FieldPath {
    return new FieldPath(this, name, index);
  }

  public toString(): string {
    return this.index === undefined ? `${this.parent}.${this.name}` : `${this.parent}.${this.name}[${this.index}]`;
  }
}
