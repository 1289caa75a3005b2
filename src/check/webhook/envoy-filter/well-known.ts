import { isScalar } from './scalar';
import { isJsonObject } from '../../../manifest/json';
import { goDurationNanoseconds } from '../../../semantics/go-duration';

/** The messages of protobuf itself that are written in JSON in a way of their own, but for Any. */
const WRAPPED: Readonly<Record<string, string>> = {
  BoolValue: 'b',
  BytesValue: 'y',
  StringValue: 's',
  Int32Value: 'i',
  UInt32Value: 'u',
  FloatValue: 'f',
  Int64Value: 'l',
  UInt64Value: 'v',
  DoubleValue: 'd',
};
const PACKAGE = 'google.protobuf.';
/** Those that an Any holds in a field `value`. */
const WITH_VALUE = new Set([...Object.keys(WRAPPED), 'Empty', 'Any', 'Duration', 'Timestamp', 'Struct', 'Value', 'ListValue']);

/** Hours may have one digit, the fraction a comma and the zone 24 hours: Go is not strict here. */
const TIMESTAMP = /^(\d{4})-(\d\d)-(\d\d)T(\d{1,2}):(\d\d):(\d\d)(?:[.,]\d+)?(?:Z|[-+](\d\d):(\d\d))$/;

/** Whether an Any writes a message's JSON under `value` rather than beside its `@type`. */
export function standsUnderValue(fullName: string): boolean {
  return fullName.startsWith(PACKAGE) && WITH_VALUE.has(fullName.slice(PACKAGE.length));
}

/**
 * What a well-known message should be, if the value is none; an empty text if it is one; undefined for other messages,
 * which are read by their fields.
 */
export function wellKnownProblem(value: unknown, fullName: string): string | undefined {
  if (!fullName.startsWith(PACKAGE)) return undefined;
  const name = fullName.slice(PACKAGE.length);
  const scalar = Object.prototype.hasOwnProperty.call(WRAPPED, name) ? WRAPPED[name] : undefined;
  if (scalar !== undefined) return isScalar(value, scalar) ? '' : scalar;
  switch (name) {
    case 'Duration': return typeof value === 'string' && goDurationNanoseconds(value) !== undefined ? '' : 'a duration such as 5s or 250ms';
    case 'Timestamp': return typeof value === 'string' && isTimestamp(value) ? '' : 'a time such as 2030-01-31T12:00:00Z';
    case 'Struct': return isJsonObject(value) ? '' : 'an object';
    case 'ListValue': return Array.isArray(value) ? '' : 'a list';
    case 'Value': return '';
    default: return undefined;
  }
}

function isTimestamp(text: string): boolean {
  const match = TIMESTAMP.exec(text);
  if (match === null) return false;
  const [year, month, day, hour, minute, second, zoneHours, zoneMinutes] = match.slice(1).map(part => Number(part ?? 0));
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return false;
  if (zoneHours > 24 || zoneMinutes > 60) return false;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= (month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31);
}
