import { ApiObject, App, Chart, Testing } from 'cdk8s';
import { AmbientNamespace, AmbientNamespaceProps, MeshPort, MeshService, Waypoint, WaypointProps, WaypointTraffic } from '../../../src';

const app = () => new Chart(new App(), 'shop', { namespace: 'shop' });
const named = (manifests: any[], kind: string, name: string) => manifests.find((one) => one.kind === kind && one.metadata.name === name);

function service(chart: Chart, labels: { [label: string]: string } = {}): { object: ApiObject; service: MeshService } {
  const object = new ApiObject(chart, 'Service', {
    apiVersion: 'v1', kind: 'Service', metadata: { name: 'reviews', namespace: 'shop', labels }, spec: { selector: { app: 'reviews' }, ports: [{ name: 'http', port: 80 }] },
  });
  return { object, service: new MeshService(chart, 'reviews', { service: object }) };
}

function errors(chart: Chart): string {
  try {
    Testing.synth(chart);
    chart.node.root.node.findAll();
    (chart.node.root as App).synthYaml();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

function refused(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}

test('is a Gateway that Istio runs, for Services of its own namespace', () => {
  const chart = app();
  const waypoint = new Waypoint(chart, 'waypoint');
  new AmbientNamespace(chart, 'namespace', { name: 'shop', waypoint });
  expect(named(Testing.synth(chart), 'Gateway', 'waypoint')).toEqual({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'waypoint', namespace: 'shop', labels: { 'istio.io/waypoint-for': 'service' } },
    spec: { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }] },
  });
  expect(errors(chart)).toBe('');
});

test('stands in its namespace, which therefore is written first', () => {
  const chart = app();
  const waypoint = new Waypoint(chart, 'waypoint');
  new AmbientNamespace(chart, 'namespace', { name: 'shop', waypoint });
  expect(Testing.synth(chart).map(({ kind }) => kind)).toEqual(['Namespace', 'Gateway']);
});

describe('a namespace of the ambient mesh', () => {
  const labels = (props: Partial<AmbientNamespaceProps>) => {
    const chart = app();
    const namespace = new AmbientNamespace(chart, 'namespace', { name: 'shop', ...props });
    return { namespace, labels: named(Testing.synth(chart), 'Namespace', 'shop')?.metadata.labels };
  };

  test('has ztunnel alone, unless a waypoint is given', () => {
    expect(labels({}).labels).toEqual({ 'istio.io/dataplane-mode': 'ambient' });
  });

  test('sends what gateways let in through its waypoint, too, unless that is not wanted', () => {
    const waypoint = Waypoint.existing('waypoint', 'shop');
    expect(labels({ waypoint }).labels).toEqual({ 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'waypoint', 'istio.io/ingress-use-waypoint': 'true' });
    expect(labels({ waypoint, ingressUsesWaypoint: false }).labels).toEqual({ 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'waypoint' });
  });

  test('names the namespace of a waypoint that stands elsewhere', () => {
    expect(labels({ waypoint: Waypoint.existing('front', 'gateways') }).labels).toMatchObject({ 'istio.io/use-waypoint': 'front', 'istio.io/use-waypoint-namespace': 'gateways' });
  });

  test('of somebody else is told what to do', () => {
    const { namespace } = labels({ existing: true, waypoint: Waypoint.existing('waypoint', 'shop') });
    expect(namespace.namespaceObject).toBeUndefined();
    expect(namespace.patch.metadata.labels).toEqual({
      'istio-injection': null, 'istio.io/rev': null, 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'waypoint', 'istio.io/ingress-use-waypoint': 'true',
    });
    expect(namespace.command).toContain('istio.io/dataplane-mode=ambient');
    expect(namespace.command).toContain('istio.io/use-waypoint=waypoint istio.io/ingress-use-waypoint=true');
  });

  test('cannot send through a waypoint what has none', () => {
    expect(refused(() => labels({ ingressUsesWaypoint: true }))).toContain('[shop/namespace] `ingressUsesWaypoint` is given, and no `waypoint`.');
  });
});

describe('a waypoint that nobody uses', () => {
  test('is refused, with who could use it and how', () => {
    const chart = app();
    new Waypoint(chart, 'waypoint');
    const said = errors(chart);
    expect(said).toContain('[shop/waypoint] nobody uses the waypoint shop/waypoint');
    expect(said).toContain('istio.io/use-waypoint: waypoint');
    expect(said).toContain('usedElsewhere: true');
  });

  test('may be used elsewhere, or be for nothing yet', () => {
    const chart = app();
    new Waypoint(chart, 'one', { name: 'one', usedElsewhere: true });
    new Waypoint(chart, 'two', { name: 'two', traffic: WaypointTraffic.NONE });
    expect(errors(chart)).toBe('');
  });

  test.each<[string, (chart: Chart, waypoint: Waypoint) => unknown]>([
    ['a namespace', (chart, waypoint) => new AmbientNamespace(chart, 'namespace', { name: 'shop', waypoint })],
    ['a Service', (chart, waypoint) => waypoint.serve(service(chart).service)],
    ['a Service that somebody labels', (chart) => service(chart, { 'istio.io/use-waypoint': 'waypoint' })],
    ['a host outside', (chart) => new ApiObject(chart, 'entry', {
      apiVersion: 'networking.istio.io/v1',
      kind: 'ServiceEntry',
      metadata: { name: 'api', namespace: 'shop', labels: { 'istio.io/use-waypoint': 'waypoint' } },
      spec: { hosts: ['api.example.com'], ports: [{ number: 443, name: 'tls', protocol: 'TLS' }], resolution: 'DNS' },
    })],
  ])('is not one that %s names', (_, use) => {
    const chart = app();
    use(chart, new Waypoint(chart, 'waypoint'));
    expect(errors(chart)).toBe('');
  });

  test('is one whose namesake in another namespace is used', () => {
    const chart = app();
    new Waypoint(chart, 'waypoint');
    service(chart, { 'istio.io/use-waypoint': 'waypoint', 'istio.io/use-waypoint-namespace': 'gateways' });
    expect(errors(chart)).toContain('nobody uses the waypoint shop/waypoint');
  });
});

describe('a waypoint and who uses it', () => {
  test('a Service is labelled where it is written, after the waypoint', () => {
    const chart = app();
    const waypoint = new Waypoint(chart, 'waypoint');
    const { service: reviews } = service(chart);
    waypoint.serve(reviews);
    const manifests = Testing.synth(chart);
    expect(named(manifests, 'Service', 'reviews').metadata.labels).toEqual({ 'istio.io/use-waypoint': 'waypoint' });
    expect(manifests.map(({ kind }) => kind)).toEqual(['Gateway', 'Service']);
  });

  test('a Service that others write, or that has another waypoint, is not', () => {
    const chart = app();
    const waypoint = new Waypoint(chart, 'waypoint');
    const theirs = MeshService.fromName(chart, 'theirs', { name: 'theirs', namespace: 'web', ports: [MeshPort.http(80)] });
    expect(refused(() => waypoint.serve(theirs)))
      .toContain('the Service web/theirs is not written by this App. Where it is, label it istio.io/use-waypoint: waypoint, istio.io/use-waypoint-namespace: shop.');
    expect(refused(() => waypoint.serve(service(chart, { 'istio.io/use-waypoint': 'other' }).service))).toContain('names the waypoint other already');
  });

  test('other namespaces have to be let in', () => {
    const use = (props: WaypointProps) => {
      const chart = app();
      const waypoint = new Waypoint(chart, 'waypoint', props);
      new AmbientNamespace(chart, 'namespace', { name: 'web', waypoint });
      return chart;
    };
    expect(errors(use({}))).toContain('Namespace web (shop/namespace/Resource/Namespace) uses the waypoint shop/waypoint, which is open to shop only: Istio would leave web without a waypoint. Say openTo: [\'web\'].');
    expect(errors(use({ openTo: ['web'] }))).toBe('');
    expect(named(Testing.synth(use({ openTo: ['web'] })), 'Gateway', 'waypoint').spec.listeners[0].allowedRoutes).toEqual({
      namespaces: { from: 'Selector', selector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['shop', 'web'] }] } },
    });
  });

  test.each<[WaypointTraffic, string]>([
    [WaypointTraffic.SERVICE, ''], [WaypointTraffic.ALL, ''], [WaypointTraffic.WORKLOAD, 'takes traffic of workloads: nothing would go through it'], [WaypointTraffic.NONE, 'takes traffic of nobody'],
  ])('one for %s takes what goes to Services or says that it does not', (traffic, said) => {
    const chart = app();
    new Waypoint(chart, 'waypoint', { traffic }).serve(service(chart).service);
    if (said === '') expect(errors(chart)).toBe('');
    else expect(errors(chart)).toContain(said);
  });

  test('a pod cannot use one for Services', () => {
    const chart = app();
    const waypoint = new Waypoint(chart, 'waypoint');
    waypoint.serve(service(chart).service);
    new ApiObject(chart, 'Deployment', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'reviews', namespace: 'shop' },
      spec: {
        selector: { matchLabels: { app: 'reviews' } },
        template: { metadata: { labels: { 'app': 'reviews', 'istio.io/use-waypoint': 'waypoint' } }, spec: { containers: [{ name: 'reviews', image: 'registry.example.com/reviews:1.0.0' }] } },
      },
    });
    expect(errors(chart)).toContain('Deployment reviews (shop/Deployment) uses the waypoint shop/waypoint, which takes traffic of services');
  });

  test('two cannot be one', () => {
    const chart = app();
    new Waypoint(chart, 'one', { usedElsewhere: true });
    new Waypoint(chart, 'two', { usedElsewhere: true });
    expect(errors(chart)).toContain('[shop/two] the waypoint shop/waypoint is that of [shop/one] too.');
  });
});

test.each<[WaypointProps, string]>([
  [{ name: 'none' }, 'the word by which something does without a waypoint'],
  [{ name: 'Way Point' }, '`name` is "Way Point"'],
  [{ namespace: 'A' }, '`namespace` is "A"'],
  [{ openTo: ['*'] }, '`openTo` holds "*"'],
  [{ traffic: 'services' as WaypointTraffic }, '`traffic` is "services". Give WaypointTraffic.SERVICE or'],
  [{ revision: 'A' }, 'is not a revision'],
  [{ metadata: { name: 'x' } }, 'Give them as `name` and `namespace`'],
  [{ metadata: { labels: { 'istio.io/waypoint-for': 'all' } } }, 'Say it by `traffic`.'],
])('%j is refused', (props, said) => {
  expect(refused(() => new Waypoint(app(), 'waypoint', props))).toContain(said);
});

test('without a namespace it is nowhere', () => {
  expect(refused(() => new Waypoint(new Chart(new App(), 'shop'), 'waypoint'))).toContain('the namespace is not known');
});
