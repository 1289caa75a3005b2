import { Descriptor } from './descriptors';
import { Entry } from './envoy-rate-limit';

/** The units of a rate limit service, by their seconds. */
export const UNITS: Readonly<Record<number, string>> = { 1: 'second', 60: 'minute', 3600: 'hour', 86_400: 'day' };

/** The file that a rate limit service reads: https://github.com/envoyproxy/ratelimit#the-configuration-format */
export function descriptorsFile(domain: string, descriptors: readonly Descriptor[]): string {
  return [`domain: ${text(domain)}`, 'descriptors:', ...descriptors.flatMap((descriptor) => nested(descriptor, descriptor.entries, ''))].join('\n') + '\n';
}

/** A list of entries is a path of nested descriptors; the last one has the limit. */
function nested({ rate, ...descriptor }: Descriptor, [entry, ...rest]: readonly Entry[], indent: string): string[] {
  const inner = `${indent}    `;
  return [
    `${indent}  - key: ${text(entry.key)}`,
    ...entry.value === undefined ? [] : [`${inner}value: ${text(entry.value)}`],
    ...rest.length > 0
      ? [`${inner}descriptors:`, ...nested({ rate, ...descriptor }, rest, inner)]
      : [`${inner}rate_limit:`, `${inner}  unit: ${UNITS[rate.seconds]}`, `${inner}  requests_per_unit: ${rate.requests}`],
  ];
}

/** In quotes, so that no reader takes it for something else. */
function text(value: string): string {
  return JSON.stringify(value);
}
