import { describeJson, quoteValue } from './quote-value';
import { SchemaNode } from './schema-node';

/** What a value of each type is called. */
export const NOUNS: Readonly<Record<SchemaNode['type'], string>> = {
  'object': 'an object',
  'array': 'a list',
  'string': 'a string',
  'integer': 'a whole number',
  'number': 'a number',
  'boolean': 'true or false',
  'int-or-string': 'a whole number or a string',
};

export function wrongTypeMessage(node: SchemaNode, value: unknown): string {
  return `It is ${describeJson(value)}, but must be ${NOUNS[node.type]}.`;
}

/** What to write instead, where the value lets guess what was meant. */
export function fixForWrongType(node: SchemaNode, value: unknown): string {
  switch (node.type) {
    case 'string':
      if (typeof value === 'number' && isDuration(node)) return value > 0 ? `Write it with its unit, such as ${value}s or ${value}ms.` : 'Write a duration, such as 500ms or 5s.';
      if (typeof value === 'number' || typeof value === 'boolean') return `Put it in quotes: "${value}".`;
      break;
    case 'integer':
    case 'number':
      if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))) return `Write ${Number(value)}, without quotes.`;
      if (node.type === 'integer' && typeof value === 'number' && Number.isFinite(value)) return `Write a whole number, such as ${Math.round(value)}.`;
      break;
    case 'boolean':
      if (typeof value === 'string' && /^(?:true|false)$/i.test(value)) return `Write ${value.toLowerCase()}, without quotes.`;
      break;
    case 'array':
      if (value !== null) return `Make it a list: begin ${typeof value === 'object' ? 'the object' : quoteValue(value)} with a dash.`;
      break;
    case 'object':
      if (Array.isArray(value)) return 'Remove the dash: it is a single object, not a list.';
      break;
    default:
  }
  return value === null ? 'Remove it, or write a value.' : `Write ${NOUNS[node.type]}.`;
}

function isDuration({ rules }: SchemaNode): boolean {
  return rules !== undefined && rules.some((rule) => rule.startsWith('duration(self)'));
}
