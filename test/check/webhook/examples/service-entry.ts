import { examplesOf } from './example';

const HTTP = { number: 80, name: 'http', protocol: 'HTTP' };
const TLS = { number: 443, name: 'tls', protocol: 'TLS' };
const TCP = { number: 6379, name: 'redis', protocol: 'TCP' };
const entry = (fields: object) => ({ hosts: ['api.example.com'], ...fields });
const port = (fields: object) => entry({ ports: [{ ...HTTP, ...fields }] });
const fixed = (...endpoints: object[]) => entry({ resolution: 'STATIC', ports: [HTTP], endpoints });
const lookedUp = (...endpoints: object[]) => entry({ resolution: 'DNS', ports: [HTTP], endpoints });
const dynamic = (fields: object) => ({ hosts: ['*.example.com'], resolution: 'DYNAMIC_DNS', ports: [TLS], ...fields });
const exportTo = (...namespaces: string[]) => entry({ exportTo: namespaces });
const NOT_ALLOCATED = { labels: { 'networking.istio.io/enable-autoallocate-ip': 'False' } };
const WITH_WAYPOINT = { labels: { 'istio.io/use-waypoint': 'waypoint' } };

export const SERVICE_ENTRIES = examplesOf('ServiceEntry', {
  accepted: [
    ['a host', entry({})],
    ['a wildcard', entry({ hosts: ['*.example.com'] })],
    ['a single label that is a number', entry({ hosts: ['1'] })],
    ['addresses and subnets', entry({ addresses: ['240.0.0.1', '10.0.0.0/8', '::1', '2001:db8::/32'] })],
    ['a port of any protocol', entry({ ports: [{ ...HTTP, protocol: 'http_proxy' }, { ...TCP, protocol: 'Redis' }] })],
    ['a port without a protocol whose address Istio allocates', entry({ resolution: 'STATIC', ports: [{ number: 80, name: 'http' }] })],
    ['TCP with an address', entry({ addresses: ['240.0.0.1'], ports: [TCP] })],
    ['TCP in small letters without an address', port({ protocol: 'tcp' })],
    ['endpoints of fixed addresses', fixed({ address: '10.0.0.1', ports: { http: 8080 }, labels: { version: 'v1' } }, { address: '::1' })],
    ['an endpoint on a socket', fixed({ address: 'unix:///run/app.sock' })],
    ['endpoints with names', lookedUp({ address: 'a.example.com' }, { address: '10.0.0.1', ports: { http: 8080 } })],
    ['a wildcard with endpoints', { ...lookedUp({ address: 'a.example.com' }), hosts: ['*.example.com'] }],
    ['one endpoint to go round', entry({ resolution: 'DNS_ROUND_ROBIN', ports: [HTTP], endpoints: [{ address: 'a.example.com' }] })],
    ['names found request by request', dynamic({ location: 'MESH_INTERNAL' })],
    ['a partial wildcard, found request by request', dynamic({ hosts: ['*api.example.com'] })],
    ['names found request by request, through no waypoint', dynamic({ location: 'MESH_INTERNAL' }), { labels: { 'istio.io/use-waypoint': 'None' } }],
    ['names outside the mesh found request by request, with a waypoint', dynamic({ location: 'MESH_EXTERNAL' }), WITH_WAYPOINT],
    ['several hosts on TCP whose addresses are as called', entry({ hosts: ['a.com', 'b.com'], addresses: ['10.0.0.0/8'], ports: [TCP] })],
    ['several hosts on HTTP and TLS', entry({ hosts: ['a.com', 'b.com'], resolution: 'DNS', ports: [HTTP, TLS] })],
    ['several hosts with an address on HTTP', entry({ hosts: ['a.com', 'b.com'], resolution: 'DNS', addresses: ['240.0.0.1'], ports: [HTTP] })],
    ['several hosts that share an address on TLS with fixed endpoints', entry({ hosts: ['a.com', 'b.com'], resolution: 'STATIC', addresses: ['240.0.0.1'], ports: [TLS] })],
    ['a selector', entry({ resolution: 'STATIC', workloadSelector: { labels: { app: 'reviews' } } })],
    ['all namespaces', exportTo('*')],
    ['nobody', exportTo('~')],
    ['namespaces', exportTo('.', 'other')],
  ],
  warned: [
    ['a partial wildcard', entry({ hosts: ['*api.example.com'] }), 'spec.hosts[0]'],
    ['TCP without an address', entry({ ports: [TCP] }), 'spec.ports[0]'],
    ['no protocol and no address', port({ protocol: '' }), 'spec.ports[0]'],
    ['TCP for which no address is allocated', entry({ resolution: 'STATIC', ports: [TCP] }), 'spec.ports[0]', NOT_ALLOCATED],
    ['a selector where requests go where they were sent', entry({ workloadSelector: { labels: { app: 'reviews' } } }), 'spec.workloadSelector'],
    ['an empty selector', entry({ resolution: 'STATIC', workloadSelector: {} }), 'spec.workloadSelector'],
    ['a selector of no labels', entry({ resolution: 'STATIC', workloadSelector: { labels: {} } }), 'spec.workloadSelector'],
    ['an endpoint with only a network', fixed({ network: 'vm' }), 'spec.endpoints[0].address'],
    ['several hosts that share an address on TLS', entry({ hosts: ['a.com', 'b.com'], resolution: 'DNS', addresses: ['240.0.0.1'], ports: [TLS] }), 'spec.ports[0].protocol'],
    ['several hosts that share an address and go round on HTTPS', entry({ hosts: ['a.com', 'b.com'], resolution: 'DNS_ROUND_ROBIN', addresses: ['240.0.0.1'], ports: [{ ...TLS, protocol: 'HTTPS' }] }), 'spec.ports[0].protocol'],
  ],
  refused: [
    ['an annotation for dry runs', entry({}), 'metadata.annotations[istio.io/dry-run]', { annotations: { 'istio.io/dry-run': 'true' } }],
    ['an empty host', entry({ hosts: [''] }), 'spec.hosts[0]'],
    ['a host with a port', entry({ hosts: ['a.com', 'api.example.com:443'] }), 'spec.hosts[1]'],
    ['a URL', entry({ hosts: ['https://api.example.com'] }), 'spec.hosts[0]'],
    ['an address as host', entry({ hosts: ['10.0.0.1'] }), 'spec.hosts[0]'],
    ['a wildcard that is to be looked up', entry({ resolution: 'DNS', hosts: ['*.example.com'] }), 'spec.hosts[0]'],
    ['a number that is to be looked up', entry({ resolution: 'DNS_ROUND_ROBIN', hosts: ['1'] }), 'spec.hosts[0]'],
    ['an address that is none', entry({ addresses: ['10.0.0'] }), 'spec.addresses[0]'],
    ['a subnet that is none', entry({ addresses: ['10.0.0.1', '10.0.0.0/33'] }), 'spec.addresses[1]'],
    ['a port name in capitals with an underscore', port({ name: 'HTTP_1' }), 'spec.ports[0].name'],
    ['an empty port name', port({ name: '' }), 'spec.ports[0].name'],
    ['an unknown protocol', port({ protocol: 'HTTP3' }), 'spec.ports[0].protocol'],
    ['several hosts on UDP', entry({ hosts: ['a.com', 'b.com'], resolution: 'DNS', ports: [HTTP, { ...TCP, protocol: 'UDP' }] }), 'spec.ports[1].protocol'],
    ['several hosts on no protocol', entry({ hosts: ['a.com', 'b.com'], resolution: 'DNS', ports: [{ number: 1, name: 'a' }] }), 'spec.ports[0].protocol'],
    ['a fixed endpoint with a name', fixed({ address: 'a.example.com' }), 'spec.endpoints[0].address'],
    ['a fixed endpoint with neither address nor network', fixed({ address: '', network: '' }), 'spec.endpoints[0].address'],
    ['a port of an endpoint that the service has not', fixed({ address: '10.0.0.1', ports: { grpc: 1 } }), 'spec.endpoints[0].ports[grpc]'],
    ['a port of a named endpoint that the service has not', lookedUp({ address: 'a.com', ports: { grpc: 1 } }), 'spec.endpoints[0].ports[grpc]'],
    ['a label of an endpoint that is none', fixed({ address: '10.0.0.1', labels: { 'a!': 'b' } }), 'spec.endpoints[0].labels[a!]'],
    ['a socket of several ports', { ...fixed({ address: 'unix:///run/app.sock' }), ports: [HTTP, TLS] }, 'spec.endpoints[0].address'],
    ['a socket where endpoints have names', lookedUp({ address: 'unix:///run/app.sock' }), 'spec.endpoints[0].address'],
    ['only a network where endpoints have names', lookedUp({ network: 'vm' }), 'spec.endpoints[0].address'],
    ['an endpoint with a bad name', lookedUp({ address: 'a_b.com' }), 'spec.endpoints[0].address'],
    ['a name without wildcard, found request by request', dynamic({ hosts: ['api.example.com'] }), 'spec.hosts[0]'],
    ['addresses of names found request by request', dynamic({ addresses: ['240.0.0.1'] }), 'spec.addresses'],
    ['endpoints of names found request by request', dynamic({ endpoints: [{ address: 'a_b' }] }), 'spec.endpoints'],
    ['HTTPS, found request by request', dynamic({ ports: [{ ...TLS, protocol: 'HTTPS' }] }), 'spec.ports[0].protocol'],
    ['names inside the mesh found request by request, with a waypoint', dynamic({ location: 'MESH_INTERNAL' }), 'spec.location', WITH_WAYPOINT],
    ['an empty key in a selector', entry({ resolution: 'STATIC', workloadSelector: { labels: { '': 'a' } } }), 'spec.workloadSelector.labels'],
    ['a wildcard in a key of a selector', entry({ resolution: 'STATIC', workloadSelector: { labels: { 'a*': 'a' } } }), 'spec.workloadSelector.labels[a*]'],
    ['its own namespace twice', exportTo('shop', '.'), 'spec.exportTo[1]'],
    ['a namespace that is none', exportTo('a.b'), 'spec.exportTo[0]'],
    ['all namespaces and one', exportTo('*', 'other'), 'spec.exportTo'],
    ['nobody and somebody', exportTo('other', '~'), 'spec.exportTo'],
  ],
});
