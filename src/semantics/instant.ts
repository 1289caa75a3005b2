const INSTANT = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/;

/**
 * An instant in ISO 8601, with its time and its zone (`2026-12-01T18:00:00Z`, `2026-12-01T18:00+01:00`), as milliseconds
 * since 1970. Undefined for everything else, and for days that do not exist.
 */
export function instantOf(text: string): number | undefined {
  const [, minute] = INSTANT.exec(text) ?? [];
  if (minute === undefined) return undefined;
  const instant = Date.parse(text);
  // `Date` takes the 30th of February for the 2nd of March.
  const exists = Number.isFinite(instant) && new Date(Date.parse(`${minute}Z`)).toISOString().startsWith(minute);
  return exists ? instant : undefined;
}

/** The one way that instants are written: in UTC, and fractions of a second only where there are some. */
export function instantText(instant: number): string {
  return new Date(instant).toISOString().replace('.000Z', 'Z');
}
