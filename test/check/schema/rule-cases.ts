import { objectOf } from './objects';

/** Values that a CEL rule accepts and refuses, as an API server does: conformance/schema-layer.test.ts asks one. */
export interface RuleCase {
  readonly rule: string;
  /** Puts a value where the rule stands. */
  readonly of: (value: any) => any;
  readonly accepted: readonly unknown[];
  readonly refused: readonly unknown[];
}

const workload = { matchLabels: { app: 'a' } };
const target = { kind: 'Gateway', name: 'a', group: 'gateway.networking.k8s.io' };
const entry = (spec: any) => objectOf('ServiceEntry', { hosts: ['a.example'], ...spec });
const endpoint = (value: any) => entry({ resolution: 'STATIC', endpoints: [value] });
const gatewayTls = (tls: any) => objectOf('Gateway', { servers: [{ port: { number: 443, name: 'https', protocol: 'HTTPS' }, hosts: ['a'], tls }] });
const tag = (value: any) => objectOf('Telemetry', { metrics: [{ overrides: [{ tagOverrides: { a: value } }] }] });
const variable = (value: any) => objectOf('WasmPlugin', { url: 'oci://a', vmConfig: { env: [{ name: 'A', ...value }] } });
const extension = (spec: any) => objectOf('TrafficExtension', spec);
const lua = { inlineCode: 'a' };
const wasm = { url: 'oci://a' };
const labels = (value: any) => objectOf('AuthorizationPolicy', { selector: { matchLabels: value } });

const MODULE_URLS = {
  // What is no URL is tried once more with http:// before it, and then nearly anything after a second http:// is a path.
  accepted: ['oci://a/b:1', 'a/b:1', 'http://a', 'HTTPS://a', 'file:///a', '/a', 'oci:a', 'http://[::1]:80/', 'http://a/%41', '//a', 'http://a:x', 'http://[::1', '127.0.0.1:5000/a', 'oci://a:1:2'],
  refused: ['ftp://a', 'a b', 'http://a/%zz', 'a:b', 'localhost:5000/a', '%zz', 'http://a\n', 'a[', 'a:1:2'],
};

export const RULE_CASES: readonly RuleCase[] = [
  {
    rule: '(has(self.selector) ? 1 : 0) + (has(self.targetRef) ? 1 : 0) + (has(self.targetRefs) ? 1 : 0) <= 1',
    of: (value) => objectOf('AuthorizationPolicy', value),
    accepted: [{}, { selector: workload }, { targetRef: target }, { targetRefs: [target] }, { selector: workload, targetRef: null }],
    refused: [{ selector: workload, targetRef: target }, { targetRef: target, targetRefs: [] }, { selector: {}, targetRefs: [target] }],
  },
  {
    rule: '(has(self.workloadSelector) ? 1 : 0) + (has(self.targetRefs) ? 1 : 0) <= 1',
    of: (value) => objectOf('EnvoyFilter', value),
    accepted: [{}, { workloadSelector: {} }, { targetRefs: [target] }],
    refused: [{ workloadSelector: {}, targetRefs: [target] }],
  },
  {
    rule: '(has(self.selector) ? 1 : 0) + (has(self.targetRefs) ? 1 : 0) <= 1',
    of: (value) => extension({ lua, ...value }),
    accepted: [{}, { selector: workload }, { targetRefs: [target] }],
    refused: [{ selector: workload, targetRefs: [target] }],
  },
  {
    rule: '(has(self.tlsCertificates) ? 1 : 0) + (has(self.credentialNames) ? 1 : 0) <= 1',
    of: gatewayTls,
    accepted: [{}, { tlsCertificates: [{}] }, { credentialNames: ['a'] }],
    refused: [{ tlsCertificates: [{}], credentialNames: ['a'] }, { tlsCertificates: [{}, {}], credentialNames: ['a', 'b'] }],
  },
  {
    rule: '(has(self.credentialName) ? 1 : 0) + (has(self.credentialNames) ? 1 : 0) <= 1',
    of: gatewayTls,
    accepted: [{ credentialName: 'a' }, { credentialNames: ['a', 'b'] }, { credentialName: 'a', tlsCertificates: [{}] }],
    refused: [{ credentialName: 'a', credentialNames: ['b'] }, { credentialName: '', credentialNames: ['b'] }],
  },
  {
    rule: '(has(self.credentialNames) ? 1 : 0) + (has(self.tlsCertificates) ? 1 : 0) <= 1',
    of: gatewayTls,
    accepted: [{ credentialNames: ['a'] }],
    refused: [{ credentialNames: ['a'], tlsCertificates: [{}] }],
  },
  {
    rule: '(has(self.jwksUri) ? 1 : 0) + (has(self.jwks_uri) ? 1 : 0) + (has(self.jwks) ? 1 : 0) <= 1',
    of: (value) => objectOf('RequestAuthentication', { jwtRules: [{ issuer: 'a', ...value }] }),
    accepted: [{}, { jwks: '{}' }, { jwksUri: 'https://a' }, { jwks_uri: 'https://a' }],
    refused: [{ jwks: '{}', jwksUri: 'https://a' }, { jwks_uri: 'https://a', jwksUri: 'https://a' }, { jwks: '', jwks_uri: 'https://a' }],
  },
  {
    rule: '(has(self.workloadSelector) ? 1 : 0) + (has(self.endpoints) ? 1 : 0) <= 1',
    of: (value) => entry({ resolution: 'STATIC', ...value }),
    accepted: [{}, { workloadSelector: {} }, { endpoints: [{ address: '1.2.3.4' }] }],
    refused: [{ workloadSelector: {}, endpoints: [{ address: '1.2.3.4' }] }, { workloadSelector: {}, endpoints: [] }],
  },
  {
    rule: '(has(self.serviceAccounts) || has(self.notServiceAccounts)) ? (!has(self.principals) &&\n!has(self.notPrincipals) && !has(self.namespaces) && !has(self.notNamespaces)) : true',
    of: (value) => objectOf('AuthorizationPolicy', { rules: [{ from: [{ source: value }] }] }),
    accepted: [{}, { serviceAccounts: ['a'] }, { principals: ['a'], namespaces: ['b'] }, { serviceAccounts: ['a'], ipBlocks: ['1.2.3.4'] }],
    refused: [
      { serviceAccounts: ['a'], principals: ['a'] }, { notServiceAccounts: [], notPrincipals: [] },
      { serviceAccounts: ['a'], namespaces: ['b'] }, { notServiceAccounts: ['a'], notNamespaces: ['b'] },
    ],
  },
  { rule: 'self.all(key, !key.contains("*"))', of: labels, accepted: [{}, { a: 'b' }, { __: 'b' }], refused: [{ '*': 'b' }, { 'a': 'b', 'c*': 'd' }] },
  { rule: 'self.all(key, key.size() != 0)', of: labels, accepted: [{}, { ' ': 'b' }, { '': null }], refused: [{ '': 'b' }, { 'a': 'b', '': '' }] },
  { rule: '!self.contains("*")', of: (value) => labels({ a: value }), accepted: ['', 'b', null], refused: ['*', 'a*', '*a'] },
  {
    rule: 'self.size() == 0',
    of: (value) => objectOf('AuthorizationPolicy', { targetRefs: [{ ...target, namespace: value }] }),
    accepted: ['', null],
    refused: ['a', ' '],
  },
  {
    rule: 'duration(self) >= duration(\'1ms\')',
    of: (value) => objectOf('VirtualService', { http: [{ timeout: value }] }),
    accepted: [
      '1ms', '1s', '1.5s', '.5s', '5.s', '1h30m', '1m0.5s', '+1s', '1000us', '1000\u00b5s', '1000\u03bcs', '1000000ns', '0.001s', '0.0010000000000000000001s', '2562047h',
      '0h1ms', '1s1s', '9223372036854775807ns', null,
    ],
    refused: [
      '0s', '0', '', '5', '1d', '1S', '1 s', ' 1s', '-1s', '999us', '999999ns', '0.0009999999s', '.s', '1', '1e3s', '2562048h', '9223372036854775808ns', '9999999h', '1s-1s', '1_0s', 's', '1.1.1s', '1s.s', '+',
    ],
  },
  {
    rule: 'has(self.context) ? ((self.context == "WAYPOINT") ? has(self.waypoint) : !has(self.waypoint)) : !has(self.waypoint)',
    of: (value) => objectOf('EnvoyFilter', { configPatches: [{ applyTo: 'CLUSTER', match: value }] }),
    accepted: [{}, { context: 'GATEWAY' }, { context: 'WAYPOINT', waypoint: {} }],
    refused: [{ waypoint: {} }, { context: 'WAYPOINT' }, { context: 'ANY', waypoint: {} }],
  },
  {
    rule: '0 < self && self <= 65535',
    of: (value) => entry({ ports: [{ number: value, name: 'a' }] }),
    accepted: [1, 80, 65535, 80.0],
    refused: [0, 65536, 4294967295],
  },
  {
    rule: 'has(self.portLevelMtls) ? (((has(self.selector) && has(self.selector.matchLabels)) ? self.selector.matchLabels : {}).size() > 0) : true',
    of: (value) => objectOf('PeerAuthentication', value),
    accepted: [{}, { selector: workload, portLevelMtls: { 80: {} } }, { selector: {} }],
    refused: [undefined, {}, { matchLabels: {} }, { matchLabels: { a: null } }].map((selector) => ({ selector, portLevelMtls: { 80: {} } })),
  },
  {
    rule: 'self.all(key, 0 < int(key) && int(key) <= 65535)',
    of: (value) => objectOf('PeerAuthentication', { selector: workload, portLevelMtls: { [value]: { mode: 'STRICT' } } }),
    accepted: ['1', '80', '+80', '080', '65535', '0000000000000000000000080'],
    refused: ['0', '65536', '-1', 'http', '', ' 80', '80.0', '8_0', '0x50', '1e3', '+', '99999999999999999999', '\u0663'],
  },
  {
    rule: 'url(self).getScheme() in ["http", "https"]',
    of: (value) => objectOf('RequestAuthentication', { jwtRules: [{ issuer: 'a', jwksUri: value }] }),
    accepted: [
      'http://a', 'https://a/b?c#d', 'HTTPS://A', 'https://a/a b', 'https://', 'https:///a', 'https:a', 'http://u:p@a:80/', 'http://[fe80::1%25eth0]/', 'http://a%ff/', 'http://\u00e9/', 'https://a:/',
      'http://[::ffff:1.2.3.4]/',
    ],
    refused: [
      'ftp://a', 'a', '/a', '*', ':', '://a', '1http://a', 'http://a/%zz', 'http://a b/', 'http://a#b', 'http://a/#%zz', 'http://[::1', 'http://[a]/', 'http://[::1]x', 'http://a:b', 'http://a%41/',
      'http://u^@a', 'http://[fe80::1%25]/', 'http://[fe80::1%25%41%7f]/', 'http://a\u007f', 'http://a[::1]', 'http://[1:2:3:4:5:6:7:8::]/', 'http://a:1:2', 'http://a/?#%zz', 'http://[::256.1.1.1]/',
    ],
  },
  {
    rule: '!((has(self.addresses) ? self.addresses : []).exists(k, k.contains("/")) && !((has(self.resolution) ? self.resolution : "NONE") in ["STATIC", "NONE"]))',
    of: entry,
    accepted: [{ addresses: ['10.0.0.0/8'] }, { addresses: ['10.0.0.0/8'], resolution: 'STATIC' }, { addresses: ['10.0.0.1'], resolution: 'DNS' }, { resolution: 'DNS' }, { addresses: ['10.0.0.0/8'], resolution: 'NONE' }],
    refused: [{ addresses: ['10.0.0.1', '10.0.0.0/8'], resolution: 'DNS' }, { addresses: ['/'], resolution: 'DNS_ROUND_ROBIN' }],
  },
  {
    rule: '((has(self.resolution) ? self.resolution : "NONE") == "NONE") ? !has(self.endpoints) : true',
    of: entry,
    accepted: [{}, { resolution: 'NONE' }, { resolution: 'STATIC', endpoints: [] }, { endpoints: null }],
    refused: [{ endpoints: [] }, { resolution: 'NONE', endpoints: [{ address: '1.2.3.4' }] }],
  },
  {
    rule: '((has(self.resolution) ? self.resolution : "") == "DNS_ROUND_ROBIN") ? ((has(self.endpoints) ? self.endpoints : []).size() <= 1) : true',
    of: (value) => entry({ resolution: 'DNS_ROUND_ROBIN', ...value }),
    accepted: [{}, { endpoints: [] }, { endpoints: [{ address: 'a' }] }, { resolution: 'DNS', endpoints: [{ address: 'a' }, { address: 'b' }] }],
    refused: [{ endpoints: [{ address: 'a' }, { address: 'b' }] }],
  },
  { rule: 'has(self.address) || has(self.network)', of: endpoint, accepted: [{ address: 'a' }, { network: 'a' }, { address: '' }], refused: [{}, { address: null }, { weight: 1 }] },
  {
    rule: '(has(self.address) ? self.address : "").startsWith("unix://") ? !has(self.ports) : true',
    of: endpoint,
    accepted: [{ address: 'unix:///a' }, { address: 'a', ports: { http: 80 } }, { network: 'a', ports: {} }, { address: 'UNIX:///a', ports: {} }],
    refused: [{ address: 'unix:///a', ports: { http: 80 } }, { address: 'unix:///a', ports: {} }],
  },
  {
    rule: 'self.startsWith("unix://") ? (self.substring(7, 8) == "/" || self.substring(7, 8) == "@") : true',
    of: (value) => endpoint({ address: value }),
    accepted: ['unix:///a', 'unix://@a', 'a', 'unix:/a', ''],
    refused: ['unix://a', 'unix://', 'unix://\u{1f600}'],
  },
  {
    rule: 'self.startsWith("unix://") ? !self.endsWith("/") : true',
    of: (value) => endpoint({ address: value }),
    accepted: ['unix:///a', 'a/'],
    refused: ['unix:///a/', 'unix:///'],
  },
  {
    rule: 'self.all(key, size(key) < 63 && key.matches("^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$"))',
    of: (value) => endpoint({ address: 'a', ports: { [value]: 80 } }),
    accepted: ['http', 'a', '0', 'A-b', 'a'.repeat(62)],
    refused: ['a'.repeat(63), '', '-a', 'a-', 'a.b', 'a_b', '\u00e9', 'a\n'],
  },
  { rule: 'self != "*"', of: (value) => objectOf('ServiceEntry', { hosts: [value] }), accepted: ['a', '*.a', '', '**'], refused: ['*'] },
  {
    rule: 'self.all(l1, self.exists_one(l2, l1.number == l2.number))',
    of: (value) => entry({ ports: value.map((number: number, i: number) => ({ number, name: `p${i}` })) }),
    accepted: [[], [80], [80, 81], Array.from({ length: 256 }, (_, i) => i + 1)],
    refused: [[80, 80], [80, 81, 82, 80], [...Array.from({ length: 255 }, (_, i) => i + 1), 1]],
  },
  {
    rule: '((has(self.operation) ? self.operation : "") == "UPSERT") ? (self.value != "") : true',
    of: tag,
    accepted: [{}, { operation: 'UPSERT', value: 'a' }, { value: '' }],
    refused: [{ operation: 'UPSERT', value: '' }, { operation: 'UPSERT' }, { operation: 'UPSERT', value: null }],
  },
  {
    rule: '((has(self.operation) ? self.operation : "") == "REMOVE") ? !has(self.value) : true',
    of: tag,
    accepted: [{ operation: 'REMOVE' }, { operation: 'REMOVE', value: null }, { value: 'a' }],
    refused: [{ operation: 'REMOVE', value: 'a' }, { operation: 'REMOVE', value: '' }],
  },
  { rule: 'has(self.wasm) != has(self.lua)', of: extension, accepted: [{ wasm }, { lua }, { lua, wasm: null }], refused: [{}, { wasm: null }] },
  {
    rule: 'isURL(self) ? (url(self).getScheme() in ["", "http", "https", "file", "oci"]) : (isURL("http://" + self) &&\nurl("http://" + self).getScheme() in ["", "http", "https", "file", "oci"])',
    of: (value) => extension({ wasm: { url: value } }),
    ...MODULE_URLS,
  },
  {
    rule: 'isURL(self) ? (url(self).getScheme() in ["", "http", "https", "oci", "file"]) : (isURL("http://" + self) &&\nurl("http://" + self).getScheme() in ["", "http", "https", "oci", "file"])',
    of: (value) => objectOf('WasmPlugin', { url: value }),
    ...MODULE_URLS,
  },
  {
    rule: '(has(self.valueFrom) ? self.valueFrom : "") != "HOST" || !has(self.value)',
    of: variable,
    accepted: [{}, { valueFrom: 'HOST' }, { value: 'a' }, { valueFrom: 'INLINE', value: 'a' }, { valueFrom: 'HOST', value: null }],
    refused: [{ valueFrom: 'HOST', value: 'a' }, { valueFrom: 'HOST', value: '' }],
  },
  {
    rule: 'self in ["", "HTTP", "HTTPS"]',
    of: (value) => objectOf('WorkloadGroup', { template: {}, probe: { httpGet: { port: 80, scheme: value } } }),
    accepted: ['', 'HTTP', 'HTTPS'],
    refused: ['http', 'TCP', ' HTTP'],
  },
];
