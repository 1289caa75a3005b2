const NOT_IN_YAML = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** JSON that a YAML reader reads as the same: YAML knows fewer characters than JSON. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replace(NOT_IN_YAML, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
