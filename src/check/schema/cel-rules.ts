import { goUrlScheme, isGoUrl } from './go-url';
import { quoteValue } from './quote-value';
import { isAtLeastOneMillisecond } from '../../semantics/go-duration';

/** One CEL rule of Istio's CRDs. */
export interface CelRule {
  /**
   * Whether it holds for a value that fits the schema and holds no null but in nullable fields. Where CEL fails to
   * evaluate, which rejects, it is false.
   */
  readonly holds: (value: any) => boolean;
  /** What is wrong with a value for which it does not hold. */
  readonly problem: (value: any) => string;
  readonly fix: string;
}

/** CEL's `has(self.field)`: a null is nothing. */
function has(value: any, field: string): boolean {
  return value[field] !== undefined && value[field] !== null;
}

/** `atMostOne(a, b)`, of which the second and later may be lists of alternatives. */
function atMostOne(...fields: string[]): CelRule {
  return {
    holds: (value) => {
      let count = 0;
      for (const field of fields) if (has(value, field)) count++;
      return count <= 1;
    },
    problem: (value) => `${fields.filter((field) => has(value, field)).join(' and ')} are set together; only one of ${fields.join(', ')} may be.`,
    fix: 'Keep one of them and remove the others.',
  };
}

function everyKey(holds: (key: string) => boolean, problem: (key: string) => string, fix: string): CelRule {
  return {
    holds: (value) => {
      for (const key in value) if (!holds(key)) return false;
      return true;
    },
    problem: (value) => problem(Object.keys(value).find((key) => !holds(key))!),
    fix,
  };
}

function everyValue(holds: (value: string) => boolean, problem: (quoted: string) => string, fix: string): CelRule {
  return { holds, problem: (value) => problem(quoteValue(value)), fix };
}

const INT = /^[+-]?[0-9]+$/;

/** CEL's `int(key)`, which takes a sign and leading zeros, within the range of ports. */
function isPortKey(key: string): boolean {
  if (!INT.test(key)) return false;
  const port = Number(key);
  return port > 0 && port <= 65535;
}

const PORT_NAME = /^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$/;
const WEB_SCHEMES = new Set(['http', 'https']);
const MODULE_SCHEMES = new Set(['', 'http', 'https', 'file', 'oci']);

/** A URL of a Wasm module, which may leave its scheme out: then it is an image. */
const moduleUrl = everyValue(
  (url) => {
    const scheme = isGoUrl(url) ? goUrlScheme(url) : (isGoUrl(`http://${url}`) ? goUrlScheme(`http://${url}`) : undefined);
    return scheme !== undefined && MODULE_SCHEMES.has(scheme);
  },
  (quoted) => `${quoted} is no URL of a module: its scheme must be oci, file, http or https, or be left out.`,
  'Write for example oci://registry.example.com/filters/auth:1.0; a registry with a port needs oci:// before it.',
);

const startsWithUnix = (address: unknown): boolean => typeof address === 'string' && address.startsWith('unix://');

const oneKindOfCertificates = atMostOne('credentialNames', 'tlsCertificates');

const portNumber: CelRule = {
  holds: (port) => port > 0 && port <= 65535,
  problem: (port) => `${quoteValue(port)} is no port.`,
  fix: 'Write a port from 1 to 65535.',
};

/** Every rule of the CRDs by its text. The build fails on one that is not here (tools/schema). */
export const CEL_RULES: ReadonlyMap<string, CelRule> = new Map<string, CelRule>([
  ['(has(self.selector) ? 1 : 0) + (has(self.targetRef) ? 1 : 0) + (has(self.targetRefs) ? 1 : 0) <= 1',
    atMostOne('selector', 'targetRef', 'targetRefs')],
  ['(has(self.workloadSelector) ? 1 : 0) + (has(self.targetRefs) ? 1 : 0) <= 1', atMostOne('workloadSelector', 'targetRefs')],
  ['(has(self.selector) ? 1 : 0) + (has(self.targetRefs) ? 1 : 0) <= 1', atMostOne('selector', 'targetRefs')],
  ['(has(self.tlsCertificates) ? 1 : 0) + (has(self.credentialNames) ? 1 : 0) <= 1', oneKindOfCertificates],
  ['(has(self.credentialName) ? 1 : 0) + (has(self.credentialNames) ? 1 : 0) <= 1', atMostOne('credentialName', 'credentialNames')],
  ['(has(self.credentialNames) ? 1 : 0) + (has(self.tlsCertificates) ? 1 : 0) <= 1', oneKindOfCertificates],
  ['(has(self.jwksUri) ? 1 : 0) + (has(self.jwks_uri) ? 1 : 0) + (has(self.jwks) ? 1 : 0) <= 1', atMostOne('jwksUri', 'jwks_uri', 'jwks')],
  ['(has(self.workloadSelector) ? 1 : 0) + (has(self.endpoints) ? 1 : 0) <= 1', atMostOne('workloadSelector', 'endpoints')],

  ['(has(self.serviceAccounts) || has(self.notServiceAccounts)) ? (!has(self.principals) &&\n!has(self.notPrincipals) && !has(self.namespaces) && !has(self.notNamespaces)) : true', {
    holds: (source) => !(has(source, 'serviceAccounts') || has(source, 'notServiceAccounts'))
      || !(has(source, 'principals') || has(source, 'notPrincipals') || has(source, 'namespaces') || has(source, 'notNamespaces')),
    problem: () => 'serviceAccounts or notServiceAccounts stand beside principals or namespaces, and exclude them.',
    fix: 'Name service accounts as NAMESPACE/NAME and remove principals, notPrincipals, namespaces and notNamespaces; or the other way round.',
  }],
  ['self.all(key, !key.contains("*"))',
    everyKey((key) => !key.includes('*'), (key) => `The key ${quoteValue(key)} holds *.`, 'Write whole label keys: a selector takes no wildcard.')],
  ['self.all(key, key.size() != 0)',
    everyKey((key) => key !== '', () => 'It has an empty key.', 'Write the label\'s key, or remove the entry.')],
  ['!self.contains("*")',
    everyValue((value) => !value.includes('*'), (quoted) => `${quoted} holds *.`, 'Write the whole value of the label: a selector takes no wildcard.')],
  ['self.size() == 0',
    everyValue((value) => value === '', (quoted) => `It names the namespace ${quoted}, and nothing in another namespace can be referred to.`,
      'Remove namespace, and put this object into the namespace of what it refers to.')],
  ['duration(self) >= duration(\'1ms\')',
    everyValue(isAtLeastOneMillisecond, (quoted) => `${quoted} is no duration of at least 1ms.`,
      'Write a number with its unit (ms, s, m or h), such as 500ms, 1.5s or 1h30m; there are no days, and 0s is not taken: to have no limit, leave the field out.')],
  ['has(self.context) ? ((self.context == "WAYPOINT") ? has(self.waypoint) : !has(self.waypoint)) : !has(self.waypoint)', {
    holds: (match) => has(match, 'waypoint') === (match.context === 'WAYPOINT'),
    problem: (match) => (has(match, 'waypoint') ? `waypoint is set, but context is ${quoteValue(match.context ?? 'ANY')}.` : 'context is "WAYPOINT", but waypoint is not set.'),
    fix: 'Set context: WAYPOINT and waypoint together, or neither.',
  }],
  ['0 < self && self <= 65535', portNumber],
  ['has(self.portLevelMtls) ? (((has(self.selector) && has(self.selector.matchLabels)) ? self.selector.matchLabels : {}).size() > 0) : true', {
    holds: (spec) => {
      if (!has(spec, 'portLevelMtls')) return true;
      if (!has(spec, 'selector') || !has(spec.selector, 'matchLabels')) return false;
      for (const _ in spec.selector.matchLabels) return true;
      return false;
    },
    problem: () => 'portLevelMtls is set without a selector, and ports belong to workloads.',
    fix: 'Name the workload in selector.matchLabels, or remove portLevelMtls.',
  }],
  ['self.all(key, 0 < int(key) && int(key) <= 65535)',
    everyKey(isPortKey, (key) => `The key ${quoteValue(key)} is no port.`, 'Write ports of the workload as keys, from 1 to 65535.')],
  ['url(self).getScheme() in ["http", "https"]',
    everyValue((url) => WEB_SCHEMES.has(goUrlScheme(url) ?? ''), (quoted) => `${quoted} is no URL that begins with http:// or https://.`,
      'Write the whole URL, such as https://issuer.example.com/.well-known/jwks.json.')],
  ['!((has(self.addresses) ? self.addresses : []).exists(k, k.contains("/")) && !((has(self.resolution) ? self.resolution : "NONE") in ["STATIC", "NONE"]))', {
    holds: (spec) => {
      if (!has(spec, 'addresses') || !has(spec, 'resolution') || spec.resolution === 'STATIC' || spec.resolution === 'NONE') return true;
      for (const address of spec.addresses) if (address.includes('/')) return false;
      return true;
    },
    problem: (spec) => `addresses holds the CIDR ${quoteValue(spec.addresses.find((address: string) => address.includes('/')))}, but resolution is ${quoteValue(spec.resolution)}.`,
    fix: 'Set resolution to STATIC or NONE, or write single addresses.',
  }],
  ['((has(self.resolution) ? self.resolution : "NONE") == "NONE") ? !has(self.endpoints) : true', {
    holds: (spec) => (has(spec, 'resolution') && spec.resolution !== 'NONE') || !has(spec, 'endpoints'),
    problem: () => 'endpoints are set, but resolution is NONE, which sends requests to the address that the caller chose.',
    fix: 'Set resolution: STATIC for addresses or resolution: DNS for names, or remove endpoints.',
  }],
  ['((has(self.resolution) ? self.resolution : "") == "DNS_ROUND_ROBIN") ? ((has(self.endpoints) ? self.endpoints : []).size() <= 1) : true', {
    holds: (spec) => spec.resolution !== 'DNS_ROUND_ROBIN' || !has(spec, 'endpoints') || spec.endpoints.length <= 1,
    problem: (spec) => `There are ${spec.endpoints.length} endpoints, but resolution is DNS_ROUND_ROBIN, which takes one.`,
    fix: 'Keep one endpoint, or set resolution: DNS.',
  }],
  ['has(self.address) || has(self.network)', {
    holds: (endpoint) => has(endpoint, 'address') || has(endpoint, 'network'),
    problem: () => 'It has neither address nor network.',
    fix: 'Write address (an IP address, a DNS name or unix:///PATH), or network for an endpoint behind a gateway.',
  }],
  ['(has(self.address) ? self.address : "").startsWith("unix://") ? !has(self.ports) : true', {
    holds: (endpoint) => !startsWithUnix(endpoint.address) || !has(endpoint, 'ports'),
    problem: (endpoint) => `The address ${quoteValue(endpoint.address)} is a socket, and a socket has no ports.`,
    fix: 'Remove ports.',
  }],
  ['self.startsWith("unix://") ? (self.substring(7, 8) == "/" || self.substring(7, 8) == "@") : true',
    everyValue((address) => !startsWithUnix(address) || address[7] === '/' || address[7] === '@', (quoted) => `${quoted} is no absolute path of a socket.`,
      'Write unix:///PATH for a file, or unix://@NAME for an abstract socket.')],
  ['self.startsWith("unix://") ? !self.endsWith("/") : true',
    everyValue((address) => !startsWithUnix(address) || !address.endsWith('/'), (quoted) => `${quoted} is a directory, not a socket.`, 'Write the path of the socket itself.')],
  ['self.all(key, size(key) < 63 && key.matches("^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$"))',
    everyKey((key) => key.length < 63 && PORT_NAME.test(key), (key) => `The key ${quoteValue(key)} is no name of a port.`,
      'Write the port\'s name in the ServiceEntry: at most 62 letters, digits and dashes, with a letter or a digit at both ends.')],
  ['self != "*"',
    everyValue((host) => host !== '*', () => '"*" is every host, which would take in all traffic.', 'Write the host, or a domain such as *.example.com.')],
  ['self.all(l1, self.exists_one(l2, l1.number == l2.number))', {
    holds: (ports) => ports.length < 2 || new Set(ports.map(({ number }: any) => number)).size === ports.length,
    problem: (ports) => `The port ${ports.find(({ number }: any, index: number) => ports.findIndex((other: any) => other.number === number) !== index).number} is there more than once.`,
    fix: 'Give every port a number of its own, or remove the repetition.',
  }],
  ['((has(self.operation) ? self.operation : "") == "UPSERT") ? (self.value != "") : true', {
    // Without a value CEL fails, and that rejects too.
    holds: (tag) => tag.operation !== 'UPSERT' || (has(tag, 'value') && tag.value !== ''),
    problem: () => 'operation is UPSERT, but value is empty.',
    fix: 'Write value: a CEL expression such as request.host, or a constant in quotes.',
  }],
  ['((has(self.operation) ? self.operation : "") == "REMOVE") ? !has(self.value) : true', {
    holds: (tag) => tag.operation !== 'REMOVE' || !has(tag, 'value'),
    problem: (tag) => `operation is REMOVE, but value is ${quoteValue(tag.value)}.`,
    fix: 'Remove value, or set operation: UPSERT.',
  }],
  ['has(self.wasm) != has(self.lua)', {
    holds: (spec) => has(spec, 'wasm') !== has(spec, 'lua'),
    problem: (spec) => (has(spec, 'wasm') ? 'wasm and lua are set together.' : 'Neither wasm nor lua is set.'),
    fix: 'Set exactly one of wasm and lua.',
  }],
  ['isURL(self) ? (url(self).getScheme() in ["", "http", "https", "file", "oci"]) : (isURL("http://" + self) &&\nurl("http://" + self).getScheme() in ["", "http", "https", "file", "oci"])',
    moduleUrl],
  ['isURL(self) ? (url(self).getScheme() in ["", "http", "https", "oci", "file"]) : (isURL("http://" + self) &&\nurl("http://" + self).getScheme() in ["", "http", "https", "oci", "file"])',
    moduleUrl],
  ['(has(self.valueFrom) ? self.valueFrom : "") != "HOST" || !has(self.value)', {
    holds: (variable) => variable.valueFrom !== 'HOST' || !has(variable, 'value'),
    problem: (variable) => `valueFrom is HOST, but value is ${quoteValue(variable.value)}.`,
    fix: 'Remove value, or set valueFrom: INLINE.',
  }],
  ['self in ["", "HTTP", "HTTPS"]',
    everyValue((scheme) => scheme === '' || scheme === 'HTTP' || scheme === 'HTTPS', (quoted) => `${quoted} is no scheme of a probe.`, 'Write HTTP or HTTPS.')],
]);

/** The function of a rule, for the generated validators. */
export function holdsOf(rule: string): (value: any) => boolean {
  return CEL_RULES.get(rule)!.holds;
}
