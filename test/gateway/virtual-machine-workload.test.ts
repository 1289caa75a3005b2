import { ApiObject, App, Chart, Duration, Testing } from 'cdk8s';
import {
  MeshPort, MeshWorkload, MtlsPolicy, PolicyScope, PortProtocol, VirtualMachineAddress, VirtualMachineProbe, VirtualMachineRegistration,
  VirtualMachineWorkload, VirtualMachineWorkloadProps,
} from '../../src';
import { errorOf } from '../security/shop';

const HTTP = MeshPort.http(80, { targetPort: 8080 });
const AT = VirtualMachineRegistration.at([{ address: '10.1.2.3' }]);

class Shop {
  public readonly chart = new Chart(new App(), 'shop', { namespace: 'shop' });

  public machine(props: Partial<VirtualMachineWorkloadProps> = {}): VirtualMachineWorkload {
    return new VirtualMachineWorkload(this.chart, 'vm', { name: 'legacy', serviceAccount: 'legacy-vm', registration: AT, ports: [HTTP], ...props });
  }

  public at(...addresses: VirtualMachineAddress[]): VirtualMachineWorkload {
    return this.machine({ registration: VirtualMachineRegistration.at(addresses) });
  }

  public pods(name: string, labels: Record<string, string>): ApiObject {
    return new ApiObject(this.chart, name, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name },
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { serviceAccountName: name, containers: [] } } },
    });
  }

  public ofKind(kind: string): any[] {
    return Testing.synth(this.chart).filter((manifest) => manifest.kind === kind);
  }
}

test('a machine is written with its address, and a service in front of it', () => {
  const shop = new Shop();
  shop.machine();
  expect(Testing.synth(shop.chart)).toEqual(expect.arrayContaining([
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'WorkloadEntry',
      metadata: { name: 'legacy-10-1-2-3', namespace: 'shop' },
      spec: { address: '10.1.2.3', labels: { app: 'legacy' }, serviceAccount: 'legacy-vm' },
    },
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'ServiceEntry',
      metadata: { name: 'legacy', namespace: 'shop' },
      spec: {
        hosts: ['legacy.shop.mesh'],
        location: 'MESH_INTERNAL',
        resolution: 'STATIC',
        ports: [{ number: 80, name: 'http-80', protocol: 'HTTP', targetPort: 8080 }],
        workloadSelector: { labels: { app: 'legacy' } },
      },
    },
  ]));
  expect(Testing.synth(shop.chart)).toHaveLength(2);
});

test('machines that register by themselves are a group with a probe', () => {
  const shop = new Shop();
  const probe = VirtualMachineProbe.http(8080, {
    path: '/healthz',
    https: true,
    headers: { 'x-probe': 'mesh' },
    initialDelay: Duration.seconds(3),
    timeout: Duration.seconds(2),
    period: Duration.minutes(1),
    successThreshold: 2,
    failureThreshold: 4,
  });
  const group = { probe, network: 'cellar', locality: 'eu/a', ports: { 'http-80': 9090 } };
  const vm = shop.machine({ registration: VirtualMachineRegistration.byItself(group), labels: { app: 'legacy', os: 'linux' }, metadata: { labels: { team: 'a' } } });
  expect(shop.ofKind('WorkloadGroup')).toEqual([{
    apiVersion: 'networking.istio.io/v1',
    kind: 'WorkloadGroup',
    metadata: { name: 'legacy', namespace: 'shop', labels: { team: 'a' } },
    spec: {
      metadata: { labels: { app: 'legacy', os: 'linux' } },
      template: { serviceAccount: 'legacy-vm', ports: { 'http-80': 9090 }, network: 'cellar', locality: 'eu/a' },
      probe: {
        httpGet: { port: 8080, path: '/healthz', scheme: 'HTTPS', httpHeaders: [{ name: 'x-probe', value: 'mesh' }] },
        initialDelaySeconds: 3,
        timeoutSeconds: 2,
        periodSeconds: 60,
        successThreshold: 2,
        failureThreshold: 4,
      },
    },
  }]);
  expect([vm.workloadEntries, vm.workloadGroup !== undefined]).toEqual([[], true]);
});

test.each<[string, VirtualMachineProbe, object]>([
  ['by HTTP', VirtualMachineProbe.http(8080), { httpGet: { port: 8080, path: '/', scheme: 'HTTP' } }],
  ['by TCP', VirtualMachineProbe.tcp(5432, { period: Duration.seconds(5) }), { tcpSocket: { port: 5432 }, periodSeconds: 5 }],
  ['by a command', VirtualMachineProbe.exec(['/usr/bin/check', '-q']), { exec: { command: ['/usr/bin/check', '-q'] } }],
])('a machine is asked %s', (_, probe, expected) => {
  const shop = new Shop();
  shop.machine({ registration: VirtualMachineRegistration.byItself({ probe }) });
  expect(shop.ofKind('WorkloadGroup')[0].spec.probe).toEqual(expected);
});

test('several addresses have a WorkloadEntry each, whose names do not depend on their order', () => {
  const names = (...addresses: VirtualMachineAddress[]) => {
    const shop = new Shop();
    shop.at(...addresses);
    return shop.ofKind('WorkloadEntry').map(({ metadata, spec }) => `${metadata.name} ${spec.address}`).sort();
  };
  const given: VirtualMachineAddress[] = [{ address: '10.1.2.3' }, { address: 'fd00::1:7' }, { address: 'fd00:0:1::7' }];
  expect(names(...given)).toEqual(['legacy-10-1-2-3 10.1.2.3', 'legacy-fd00-0-1-0-7 fd00:0:1::7', 'legacy-fd00-0-1-7 fd00::1:7']);
  expect(names(...[...given].reverse())).toEqual(names(...given));
});

test('what is said of an address is written', () => {
  const shop = new Shop();
  shop.at({ address: '10.1.2.3', ports: { 'http-80': 9090 }, network: 'cellar', locality: 'eu/a/rack', weight: 5 });
  expect(shop.ofKind('WorkloadEntry')[0].spec).toMatchObject({ ports: { 'http-80': 9090 }, network: 'cellar', locality: 'eu/a/rack', weight: 5 });
});

test.each<[string, string, string]>([['legacy.example.com', 'DNS', 'legacy-legacy-example-com'], ['unix:///run/app.sock', 'STATIC', 'legacy-run-app-sock'], ['unix://@app', 'STATIC', 'legacy-app']])(
  'the address %s is found by %s', (address, resolution, name) => {
    const shop = new Shop();
    shop.at({ address });
    expect([shop.ofKind('ServiceEntry')[0].spec.resolution, shop.ofKind('WorkloadEntry')[0].metadata.name]).toEqual([resolution, name]);
  });

test('a port without a protocol is detected, and every port has a name', () => {
  const shop = new Shop();
  shop.machine({ ports: [MeshPort.of({ number: 81 }), MeshPort.tcp(82, { name: 'sql' }), MeshPort.grpc(83)] });
  expect(shop.ofKind('ServiceEntry')[0].spec.ports).toEqual([
    { number: 81, name: 'port-81' }, { number: 82, name: 'sql', protocol: 'TCP' }, { number: 83, name: 'grpc-83', protocol: 'GRPC' },
  ]);
});

describe('together with pods', () => {
  test('the service selects what machines and pods have in common, and policies of the machines only them', () => {
    const shop = new Shop();
    const pods = shop.pods('orders', { app: 'orders', version: 'v2' });
    const vm = shop.machine({ labels: { app: 'orders', place: 'cellar' }, pods: [pods] });
    new MtlsPolicy(shop.chart, 'mtls', { scope: PolicyScope.workload(vm) });
    expect(shop.ofKind('ServiceEntry')[0].spec.workloadSelector).toEqual({ labels: { app: 'orders' } });
    expect(shop.ofKind('WorkloadEntry')[0].spec.labels).toEqual({ app: 'orders', place: 'cellar' });
    expect(shop.ofKind('PeerAuthentication')[0].spec.selector).toEqual({ matchLabels: { app: 'orders', place: 'cellar' } });
    expect(vm.service.selector).toEqual({ app: 'orders' });
    expect(vm.service.callerIdentities().map(String)).toEqual(['shop/legacy-vm', 'shop/orders']);
  });

  test('pods that are known by their labels are meant, also where the App renders them', () => {
    const shop = new Shop();
    const pods = MeshWorkload.fromLabels(shop.chart, 'theirs', { name: 'orders', namespace: 'shop', labels: { app: 'orders' } });
    shop.machine({ labels: { app: 'orders', place: 'cellar' }, pods: [pods] });
    shop.pods('orders', { app: 'orders' });
    expect(shop.ofKind('ServiceEntry')[0].spec.workloadSelector).toEqual({ labels: { app: 'orders' } });
  });

  test('they need a label in common', () => {
    const shop = new Shop();
    shop.machine({ pods: [shop.pods('orders', { app: 'orders' })] });
    expect(() => Testing.synth(shop.chart)).toThrow(
      '[shop/vm] the machines have the labels app=legacy, and the pods have none of them, so nothing could select both. Give both one label, by `labels`.');
  });

  test('pods that nobody meant are not selected by accident', () => {
    const shop = new Shop();
    shop.pods('helper', { app: 'legacy' });
    shop.machine();
    expect(() => Testing.synth(shop.chart)).toThrow(
      '[shop/vm] the ServiceEntry for legacy.shop.mesh selects app=legacy, and so these pods, too: Deployment helper (shop/helper). Name them in `pods` if they offer the service');
    const other = new Shop();
    other.pods('helper', { app: 'other' });
    other.machine();
    expect(() => Testing.synth(other.chart)).not.toThrow();
  });
});

test('a machine is a caller with the identity of its service account, and has no pods', () => {
  const vm = new Shop().machine();
  expect([vm.callerName, vm.callerIdentities().map(String), vm.callerPods(), vm.selector]).toEqual(['legacy', ['shop/legacy-vm'], [], { app: 'legacy' }]);
});

test('its service is the one of the host, as callers know it', () => {
  const shop = new Shop();
  const { service } = shop.machine({ host: 'orders.example.mesh', exportTo: ['.'], addresses: ['240.1.1.1'] });
  expect([service.host, service.namespace, service.ports.map(String)]).toEqual(['orders.example.mesh', 'shop', ['80 (http-80, HTTP)']]);
  expect(shop.ofKind('ServiceEntry')[0].spec).toMatchObject({ hosts: ['orders.example.mesh'], exportTo: ['.'], addresses: ['240.1.1.1'] });
});

describe('refused is', () => {
  const refusal = (props: Partial<VirtualMachineWorkloadProps>) => errorOf(() => new Shop().machine(props));

  test.each<[string, () => Partial<VirtualMachineWorkloadProps>, string]>([
    ['a name that is none', () => ({ name: 'Legacy' }), '`name` is "Legacy": lower-case letters, digits and dashes are allowed, at most 63.'],
    ['no service account', () => ({ serviceAccount: '' }), '`serviceAccount` is "". Name the account whose identity the machines have, for example "legacy"; without one they would have none, and no mutual TLS.'],
    ['no port', () => ({ ports: [] }), '`ports` is empty.'],
    ['UDP', () => ({ ports: [MeshPort.of({ number: 53, protocol: PortProtocol.UDP })] }), 'port 53 (UDP) is UDP, which the mesh leaves alone. Leave it out.'],
    ['no label', () => ({ labels: {} }), '`labels` is empty, and nothing could select the machines.'],
    ['a label that is none', () => ({ labels: { app: 'a b' } }), '`labels` has app="a b".'],
    ['a name for the objects', () => ({ metadata: { name: 'x' } }), '`metadata`: names are made of `name`'],
    ['what is no host', () => ({ host: 'legacy' }), '"legacy" is not a host'],
    ['what is no block', () => ({ addresses: ['10.1'] }), '`addresses`: "10.1" is neither an IP address nor a CIDR block.'],
    ['what is no address', () => ({ registration: VirtualMachineRegistration.at([{ address: '10.1.2' }]) }), 'addresses: `address` is "10.1.2", which is neither an IP address nor a DNS name.'],
    ['an address with a port', () => ({ registration: VirtualMachineRegistration.at([{ address: '10.1.2.3:80' }]) }), 'addresses: `address` is "10.1.2.3:80"'],
    ['a relative socket', () => ({ registration: VirtualMachineRegistration.at([{ address: 'unix://run/app.sock' }]) }), 'addresses: "unix://run/app.sock" is no Unix socket.'],
    ['a socket with ports', () => ({ registration: VirtualMachineRegistration.at([{ address: 'unix:///x', ports: { 'http-80': 1 } }]) }), 'addresses: unix:///x has `ports`, and a Unix socket has none.'],
    ['a socket for two ports', () => ({ registration: VirtualMachineRegistration.at([{ address: 'unix:///x' }]), ports: [HTTP, MeshPort.tcp(81)] }), 'addresses: unix:///x is one Unix socket for 2 ports.'],
    ['a port that the service does not have', () => ({ registration: VirtualMachineRegistration.at([{ address: '10.1.2.3', ports: { web: 1 } }]) }),
      'addresses: 10.1.2.3 has a port "web", and the service\'s ports are named http-80.'],
    ['a port of a group that the service does not have', () => ({ registration: VirtualMachineRegistration.byItself({ ports: { web: 1 } }) }), 'has a port "web", and the service\'s ports are named http-80.'],
    ['no share', () => ({ registration: VirtualMachineRegistration.at([{ address: '10.1.2.3', weight: 0 }]) }), 'addresses: 10.1.2.3: `weight` is 0'],
    ['a place that is none', () => ({ registration: VirtualMachineRegistration.byItself({ locality: 'eu//x' }) }), 'registration: `locality` is "eu//x".'],
    ['one address twice', () => ({ registration: VirtualMachineRegistration.at([{ address: '10.1.2.3' }, { address: '10.1.2.3' }]) }), 'addresses: 10.1.2.3 is given twice.'],
    ['a name beside an address', () => ({ registration: VirtualMachineRegistration.at([{ address: '10.1.2.3' }, { address: 'vm.example.com' }]) }),
      'addresses: vm.example.com is a DNS name, which proxies ask DNS for, and 10.1.2.3 they are told. Istio knows one of the two for a service: give IP addresses only, or DNS names only.'],
  ])('%s', (_, props, message) => {
    expect(refusal(props())).toContain('[shop/vm');
    expect(refusal(props())).toContain(message);
  });

  test('a name beside pods', () => {
    const shop = new Shop();
    const pods = [shop.pods('orders', { app: 'legacy' })];
    expect(errorOf(() => shop.machine({ pods, registration: VirtualMachineRegistration.at([{ address: 'vm.example.com' }]) }))).toContain('is a DNS name, which proxies ask DNS for, and pods they are told.');
  });

  test.each<[string, () => unknown, string]>([
    ['no address', () => VirtualMachineRegistration.at([]), 'VirtualMachineRegistration.at: `addresses` is empty.'],
    ['a probe of half a second', () => VirtualMachineProbe.tcp(80, { timeout: Duration.millis(500) }), 'VirtualMachineProbe.tcp: `timeout` is 0.5 s. Whole seconds are allowed, from 1.'],
    ['a threshold of none', () => VirtualMachineProbe.tcp(80, { failureThreshold: 0 }), 'VirtualMachineProbe.tcp: `failureThreshold` is 0; a whole number from 1 is allowed.'],
    ['port 0', () => VirtualMachineProbe.http(0), 'VirtualMachineProbe.http: the port is 0; a port is a whole number from 1 to 65535.'],
    ['a relative path', () => VirtualMachineProbe.http(80, { path: 'healthz' }), 'VirtualMachineProbe.http: `path` is "healthz", and a path begins with "/".'],
    ['a header that is none', () => VirtualMachineProbe.http(80, { headers: { 'x y': '1' } }), 'VirtualMachineProbe.http: `headers` has "x y", which is no header'],
    ['no command', () => VirtualMachineProbe.exec([]), 'VirtualMachineProbe.exec: `command` is empty. Name the program.'],
  ])('%s', (_, action, message) => {
    expect(errorOf(action)).toContain(message);
  });
});
