import { Schema } from './crd';

/**
 * Which values of a dictionary a field of the schema takes, roughly. It only steers the generator: where it is
 * wrong, a "valid" document is refused, by both sides alike.
 */
export function fits(schema: Schema, value: unknown): boolean {
  switch (schema.type) {
    case 'string': return typeof value === 'string' && stringFits(schema, value);
    case 'integer': return Number.isInteger(value) && numberFits(schema, value as number);
    case 'number': return typeof value === 'number' && numberFits(schema, value);
    case 'boolean': return typeof value === 'boolean';
    case 'array': return Array.isArray(value);
    case 'object': return typeof value === 'object' && value !== null && !Array.isArray(value);
    default: return typeof value === 'string' || Number.isInteger(value);
  }
}

function numberFits(schema: Schema, value: number): boolean {
  if (schema.minimum !== undefined && value < schema.minimum) return false;
  if (schema.maximum !== undefined && value > schema.maximum) return false;
  if (schema.format === 'int32' && (value < -0x8000_0000 || value > 0x7fff_ffff)) return false;
  if (Math.abs(value) >= 2 ** 63) return false;
  return rulesOf(schema).every((rule) => rule !== '0 < self && self <= 65535' || (value > 0 && value <= 65535));
}

function stringFits(schema: Schema, value: string): boolean {
  const length = [...value].length;
  if (schema.enum && !schema.enum.includes(value)) return false;
  if (schema.minLength !== undefined && length < schema.minLength) return false;
  if (schema.maxLength !== undefined && length > schema.maxLength) return false;
  if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value)) return false;
  if (schema.format === 'byte' && !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value)) return false;
  return rulesOf(schema).every((rule) => ruleFits(rule, value));
}

function ruleFits(rule: string, value: string): boolean {
  if (rule.startsWith('duration(self)')) return milliseconds(value) >= 1;
  if (rule.includes('self.contains("*")')) return !value.includes('*');
  if (rule === 'self.size() == 0') return value === '';
  if (rule === 'self != "*"') return value !== '*';
  if (rule.startsWith('self in ["", "HTTP"')) return ['', 'HTTP', 'HTTPS'].includes(value);
  if (rule.includes('self.substring(7, 8)')) return !value.startsWith('unix://') || /^unix:\/\/[/@]/.test(value);
  if (rule.includes('endsWith("/")')) return !value.startsWith('unix://') || !value.endsWith('/');
  if (rule.startsWith('url(self)')) return /^https?:\/\//.test(value);
  if (rule.includes('isURL(self)')) return !/^\w+:\/\//.test(value) || /^(?:https?|oci|file):\/\//.test(value);
  return true;
}

/** Which keys a map takes. */
export function keyFits(schema: Schema, key: string): boolean {
  return rulesOf(schema).every((rule) => {
    if (rule.includes('key.contains("*")')) return !key.includes('*');
    if (rule.includes('key.size() != 0')) return key !== '';
    if (rule.includes('size(key) < 63')) return key.length < 63 && /^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$/.test(key);
    if (rule.includes('int(key)')) return /^\d+$/.test(key) && Number(key) > 0 && Number(key) <= 65535;
    return true;
  });
}

export function rulesOf(schema: Schema): string[] {
  return (schema['x-kubernetes-validations'] ?? []).map(({ rule }) => rule);
}

/** Sets of fields of which an object may have one: from its oneOf, and from rules that count. */
export function exclusiveFields(schema: Schema): string[][] {
  const nested = (schema.allOf ?? []).flatMap(exclusiveFields);
  const fields = (schema.oneOf ?? []).flatMap(({ required }) => required ?? []);
  const counted = rulesOf(schema)
    .filter((rule) => /<= 1$/.test(rule.trim()))
    .map((rule) => [...rule.matchAll(/has\(self\.(\w+)\)/g)].map(([, field]) => field));
  const either = rulesOf(schema)
    .map((rule) => /^has\(self\.(\w+)\) != has\(self\.(\w+)\)$/.exec(rule.trim()))
    .flatMap((match) => match ? [[match[1], match[2]]] : []);
  return [...nested, fields, ...counted, ...either].filter((group) => group.length > 1);
}

const UNITS: Record<string, number> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1e3, m: 60e3, h: 3600e3 };

/** The length of a duration in Go's notation; NaN if it is none. */
export function milliseconds(text: string): number {
  if (!/^[-+]?(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h)(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))*$/.test(text)) return NaN;
  let sum = 0;
  for (const [, number, unit] of text.matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g)) sum += Number(number) * UNITS[unit];
  return text.startsWith('-') ? -sum : sum;
}
