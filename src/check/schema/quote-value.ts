const MOST_CHARACTERS = 80;
const MOST_KEYS = 5;

/** A value for a message: short, and without a look into what it holds, which may be thousands of levels deep. */
export function quoteValue(value: unknown): string {
  switch (typeof value) {
    case 'string': return JSON.stringify(cut(value));
    case 'object': return value === null ? 'null' : describeContainer(value);
    case 'undefined': return 'nothing';
    case 'number':
    case 'boolean':
    case 'bigint': return String(value);
    default: return `a ${typeof value}`;
  }
}

/** What kind of value it is, for "X is a list": a type and the value where that is short. */
export function describeJson(value: unknown): string {
  switch (typeof value) {
    case 'string': return `the string ${quoteValue(value)}`;
    case 'number': return `the number ${value}`;
    case 'boolean': return `the boolean ${value}`;
    default: return quoteValue(value);
  }
}

function describeContainer(value: object): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  const keys = Object.keys(value);
  if (keys.length === 0) return 'an empty object';
  const shown = keys.slice(0, MOST_KEYS).map(cut).join(', ');
  return `an object with ${shown}${keys.length > MOST_KEYS ? ` and ${keys.length - MOST_KEYS} more` : ''}`;
}

function cut(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}\u2026` : text;
}
