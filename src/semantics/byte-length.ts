/** How many bytes a string takes in UTF-8, which is what Go's `len` counts. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text);
}
