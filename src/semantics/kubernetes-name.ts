import { createHash } from 'node:crypto';

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const MAX_LABEL = 63;

export function isDnsLabel(name: string): boolean {
  return name.length <= MAX_LABEL && LABEL.test(name);
}

export function isDnsName(name: string): boolean {
  return name.length <= 253 && name.split('.').every(isDnsLabel);
}

/** A label's value as Kubernetes accepts it. */
export function isLabelValue(value: string): boolean {
  return /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/.test(value);
}

/** A label's name as Kubernetes accepts it, with or without a prefix. */
export function isLabelKey(key: string): boolean {
  const [name, prefix, ...rest] = key.split('/').reverse();
  return rest.length === 0 && name !== '' && isLabelValue(name) && (prefix === undefined || isDnsName(prefix));
}

/** A host as Istio's webhook accepts it: a DNS name, perhaps with a leading `*.` label. */
export function isHost(host: string): boolean {
  return isDnsName(host.startsWith('*.') ? host.slice(2) : host);
}

/** `name` if it fits into a DNS label, else cut, with a hash of the whole so that two long names stay two. */
export function shortName(name: string): string {
  if (name.length <= MAX_LABEL) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, MAX_LABEL - hash.length - 1).replace(/[-.]+$/, '')}-${hash}`;
}
