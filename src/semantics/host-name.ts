/** Istio, other than Kubernetes, takes capitals in the labels of a name. */
const LABEL = /^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$/;
/** `*`, `*-api`, `*api`, or a label. */
const WILDCARD_LABEL = /^(?:\*|(?:\*-?)?[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)$/;
const MAX_LABEL = 63;
const MAX_NAME = 255;

/** A name that is nothing out of the ordinary: lower case, no label that could be too long, an end in a letter. */
const ORDINARY = /^(?:[a-z0-9](?:-?[a-z0-9]){0,30}\.){0,6}[a-z](?:-?[a-z0-9]){0,30}$/;

/** A label of a DNS name as Istio takes it: letters of either case, digits and inner dashes, at most 63. */
export function isHostLabel(text: string): boolean {
  return text.length <= MAX_LABEL && LABEL.test(text);
}

/** A fully qualified name as istiod's webhook takes it, also a single label; `reviews.` is one, `10.0.0.1` is not. */
export function isFqdn(name: string): boolean {
  return fqdnProblem(name) === undefined;
}

/** What is wrong with a fully qualified name, for a message; nothing if it is one. */
export function fqdnProblem(name: string): string | undefined {
  return ORDINARY.test(name) ? undefined : lengthProblem(name) ?? labelsProblem(name);
}

/** A host as istiod's webhook takes it: a name whose first label may be, or start with, an asterisk. */
export function isWildcardHost(host: string): boolean {
  return wildcardHostProblem(host) === undefined;
}

/** What is wrong with a host that may have a wildcard in front, for a message; nothing if it is one. */
export function wildcardHostProblem(host: string): string | undefined {
  if (ORDINARY.test(host)) return undefined;
  const tooLong = lengthProblem(host);
  if (tooLong !== undefined) return tooLong;
  const dot = host.indexOf('.');
  const first = dot < 0 ? host : host.slice(0, dot);
  if (first.length > MAX_LABEL || !WILDCARD_LABEL.test(first)) return labelProblem(first);
  return dot < 0 ? undefined : labelsProblem(host.slice(dot + 1));
}

/** Whether a host stands for many: `*`, `*.example.com`. */
export function isWildcarded(host: string): boolean {
  return host.startsWith('*');
}

/** Whether there is a name that both hosts cover. A wildcard covers any text before its end: `*.com`, `*`. */
export function hostsOverlap(one: string, other: string): boolean {
  return isHostWithin(one, other) || isHostWithin(other, one);
}

/** Whether a host covers no name that the other does not: `a.example.com` within `*.example.com`. */
export function isHostWithin(inner: string, outer: string): boolean {
  if (!isWildcarded(outer)) return inner === outer;
  return (isWildcarded(inner) ? inner.slice(1) : inner).endsWith(outer.slice(1));
}

/** Many hosts, asked whether one of them covers another: in time that does not depend on their number. */
export class HostSet {
  private readonly exact = new Set<string>();
  /** What follows the asterisk. */
  private readonly ends = new Set<string>();

  /** Adds a host, and says whether it was there before. */
  public add(host: string): boolean {
    const set = isWildcarded(host) ? this.ends : this.exact;
    const text = isWildcarded(host) ? host.slice(1) : host;
    if (set.has(text)) return true;
    set.add(text);
    return false;
  }

  /** Whether a host is within one of these. */
  public covers(host: string): boolean {
    return isWildcarded(host) ? this.endCovering(host, 1) !== undefined : this.exact.has(host) || this.endCovering(host, 0) !== undefined;
  }

  /** The wildcard among these, other than the host itself, that the host is within. */
  public widerThan(host: string): string | undefined {
    const end = this.endCovering(host, isWildcarded(host) ? 2 : 0);
    return end === undefined ? undefined : `*${end}`;
  }

  private endCovering(host: string, from: number): string | undefined {
    if (this.ends.size === 0) return undefined;
    for (let i = from; i <= host.length; i++) {
      const end = host.slice(i);
      if (this.ends.has(end)) return end;
    }
    return undefined;
  }
}

function lengthProblem(name: string): string | undefined {
  if (name.length > MAX_NAME) return `has ${name.length} characters, and a name has at most ${MAX_NAME}`;
  return name === '' ? 'is empty' : undefined;
}

function labelsProblem(name: string): string | undefined {
  const labels = name.split('.');
  const last = labels.length - 1;
  if (isGoInteger(labels[last])) return `ends in the number ${labels[last]}, as no name does`;
  // One dot at the end is fine: `istio.io.`.
  const count = labels[last] === '' ? last : last + 1;
  for (let i = 0; i < count; i++) if (!isHostLabel(labels[i])) return labelProblem(labels[i]);
  return undefined;
}

/** What Go's `strconv.Atoi` reads: more than 63 bits are no integer to it. */
function isGoInteger(text: string): boolean {
  return /^\d+$/.test(text) && (text.length < 19 || BigInt(text) < 2n ** 63n);
}

function labelProblem(label: string): string {
  if (label === '') return 'has an empty part between its dots';
  if (label.length > MAX_LABEL) {
    return `has a part of ${label.length} characters, ${JSON.stringify(`${label.slice(0, MAX_LABEL)}…`)}; between dots stand at most ${MAX_LABEL}`;
  }
  return `has the part ${JSON.stringify(label)}, which is not made of letters, digits and inner dashes`;
}
