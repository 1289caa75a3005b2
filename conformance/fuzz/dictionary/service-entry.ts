import { SELECTION, selectSomething } from './common';
import { CIDR, Dictionary, exportOnce, EXPORT_TO, HOST, LABEL_KEY, LABEL_VALUE, PORT, PORT_NAME, PROTOCOL, Repair, Words } from './words';

export const ADDRESS: Words = {
  good: ['10.0.0.1', '2001:db8::1', '10.0.0.2'],
  odd: ['', 'a.b', 'example.com.', 'reviews', 'unix:///run/a', 'unix://@a', 'unix://a', 'unix:///a/', 'unix://', '10.0.0', '*.a.b', '10.0.0.0/8', 'A b', '::1%eth0', 'unix://@', 'unix:///'],
};
export const LOCALITY: Words = { good: ['us-west/z1/a', 'us-west'], odd: ['', '*', 'a/b/c/d'] };
export const ENDPOINT_PORT_NAME: Words = { good: ['http', 'tcp-1', 'a'], odd: ['', 'HTTP', 'a.b', '-a', 'a'.repeat(62), 'a'.repeat(63)] };

const resolve: Repair = (spec, random) => {
  const { resolution = 'NONE' } = spec;
  const endpoints = list(spec.endpoints);
  if (list(spec.hosts).length === 0) spec.hosts = ['example.com'];
  if (resolution === 'NONE') {
    delete spec.endpoints;
    if (random.chance(0.9)) delete spec.workloadSelector;
  }
  if (resolution === 'DYNAMIC_DNS') {
    for (const field of ['addresses', 'endpoints', 'workloadSelector']) delete spec[field];
    spec.hosts = [random.pick(['*.example.com', '*.a.b'])];
    spec.location ??= 'MESH_EXTERNAL';
    for (const port of list(spec.ports)) port.protocol = random.pick(['HTTP', 'TLS', 'GRPC', 'HTTP2', 'tls']);
  }
  if (resolution.startsWith('DNS')) {
    spec.addresses = list(spec.addresses).filter((address) => !String(address).includes('/'));
    if (endpoints.length === 0) spec.hosts = list(spec.hosts).filter((host) => !String(host).includes('*'));
    if (spec.hosts.length === 0) spec.hosts = ['example.com'];
    for (const endpoint of endpoints) if (!endpoint.address || String(endpoint.address).startsWith('unix')) endpoint.address = random.pick(['10.0.0.1', 'a.b']);
    if (resolution === 'DNS_ROUND_ROBIN' && endpoints.length > 1) spec.endpoints = [endpoints[0]];
  }
};

const ports: Repair = (spec, random) => {
  list(spec.ports).forEach((port, at) => {
    if (at === 0) return;
    port.name = `${port.name}-${at}`.slice(0, 60);
    port.number = 1000 + at;
  });
  const names = list(spec.ports).map((port) => port.name);
  for (const endpoint of list(spec.endpoints)) {
    if (endpoint.address === undefined && endpoint.network === undefined) endpoint.address = '10.0.0.1';
    if (endpoint.ports) endpoint.ports = names.length > 0 && !String(endpoint.address).startsWith('unix') ? { [random.pick(names)]: 80 } : undefined;
    if (endpoint.ports === undefined) delete endpoint.ports;
  }
  if (list(spec.hosts).length > 1 && spec.resolution && spec.resolution !== 'NONE') {
    for (const port of list(spec.ports)) port.protocol = random.pick(['HTTP', 'HTTPS', 'TLS', 'GRPC']);
  }
  if (list(spec.addresses).length === 0 && random.chance(0.6)) for (const port of list(spec.ports)) port.protocol ??= 'HTTP';
  if (spec.addresses?.length === 0) delete spec.addresses;
};

const hosts: Repair = (spec) => {
  spec.hosts = list(spec.hosts).map((host) => host === '*' ? 'a.b' : host);
};

function list(value: unknown): any[] {
  return Array.isArray(value) ? value : [];
}

export const serviceEntry: Dictionary = {
  calm: 0.3,
  metadata: {
    labelKey: { good: ['app', 'istio.io/use-waypoint', 'networking.istio.io/enable-autoallocate-ip'], odd: ['a b'] },
    labelValue: { good: ['true', 'false', 'none', 'waypoint', 'None'], odd: [''] },
  },
  presence: { 'spec.ports': 0.85, 'spec.resolution': 0.85, 'spec.endpoints': 0.35, 'spec.addresses': 0.3, 'endpoints[].address': 0.85, 'ports[].protocol': 0.75 },
  words: {
    ...SELECTION,
    'spec.hosts[]': { good: HOST.good.filter((host) => !(host as string).includes('*')), odd: [...HOST.odd!, '*.example.com', '*.a'] },
    'spec.addresses[]': CIDR,
    'exportTo[]': { good: ['.', 'shop', 'a-b'], odd: EXPORT_TO.odd },
    'ports[].number': PORT,
    'ports[].targetPort': PORT,
    'ports[].name': PORT_NAME,
    'ports[].protocol': PROTOCOL,
    'address': ADDRESS,
    'network': { good: ['n1', ''], odd: [' '] },
    'endpoints[].ports{key}': ENDPOINT_PORT_NAME,
    'endpoints[].ports{}': PORT,
    'labels{key}': LABEL_KEY,
    'labels{}': LABEL_VALUE,
    'locality': LOCALITY,
    'serviceAccount': { good: ['a'], odd: ['', 'A b'] },
    'subjectAltNames[]': { good: ['spiffe://a/b'], odd: [''] },
  },
  repairs: [exportOnce, hosts, resolve, ports, selectSomething],
};
