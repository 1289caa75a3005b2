import { MigratedShop, PodOptions } from './migrated-shop';
import {
  Injection, MeshPort, MeshService, MeshWorkload, VirtualMachineRegistration, VirtualMachineWorkload,
} from '../../../src';

const BREAKS = 'breaks (strict)';

describe('who is declared to call', () => {
  test('works from a pod that gets its sidecar by the migration, or has one', () => {
    const shop = new MigratedShop();
    shop.namespace('data', { 'istio-injection': 'enabled' });
    shop.namespace('jobs', { 'istio.io/rev': 'stable' });
    const target = shop.service('orders');
    const callers = [shop.caller('cart', 'shop'), shop.caller('reports', 'data'), shop.caller('nightly', 'jobs', { kind: 'Job' })].map((caller) => ({ caller, target }));
    expect(shop.fates({ callers })).toEqual(['cart > shop/orders:8080: works', 'nightly > shop/orders:8080: works', 'reports > shop/orders:8080: works']);
  });

  test.each<[string, Record<string, string> | undefined, PodOptions, string]>([
    ['of a Namespace without a label', {}, {}, 'the Namespace legacy has no label for injection'],
    ['of a Namespace that disables injection', { 'istio-injection': 'disabled', 'istio.io/rev': 'x' }, {}, 'the Namespace legacy has no label for injection'],
    ['that refuses its sidecar by a label', { 'istio-injection': 'enabled' }, { labels: { 'sidecar.istio.io/inject': 'false' } },
      'Deployment billing says sidecar.istio.io/inject: "false" (label)'],
    ['that refuses its sidecar by an annotation', { 'istio-injection': 'enabled' }, { annotations: { 'sidecar.istio.io/inject': 'false' } },
      'Deployment billing says sidecar.istio.io/inject: "false" (annotation)'],
    ['on the network of its node', { 'istio-injection': 'enabled' }, { spec: { hostNetwork: true } }, 'Deployment billing says hostNetwork: true'],
    ['of a namespace that the App does not render', undefined, {}, 'nothing says that pods of legacy have sidecars (if they have, name it in `meshNamespaces`)'],
  ])('breaks from a pod %s', (_, labels, options, reason) => {
    const shop = new MigratedShop();
    if (labels) shop.namespace('legacy', labels);
    const callers = [{ caller: shop.caller('billing', 'legacy', options), target: shop.service('orders') }];
    expect(shop.fates({ callers })).toEqual([`billing > shop/orders:8080: ${BREAKS}`]);
    expect(shop.edges({ callers })[0].why).toBe(`it speaks plaintext: ${reason}`);
  });

  test('works from a pod that asks for its sidecar, is a gateway, or is in a namespace that is said to have them', () => {
    const shop = new MigratedShop();
    shop.namespace('legacy');
    const target = shop.service('orders');
    const asks = shop.caller('asks', 'legacy', { labels: { 'sidecar.istio.io/inject': 'true' } });
    const gateway = shop.caller('gateway', 'legacy', { annotations: { 'inject.istio.io/templates': 'gateway' } });
    const elsewhere = MeshWorkload.fromLabels(shop.chart(), 'elsewhere', { name: 'elsewhere', namespace: 'far', labels: { app: 'x' } });
    const callers = [asks, gateway, elsewhere].map((caller) => ({ caller, target }));
    expect(shop.fates({ callers, meshNamespaces: ['far'] }).filter((fate) => !fate.endsWith(': works'))).toEqual([]);
    expect(shop.fates({ callers }).filter((fate) => !fate.endsWith(': works'))).toEqual([`elsewhere > shop/orders:8080: ${BREAKS}`]);
  });

  test.each<[string, VirtualMachineRegistration]>([
    ['is written', VirtualMachineRegistration.at([{ address: '10.1.2.3' }])], ['registers by itself', VirtualMachineRegistration.byItself()],
  ])('works from a virtual machine that %s, which has a sidecar', (_, registration) => {
    const shop = new MigratedShop();
    shop.namespace('legacy');
    const machine = { name: 'vm', serviceAccount: 'vm', registration, ports: [MeshPort.http(80)] };
    const callers = [{ caller: new VirtualMachineWorkload(shop.chart('legacy'), 'vm', machine), target: shop.service('orders') }];
    expect(shop.fates({ callers })).toEqual(['vm > shop/orders:8080: works']);
  });

  test('breaks from pods of which the account is known, and that are no machine', () => {
    const shop = new MigratedShop();
    const caller = MeshWorkload.fromLabels(shop.chart(), 'far', { name: 'far', namespace: 'far', labels: { app: 'far' }, serviceAccount: 'far' });
    expect(shop.fates({ callers: [{ caller, target: shop.service('orders') }] })).toEqual([`far > shop/orders:8080: ${BREAKS}`]);
  });

  test('outside of the mesh, breaks at every port of the Service but UDP, or at those that are named', () => {
    const shop = new MigratedShop();
    const target = shop.service('orders', [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'tcp', port: 81 }, { name: 'dns', port: 53, protocol: 'UDP' }]);
    expect(shop.fates({ callers: [{ name: 'vm', target }] })).toEqual([`vm > shop/orders:81: ${BREAKS}`, `vm > shop/orders:8080: ${BREAKS}`]);
    expect(shop.fates({ callers: [{ name: 'vm', target, ports: [80] }] })).toEqual([`vm > shop/orders:8080: ${BREAKS}`]);
    expect(shop.fates({ callers: [{ name: 'vm', target: target.workloads[0] }] })).toEqual([`vm > shop/orders: ${BREAKS}`]);
  });

  test('is known from declared calls, too', () => {
    const shop = new MigratedShop();
    shop.namespace('legacy');
    const orders = shop.service('orders');
    orders.allowFrom(shop.caller('billing', 'legacy'));
    orders.allowFrom(shop.caller('cart', 'shop'));
    expect(shop.fates()).toEqual([`billing > shop/orders:8080: ${BREAKS}`, 'cart > shop/orders:8080: works']);
  });

  test('breaks nothing at pods that have no sidecar', () => {
    const shop = new MigratedShop();
    const target = shop.service('orders', undefined, { labels: { 'sidecar.istio.io/inject': 'false' } });
    expect(shop.fates({ callers: [{ name: 'vm', target }] }).filter((fate) => fate.startsWith('vm'))).toEqual(['vm > shop/orders:8080: not enforced']);
  });
});

describe('pods without a sidecar of which nobody says whom they call', () => {
  test('are listed, and not known to break', () => {
    const shop = new MigratedShop();
    shop.namespace('legacy');
    shop.pods('scanner', { kind: 'CronJob' }, 'other');
    shop.pods('billing', {}, 'legacy');
    expect(shop.fates()).toEqual(['Deployment billing (legacy/Deployment-billing-1) > shop/*: not known (strict)']);
  });

  test('are not listed again where they are declared', () => {
    const shop = new MigratedShop();
    shop.namespace('legacy');
    const callers = [{ caller: shop.caller('billing', 'legacy'), target: shop.service('orders') }];
    expect(shop.fates({ callers })).toEqual([`billing > shop/orders:8080: ${BREAKS}`]);
  });
});

describe('callers outside of the mesh that manifests lead in', () => {
  test.each(['LoadBalancer', 'NodePort'])('clients of a %s, but not of a gateway', (type) => {
    const shop = new MigratedShop();
    shop.service('orders', undefined, { type });
    shop.service('gateway', undefined, { type, annotations: { 'inject.istio.io/templates': 'gateway' } });
    shop.service('inner');
    shop.service('dns', [{ name: 'dns', port: 53, protocol: 'UDP' }], { type });
    expect(shop.fates()).toEqual([`clients of the ${type} orders:80 > shop/orders:8080: ${BREAKS}`]);
  });

  const backend = (service: string, port: object) => ({ service: { name: service, port } });
  test('the Ingress controller, by each backend', () => {
    const shop = new MigratedShop();
    shop.service('orders');
    shop.service('cart', [{ name: 'http', port: 80, targetPort: 'web' }], { container: { ports: [{ name: 'web', containerPort: 9090 }] } });
    shop.object('networking.k8s.io/v1', 'Ingress', 'public', {
      spec: {
        ingressClassName: 'nginx',
        defaultBackend: backend('orders', { number: 80 }),
        rules: [{ http: { paths: [{ path: '/', backend: backend('cart', { name: 'http' }) }, { path: '/x', backend: backend('cart', { number: 81 }) }] } }],
      },
    });
    expect(shop.fates()).toEqual([`the Ingress controller nginx > shop/cart:9090: ${BREAKS}`, `the Ingress controller nginx > shop/orders:8080: ${BREAKS}`]);
  });

  test('but not Istio as the Ingress controller', () => {
    const shop = new MigratedShop();
    shop.service('orders');
    shop.object('networking.k8s.io/v1', 'Ingress', 'public', { spec: { ingressClassName: 'istio', defaultBackend: backend('orders', { number: 80 }) } });
    expect(shop.fates()).toEqual([]);
  });

  test.each<[string, string, object]>([
    ['admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', { webhooks: [{ clientConfig: { service: { name: 'orders', namespace: 'shop' } } }] }],
    ['admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration', { webhooks: [{ clientConfig: { service: { name: 'orders', namespace: 'shop', port: 443 } } }] }],
    ['apiregistration.k8s.io/v1', 'APIService', { spec: { service: { name: 'orders', namespace: 'shop' } } }],
  ])('the API server (%s %s)', (apiVersion, kind, rest) => {
    const shop = new MigratedShop();
    shop.service('orders', [{ name: 'https', port: 443, targetPort: 8443 }, { name: 'http', port: 80 }]);
    shop.object(apiVersion, kind, 'hook', rest);
    expect(shop.fates()).toEqual([`the API server > shop/orders:8443: ${BREAKS}`]);
  });

  test('Prometheus, where its operator is told of ports in plaintext', () => {
    const shop = new MigratedShop();
    shop.service('orders', [{ name: 'metrics', port: 9102, targetPort: 'm' }], { meta: { labels: { team: 'a' } }, container: { ports: [{ name: 'm', containerPort: 9102 }] } });
    const selector = { matchLabels: { team: 'a' } };
    for (const endpoint of [{ scheme: 'https' }, { tlsConfig: {} }]) {
      shop.object('monitoring.coreos.com/v1', 'ServiceMonitor', 'with-tls', { spec: { selector, endpoints: [{ port: 'metrics', ...endpoint }] } });
    }
    expect(shop.fates()).toEqual([]);
    shop.object('monitoring.coreos.com/v1', 'ServiceMonitor', 'mine', { spec: { selector, endpoints: [{ port: 'metrics' }] } });
    expect(shop.fates()).toEqual([`Prometheus > shop/orders:9102: ${BREAKS}`]);
    const pods = { selector: { matchLabels: { app: 'orders' } }, podMetricsEndpoints: [{ port: 'm' }] };
    for (const [namespaceSelector, count] of [[{ any: true }, 2], [{ matchNames: ['shop'] }, 2], [undefined, 1]] as const) {
      const other = new MigratedShop();
      other.service('orders', [{ name: 'metrics', port: 9102, targetPort: 'm' }], { container: { ports: [{ name: 'm', containerPort: 9102 }] } });
      other.object('monitoring.coreos.com/v1', 'ServiceMonitor', 'own', { spec: { endpoints: [{ port: 'metrics' }] } });
      other.object('monitoring.coreos.com/v1', 'PodMonitor', 'theirs', { spec: { namespaceSelector, ...pods } }, 'monitoring');
      expect([namespaceSelector, other.edges().length]).toEqual([namespaceSelector, count]);
    }
  });

  test('Prometheus by annotation, only where Istio is told not to merge metrics', () => {
    const scraped = (annotations: Record<string, string>) => {
      const shop = new MigratedShop();
      shop.service('orders', undefined, { annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '9102', ...annotations } });
      return shop.fates();
    };
    expect(scraped({})).toEqual([]);
    expect(scraped({ 'prometheus.istio.io/merge-metrics': 'false' })).toEqual([`Prometheus > shop/orders:9102: ${BREAKS}`]);
    expect(scraped({ 'prometheus.istio.io/merge-metrics': 'false', 'prometheus.io/scrape': 'false' })).toEqual([]);
  });

  describe('the kubelet', () => {
    const probed = (probe: object, annotations: Record<string, string> = { 'sidecar.istio.io/rewriteAppHTTPProbers': 'false' }) => {
      const shop = new MigratedShop();
      shop.service('orders', undefined, { annotations, container: { ports: [{ name: 'web', containerPort: 8080 }], readinessProbe: probe } });
      return shop.fates();
    };

    test.each<[string, object]>([['HTTP', { httpGet: { port: 8080 } }], ['HTTP at a named port', { httpGet: { port: 'web' } }], ['gRPC', { grpc: { port: 8080 } }]])(
      'by %s, where probes are not rewritten', (_, probe) => {
        expect(probed(probe)).toEqual([`the kubelet (readinessProbe) > shop/orders:8080: ${BREAKS}`]);
        expect(probed(probe, {})).toEqual([]);
      });

    test('neither by TCP nor by a command, and not at a port that passes by the sidecar', () => {
      expect(probed({ tcpSocket: { port: 8080 } })).toEqual([]);
      expect(probed({ exec: { command: ['true'] } })).toEqual([]);
      const annotations = { 'sidecar.istio.io/rewriteAppHTTPProbers': 'false', 'traffic.sidecar.istio.io/excludeInboundPorts': '8080' };
      expect(probed({ httpGet: { port: 8080 } }, annotations).filter((fate) => fate.startsWith('the kubelet'))).toEqual([]);
    });

    test('that is told another host, which injection does not change', () => {
      expect(probed({ httpGet: { port: 8080, host: 'orders.example.com' } }, {})).toEqual(['the kubelet (readinessProbe) > shop/orders:8080: breaks (inject)']);
    });
  });
});

describe('clients with a sidecar that are told to speak something else', () => {
  test.each(['DISABLE', 'SIMPLE', 'MUTUAL'])('by a DestinationRule with %s', (mode) => {
    const shop = new MigratedShop();
    shop.service('orders');
    shop.destinationRule('orders', { tls: { mode } });
    expect(shop.fates()).toEqual([`every client with a sidecar > shop/orders:8080: ${BREAKS}`]);
  });

  test('but not by ISTIO_MUTUAL, nor by one without tls', () => {
    const shop = new MigratedShop();
    shop.service('orders');
    shop.destinationRule('orders', { tls: { mode: 'ISTIO_MUTUAL' } });
    shop.destinationRule('orders', { loadBalancer: { simple: 'RANDOM' } });
    expect(shop.fates()).toEqual([]);
  });

  test.each(['orders.shop', 'orders.shop.svc', 'orders.shop.svc.cluster.local', '*.shop.svc.cluster.local', '*.svc.cluster.local', '*.local', '*'])(
    'by a rule of another namespace for %s, which holds for clients there', (host) => {
      const shop = new MigratedShop();
      shop.service('orders');
      shop.destinationRule(host, { tls: { mode: 'DISABLE' } }, 'data');
      expect(shop.fates()).toEqual([`clients with a sidecar in data > shop/orders:8080: ${BREAKS}`]);
    });

  test.each(['orders', 'orders.data', '*.data.svc.cluster.local', 'orders.shop.example.com', '*.example.com', 'cart.shop.svc.cluster.local'])(
    'but not by one for %s', (host) => {
      const shop = new MigratedShop();
      shop.service('orders');
      shop.destinationRule(host, { tls: { mode: 'DISABLE' } }, 'data');
      expect(shop.fates().filter((fate) => fate.includes('orders'))).toEqual([]);
    });

  test('for one port, and for one subset', () => {
    const shop = new MigratedShop();
    shop.service('orders', [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'http-b', port: 81, targetPort: 8081 }]);
    shop.destinationRule('orders', { portLevelSettings: [{ port: { number: 81 }, tls: { mode: 'DISABLE' } }] });
    expect(shop.fates()).toEqual([`every client with a sidecar > shop/orders:8081: ${BREAKS}`]);
    const other = new MigratedShop();
    other.service('orders');
    other.destinationRule('orders', {}, 'shop', { subsets: [{ name: 'v1', trafficPolicy: { tls: { mode: 'DISABLE' } } }] });
    expect(other.fates()).toEqual([`every client with a sidecar > shop/orders:8080: ${BREAKS}`]);
  });

  test('a service that the App does not render is known by its name', () => {
    const shop = new MigratedShop();
    shop.destinationRule('theirs', { tls: { mode: 'DISABLE' } });
    expect(shop.fates()).toEqual([`every client with a sidecar > shop/theirs: ${BREAKS}`]);
  });

  const entry = (spec: object) => {
    const shop = new MigratedShop();
    shop.service('orders');
    shop.object('networking.istio.io/v1', 'ServiceEntry', 'orders', { spec: { hosts: ['orders.example.com'], ports: [{ number: 80, name: 'http', protocol: 'HTTP', targetPort: 8080 }], ...spec } });
    return shop.fates();
  };
  test.each<[string, object]>([
    ['by labels', { workloadSelector: { labels: { app: 'orders' } }, resolution: 'STATIC' }],
    ['by labels, said to be external', { location: 'MESH_EXTERNAL', workloadSelector: { labels: { app: 'orders' } }, resolution: 'STATIC' }],
    ['by its name', { resolution: 'DNS', endpoints: [{ address: 'orders.shop.svc.cluster.local' }] }],
  ])('by a ServiceEntry outside of the mesh that leads in %s', (_, spec) => {
    expect(entry(spec)).toEqual([`clients of orders.example.com > shop/orders:8080: ${BREAKS}`]);
  });

  test('but not by one inside of the mesh, nor by one for somebody else', () => {
    expect(entry({ location: 'MESH_INTERNAL', workloadSelector: { labels: { app: 'orders' } } })).toEqual([]);
    expect(entry({ workloadSelector: { labels: { app: 'other' } } })).toEqual([]);
    expect(entry({ resolution: 'DNS', endpoints: [{ address: 'api.example.com' }] })).toEqual([]);
  });
});

describe('special ports', () => {
  const EXCLUDED = { 'traffic.sidecar.istio.io/excludeInboundPorts': '9102' };
  const ports = [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'http-m', port: 9102 }];

  test.each<[string, Record<string, string>]>([
    ['excluded', EXCLUDED], ['not among those included', { 'traffic.sidecar.istio.io/includeInboundPorts': '8080' }],
  ])('a port that is %s passes by the sidecar: nothing is enforced, and mutual TLS gets to the application', (_, annotations) => {
    const shop = new MigratedShop();
    shop.service('orders', ports, { ports: [8080, 9102], annotations });
    expect(shop.fates()).toEqual(['every client with a sidecar > shop/orders:9102: breaks (inject)', 'callers without a sidecar > shop/orders:9102: not enforced']);
  });

  test('unless clients are told to speak plaintext to it, all of them', () => {
    const told = (namespace: string) => {
      const shop = new MigratedShop();
      shop.service('orders', ports, { annotations: EXCLUDED });
      shop.destinationRule('orders.shop.svc.cluster.local', { portLevelSettings: [{ port: { number: 9102 }, tls: { mode: 'DISABLE' } }] }, namespace);
      return shop.fates();
    };
    expect(told('shop')).toEqual(['callers without a sidecar > shop/orders:9102: not enforced']);
    expect(told('data')).toContain('every client with a sidecar > shop/orders:9102: breaks (inject)');
  });

  test('a port that takes plaintext is no help where the sidecar does not see it', () => {
    const shop = new MigratedShop();
    const target = shop.service('orders', ports, { annotations: EXCLUDED });
    expect(shop.fates({ openPorts: [{ target, ports: [9102], reason: 'x' }] })).toContain('every client with a sidecar > shop/orders:9102: breaks (inject)');
  });

  test('callers of a port that passes by the sidecar are not refused', () => {
    const shop = new MigratedShop();
    const target = shop.service('orders', ports, { annotations: EXCLUDED });
    expect(shop.fates({ callers: [{ name: 'vm', target }] }).filter((fate) => fate.startsWith('vm')))
      .toEqual([`vm > shop/orders:8080: ${BREAKS}`, 'vm > shop/orders:9102: not enforced']);
  });

  test('where the server speaks first, plaintext waits for ever as soon as there is a sidecar', () => {
    const shop = new MigratedShop();
    const target = shop.service('db', [{ name: 'mysql', port: 3306 }, { name: 'tcp-mail', port: 2525, targetPort: 25 }, { name: 'tcp', port: 5432 }]);
    expect(shop.fates({ callers: [{ name: 'vm', target }] }))
      .toEqual(['vm > shop/db:25: breaks (inject)', 'vm > shop/db:3306: breaks (inject)', `vm > shop/db:5432: ${BREAKS}`]);
  });

  test('where the server speaks first and nobody says what, clients with a sidecar wait, too', () => {
    const shop = new MigratedShop();
    shop.service('mail', [{ name: 'submission', port: 587 }, { name: 'tcp-smtp', port: 588, targetPort: 25 }, { name: 'other', port: 1234 }]);
    expect(shop.fates()).toEqual(['every client with a sidecar > shop/mail:587: breaks (inject)']);
  });

  test('ports of a StatefulSet that no Service has are called by address', () => {
    const shop = new MigratedShop();
    shop.service('db', [{ name: 'tcp', port: 5432 }], { kind: 'StatefulSet', ports: [5432, 7000] });
    shop.service('web', undefined, { ports: [8080, 7000] });
    expect(shop.fates().map((fate) => fate.replace(/\(.*?\) /, ''))).toEqual(['peers of StatefulSet db > shop/db:7000: not known (strict)']);
  });

  test('pods that never get a sidecar are protected by nothing', () => {
    const shop = new MigratedShop();
    shop.pods('raw', { labels: { 'sidecar.istio.io/inject': 'false' } });
    expect(shop.fates()).toEqual([
      'Deployment raw (shop/Deployment-raw-0) > shop/*: not known (strict)', 'everybody > shop/raw: not enforced',
    ]);
  });
});

test('a service of another team is known by its name', () => {
  const shop = new MigratedShop();
  const target = MeshService.fromName(shop.chart(), 'theirs', { name: 'theirs', namespace: 'shop', ports: [MeshPort.http(80)] });
  expect(shop.fates({ callers: [{ name: 'vm', target }], injection: Injection.revision('stable') })).toEqual([`vm > shop/theirs:80: ${BREAKS}`]);
});
