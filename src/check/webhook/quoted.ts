const LONGEST = 120;

/** A value in quotes, for a message: a long one is cut. */
export function quoted(value: string): string {
  return JSON.stringify(value.length <= LONGEST ? value : `${value.slice(0, LONGEST)}…`);
}
