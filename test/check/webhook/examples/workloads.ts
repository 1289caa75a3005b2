import { examplesOf } from './example';

const VM = { address: '10.0.0.7' };
const probe = (fields: object) => ({ template: {}, probe: fields });
const header = (fields: object) => probe({ httpGet: { port: 80, httpHeaders: [{ name: 'X-Probe' }, fields] } });
const DRY_RUN = { annotations: { 'istio.io/dry-run': 'true' } };

export const WORKLOAD_ENTRIES = examplesOf('WorkloadEntry', {
  accepted: [
    ['an address', VM],
    ['an IPv6 address', { address: '2001:db8::7' }],
    ['a name', { address: 'vm.example.com' }],
    ['a short name', { address: 'vm' }],
    ['a socket', { address: 'unix:///run/app.sock' }],
    ['an abstract socket', { address: 'unix://@app' }],
    ['ports and labels', { ...VM, ports: { http: 8080 }, labels: { 'app': 'a', 'example.com/version': '' } }],
  ],
  warned: [
    ['only a network', { network: 'vm' }, 'spec.address'],
    ['an empty address and a network', { address: '', network: 'vm' }, 'spec.address'],
  ],
  refused: [
    ['neither address nor network', { address: '', network: '' }, 'spec.address'],
    ['a wildcard', { address: '*.example.com' }, 'spec.address'],
    ['an address with a port', { address: '10.0.0.7:80' }, 'spec.address'],
    ['a subnet', { address: '10.0.0.0/8' }, 'spec.address'],
    ['a short IPv4 address', { address: '10.7' }, 'spec.address'],
    ['a key of a label with a bad character', { ...VM, labels: { 'a b': 'c' } }, 'spec.labels[a b]'],
    ['a value of a label with a bad character', { ...VM, labels: { a: 'b,c' } }, 'spec.labels[a]'],
    ['an annotation for dry runs', VM, 'metadata.annotations[istio.io/dry-run]', DRY_RUN],
  ],
});

export const WORKLOAD_GROUPS = examplesOf('WorkloadGroup', {
  accepted: [
    ['a template', { template: {} }],
    ['a template whose address is none', { template: { address: 'a_b', labels: { 'a!': 'b' } } }],
    ['labels', { template: {}, metadata: { labels: { app: 'a' } } }],
    ['a probe by HTTP', header({ name: '1-a', value: 'x' })],
    ['a probe by TCP', probe({ tcpSocket: { port: 80 } })],
    ['a probe by a command', probe({ exec: { command: ['true'] } })],
  ],
  warned: [],
  refused: [
    ['a label that is none', { template: {}, metadata: { labels: { 'a!': 'b' } } }, 'spec.metadata.labels[a!]'],
    ['a value of a label that is none', { template: {}, metadata: { labels: { a: '-' } } }, 'spec.metadata.labels[a]'],
    ['a probe of no kind', probe({}), 'spec.probe'],
    ['a probe by gRPC', probe({ grpc: { port: 80 } }), 'spec.probe.grpc'],
    ['a probe by no command', probe({ exec: { command: [] } }), 'spec.probe.exec.command'],
    ['a header without name', header({}), 'spec.probe.httpGet.httpHeaders[1].name'],
    ['a header with an underscore', header({ name: 'X_Probe' }), 'spec.probe.httpGet.httpHeaders[1].name'],
    ['an annotation for dry runs', { template: {} }, 'metadata.annotations[istio.io/dry-run]', DRY_RUN],
  ],
});

export const PROXY_CONFIGS = examplesOf('ProxyConfig', {
  accepted: [
    ['nothing', {}],
    ['a selector', { concurrency: 2, selector: { matchLabels: { app: 'a' } } }],
    ['no number of threads', { concurrency: null }],
  ],
  warned: [
    ['an empty selector', { selector: {} }, 'spec.selector'],
    ['a selector of no labels', { selector: { matchLabels: {} } }, 'spec.selector'],
  ],
  refused: [
    ['an annotation for dry runs', {}, 'metadata.annotations[istio.io/dry-run]', DRY_RUN],
  ],
});
