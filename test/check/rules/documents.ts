/** Documents of one text. */
export function documents(...parts: string[]): string {
  return parts.join('\n---\n');
}
