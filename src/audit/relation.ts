import { Condition } from './condition';
import { isPattern, patternsMeet, patternWithin } from '../check/facts/authorization-patterns';

/** Attributes whose values are compared as text, where an asterisk at an end stands for any. */
const TEXT: ReadonlySet<string> = new Set(['request.method', 'request.path', 'request.host', 'source.principal', 'source.serviceAccount']);

/** Whether nothing that fulfils all of `given` fulfils `asked`; false also where that cannot be told. */
export function isApartFrom(given: readonly Condition[], asked: Condition): boolean {
  const { values, excluded, attribute } = asked;
  if (!isText(attribute)) return false;
  return given.some((one) => one.attribute === attribute && one.values.length + one.excluded.length > 0 && (
    (values.length > 0 && one.values.length > 0 && one.values.every((value) => values.every((other) => apart(attribute, value, other))))
    || (values.length > 0 && values.every((value) => one.excluded.some((other) => within(attribute, value, other))))
    || (one.values.length > 0 && one.values.every((value) => excluded.some((other) => within(attribute, value, other))))));
}

/** Whether everything that fulfils all of `given` fulfils `asked`; false also where that cannot be told. */
export function isImpliedBy(given: readonly Condition[], asked: Condition): boolean {
  const { values, excluded, attribute } = asked;
  const same = given.filter((one) => one.attribute === attribute);
  if (!isText(attribute)) return same.some((one) => holdsAll(one.values, values) && excluded.every((value) => one.excluded.includes(value)));
  return (values.length === 0 || same.some((one) => one.values.length > 0
      && one.values.every((value) => values.some((other) => within(attribute, value, other)))))
    && excluded.every((value) => same.some((one) => one.excluded.some((other) => within(attribute, value, other))
      || (one.values.length > 0 && one.values.every((own) => apart(attribute, own, value)))));
}

function holdsAll(own: readonly string[], wanted: readonly string[]): boolean {
  return wanted.length === 0 || (own.length > 0 && own.every((value) => wanted.includes(value)));
}

function isText(attribute: string): boolean {
  return TEXT.has(attribute);
}

function within(attribute: string, inner: string, outer: string): boolean {
  const [one, other] = [folded(attribute, inner), folded(attribute, outer)];
  return one === other || (!isTemplate(attribute, one, other) && patternWithin(one, other));
}

function apart(attribute: string, one: string, other: string): boolean {
  const [a, b] = [folded(attribute, one), folded(attribute, other)];
  if (isTemplate(attribute, a, b)) return !isPattern(a) && !isPattern(b) && literal(a) !== undefined && literal(b) !== undefined && headsDiffer(a, b);
  return !patternsMeet(a, b);
}

function folded(attribute: string, value: string): string {
  return attribute === 'request.host' ? value.toLowerCase() : value;
}

function isTemplate(attribute: string, ...values: readonly string[]): boolean {
  return attribute === 'request.path' && values.some((value) => value.includes('{'));
}

function literal(path: string): string | undefined {
  const head = path.split('{', 1)[0];
  return head === '' ? undefined : head;
}

/** Two paths, or what stands before their templates, that begin differently never meet. */
function headsDiffer(one: string, other: string): boolean {
  const [a, b] = [literal(one)!, literal(other)!];
  const length = Math.min(a.length, b.length);
  return a.slice(0, length) !== b.slice(0, length);
}
