import { ApiObject, App, Chart, JsonPatch, Testing } from 'cdk8s';
import { Namespace } from 'cdk8s-plus-33';
import { Shop, errorOf } from './shop';
import { EgressPolicy, Injection, MeshPort, MeshService, MtlsException, ZeroTrustNamespace } from '../../src';

const kindsAndNames = (manifests: any[]) => manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`);

describe('a namespace where nothing is said', () => {
  const manifests = (() => {
    const shop = new Shop();
    shop.zeroTrust();
    return shop.manifests();
  })();

  test('is written in the order in which it is applied', () => {
    expect(kindsAndNames(manifests)).toEqual(['Namespace shop', 'PeerAuthentication default', 'AuthorizationPolicy deny-all', 'Sidecar default']);
  });

  test('gets its sidecars from the default revision, and is itself in no namespace', () => {
    expect(manifests[0]).toEqual({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } } });
  });

  test('accepts mutual TLS only', () => {
    expect(manifests[1]).toEqual({
      apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { name: 'default', namespace: 'shop' }, spec: { mtls: { mode: 'STRICT' } },
    });
  });

  test('allows nothing: the empty spec survives synth', () => {
    expect(manifests[2]).toEqual({
      apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'deny-all', namespace: 'shop' }, spec: {},
    });
  });

  test('lets its applications call itself and the control plane', () => {
    expect(manifests[3]).toEqual({
      apiVersion: 'networking.istio.io/v1',
      kind: 'Sidecar',
      metadata: { name: 'default', namespace: 'shop' },
      spec: { egress: [{ hosts: ['./*', 'istio-system/*'] }], outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } },
    });
  });
});

describe('the Namespace', () => {
  test('has the label of a revision and not that of the default one', () => {
    const shop = new Shop();
    shop.zeroTrust({ injection: Injection.revision('1-31'), namespaceMetadata: { labels: { team: 'a' }, annotations: { note: 'x' } } });
    expect(shop.find('Namespace', 'shop').metadata).toEqual({ name: 'shop', labels: { 'istio.io/rev': '1-31', 'team': 'a' }, annotations: { note: 'x' } });
  });

  test('is not written when it exists', () => {
    const shop = new Shop();
    const zeroTrust = shop.zeroTrust({ existing: true });
    expect(zeroTrust.namespaceObject).toBeUndefined();
    expect(shop.manifests().filter(({ kind }) => kind === 'Namespace')).toEqual([]);
  });

  test('comes before what the chart held already', () => {
    const shop = new Shop();
    new ApiObject(shop.chart, 'early', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'early' } });
    new ApiObject(shop.chart, 'elsewhere', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'elsewhere', namespace: 'other' } });
    shop.zeroTrust();
    const order = kindsAndNames(shop.manifests());
    expect(order.indexOf('Namespace shop')).toBeLessThan(order.indexOf('ConfigMap early'));
    expect(order[0]).toBe('Namespace shop');
  });

  test('may be rendered by something else, if that is said', () => {
    const shop = new Shop();
    new Namespace(shop.chart, 'namespace', { metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } } });
    shop.zeroTrust({ existing: true });
    expect(() => shop.manifests()).not.toThrow();
  });

  test('rendered twice is an error', () => {
    const shop = new Shop();
    new ApiObject(shop.chart, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    shop.zeroTrust();
    expect(() => shop.manifests()).toThrow('[shop/zero-trust] the Namespace shop is written here and by [shop/namespace]. Say existing: true here, or leave that one out.');
  });
});

describe('labels that would leave pods without the sidecar that enforces policies are refused', () => {
  const ambient = 'the label istio.io/dataplane-mode is "ambient", and these policies are written for sidecars: ztunnel sees no requests, so it drops rules with methods or paths, '
    + 'and waypoints ignore selectors. Leave the label out, or say dataPlane: DataPlane.ambient(), with a waypoint where rules are about requests.';

  test('ambient', () => {
    expect(() => new Shop().zeroTrust({ namespaceMetadata: { labels: { 'istio.io/dataplane-mode': 'ambient' } } })).toThrow(`[shop/zero-trust] namespaceMetadata: ${ambient}`);
  });

  test('ambient on a Namespace that something else renders', () => {
    const shop = new Shop();
    new ApiObject(shop.chart, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { 'istio.io/dataplane-mode': 'ambient' } } });
    shop.zeroTrust({ existing: true });
    expect(() => shop.manifests()).toThrow(`[shop/zero-trust] the Namespace shop [shop/namespace]: ${ambient}`);
  });

  test('both injection labels', () => {
    expect(() => new Shop().zeroTrust({ namespaceMetadata: { labels: { 'istio.io/rev': 'x' } } })).toThrow(
      '[shop/zero-trust] namespaceMetadata: it has both labels, istio-injection: enabled and istio.io/rev: x; Istio then ignores the revision. Give one of them, by `injection`.');
  });

  test('both, one of them by the chart', () => {
    const chart = new Chart(new App(), 'shop', { labels: { 'istio.io/rev': 'x' } });
    new ZeroTrustNamespace(chart, 'zero-trust', { namespace: 'shop' });
    expect(() => Testing.synth(chart)).toThrow('[shop/zero-trust] the Namespace shop [shop/zero-trust/Namespace]: it has both labels, istio-injection: enabled and istio.io/rev: x');
  });

  test('injection switched off', () => {
    const shop = new Shop();
    new ApiObject(shop.chart, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { 'istio-injection': 'disabled' } } });
    shop.zeroTrust({ existing: true });
    expect(() => shop.manifests()).toThrow(
      '[shop/zero-trust] the Namespace shop [shop/namespace]: the label istio-injection is "disabled": pods would have no sidecar, so nothing would enforce these policies. Leave the label out.');
  });

  test('a revision that is none', () => {
    expect(() => Injection.revision('1.31')).toThrow(new Error(
      'Injection.revision: "1.31" is not a revision: lower-case letters, digits and dashes, at most 63, for example "1-31" or "stable".'));
  });
});

test('a revision that Kubernetes would read as a number is refused', () => {
  expect(() => Injection.revision('0o17')).toThrow(new Error(
    'Injection.revision: "0o17" is written without quotes, and Kubernetes then reads a number. Name the revision or a tag of it otherwise.'));
});

describe('props that cannot be meant are refused', () => {
  test.each<[string, Parameters<Shop['zeroTrust']>[0], string]>([
    ['a name that is none', { namespace: 'Shop' }, 'namespace: "Shop" is not a namespace name: lower-case letters, digits and dashes, at most 63.'],
    ['a root namespace that is none', { rootNamespace: 'a/b' }, 'rootNamespace: "a/b" is not a namespace name: lower-case letters, digits and dashes, at most 63.'],
    ['the root namespace, whose policies hold everywhere', { namespace: 'mesh', rootNamespace: 'mesh' },
      'namespace: mesh is the root namespace of the mesh: deny-all and STRICT there would hold for every namespace. Choose the namespace of an application.'],
    ['a trust domain with its scheme', { trustDomains: ['spiffe://x'] }, '`trustDomains` holds "spiffe://x", which is not a domain. Write it without spiffe:// and without wildcards, for example "cluster.local".'],
    ['no trust domain', { trustDomains: [] }, '`trustDomains` is empty. Name the mesh\'s own first, for example [\'cluster.local\'], or leave it out.'],
    ['a cluster domain that is none', { clusterDomain: '*' }, 'clusterDomain: "*" is not a domain. Write it without spiffe:// and without wildcards, for example "cluster.local".'],
    ['injection where no Namespace is written', { existing: true, injection: Injection.enabled() },
      'existing: no Namespace object is written, so `injection` has nothing to stand on. Leave it out, and label the Namespace where it is made.'],
    ['labels where no Namespace is written', { existing: true, namespaceMetadata: {} },
      'existing: no Namespace object is written, so `namespaceMetadata` has nothing to stand on. Leave it out, and label the Namespace where it is made.'],
    ['a name for all objects', { metadata: { name: 'x' } }, 'metadata: names are fixed and the namespace is `namespace`. Give labels and annotations only.'],
    ['another namespace for its objects', { metadata: { namespace: 'x' } }, 'metadata: names are fixed and the namespace is `namespace`. Give labels and annotations only.'],
    ['another name for the Namespace', { namespaceMetadata: { name: 'x' } }, 'namespaceMetadata: names are fixed and the namespace is `namespace`. Give labels and annotations only.'],
  ])('%s', (_, props, message) => {
    expect(errorOf(() => new Shop().zeroTrust(props))).toBe(`[shop/zero-trust] ${message}`);
  });

  test('two for one namespace, and both are named', () => {
    const shop = new Shop();
    shop.zeroTrust();
    expect(errorOf(() => new ZeroTrustNamespace(new Chart(shop.app, 'other'), 'again', { namespace: 'shop' }))).toBe(
      '[other/again] and [shop/zero-trust] are both a ZeroTrustNamespace for shop, and would overwrite each other\'s objects. Make it once and hand it to whatever allows something.');
  });

  test('another App may have its own', () => {
    new Shop().zeroTrust();
    expect(() => new Shop().zeroTrust()).not.toThrow();
  });
});

describe('every object', () => {
  const everything = (props: Parameters<Shop['zeroTrust']>[0] = {}) => {
    const shop = new Shop();
    const zeroTrust = shop.zeroTrust(props);
    const reviews = shop.service('reviews');
    zeroTrust.allow({ caller: shop.workload('frontend'), target: reviews });
    zeroTrust.exceptMtls(reviews, [80], MtlsException.PERMISSIVE);
    return { shop, zeroTrust };
  };

  test('is reachable and takes fields that we do not know', () => {
    const { shop, zeroTrust } = everything();
    const objects = [
      zeroTrust.namespaceObject!, zeroTrust.peerAuthentication, zeroTrust.denyAll, zeroTrust.sidecar!,
      ...zeroTrust.policies, ...zeroTrust.mtlsExceptions,
    ];
    for (const object of objects) object.addJsonPatch(JsonPatch.add('/unknown', { field: true }));
    const manifests = shop.manifests();
    expect(manifests).toHaveLength(objects.length);
    expect(manifests.map(({ unknown }) => unknown)).toEqual(objects.map(() => ({ field: true })));
  });

  test('of Istio gets the labels and annotations, and says its namespace', () => {
    const { shop } = everything({ metadata: { labels: { 'istio.io/rev': 'x' }, annotations: { note: 'y' } } });
    const [namespace, ...others] = shop.manifests();
    expect(namespace.metadata).toEqual({ name: 'shop', labels: { 'istio-injection': 'enabled' } });
    for (const { metadata } of others) expect(metadata).toEqual({ name: metadata.name, namespace: 'shop', labels: { 'istio.io/rev': 'x' }, annotations: { note: 'y' } });
  });

  test('is in the namespace whatever its chart says', () => {
    const chart = new Chart(new App(), 'platform', { namespace: 'platform' });
    new ZeroTrustNamespace(chart, 'zero-trust', { namespace: 'shop' });
    expect(Testing.synth(chart).map(({ metadata }) => metadata.namespace)).toEqual([undefined, 'shop', 'shop', 'shop']);
  });

  test('is written in the order in which it is applied: exceptions before STRICT, allows before deny-all', () => {
    expect(kindsAndNames(everything().shop.manifests())).toEqual([
      'Namespace shop', 'PeerAuthentication mtls-exceptions-reviews', 'PeerAuthentication default',
      'AuthorizationPolicy allow-frontend-to-reviews', 'AuthorizationPolicy deny-all', 'Sidecar default',
    ]);
  });

  test('has a name that does not depend on where its construct stands', () => {
    const chart = new Chart(new App(), 'c', { namespace: 'shop' });
    new ZeroTrustNamespace(new Chart(chart, 'deeper'), 'other-id', { namespace: 'shop' });
    expect(kindsAndNames(Testing.synth(chart.node.findChild('deeper') as Chart))).toEqual(['Namespace shop', 'PeerAuthentication default', 'AuthorizationPolicy deny-all', 'Sidecar default']);
  });
});

describe('a dry run', () => {
  const shop = new Shop();
  const zeroTrust = shop.zeroTrust({ dryRun: true, metadata: { annotations: { note: 'x' } } });
  zeroTrust.allow({ caller: shop.workload('frontend'), target: shop.service('reviews') });
  zeroTrust.allowPlaintext({ target: shop.service('hook', [MeshPort.tls(443)]), ports: [443] });
  zeroTrust.allowEgressToHost('api.example.com');

  test('marks every policy, keeps plaintext working and limits no calls', () => {
    const manifests = shop.manifests();
    expect(kindsAndNames(manifests)).toEqual([
      'Namespace shop', 'PeerAuthentication default', 'AuthorizationPolicy allow-frontend-to-reviews', 'AuthorizationPolicy allow-plaintext-to-hook', 'AuthorizationPolicy deny-all',
    ]);
    for (const { metadata } of manifests.filter(({ kind }) => kind === 'AuthorizationPolicy')) {
      expect(metadata.annotations).toEqual({ 'note': 'x', 'istio.io/dry-run': 'true' });
    }
    expect(shop.find('PeerAuthentication', 'default')).toMatchObject({ metadata: { annotations: { note: 'x' } }, spec: { mtls: { mode: 'PERMISSIVE' } } });
    expect(zeroTrust.sidecar).toBeUndefined();
    expect(zeroTrust.mtlsExceptions).toEqual([]);
  });

  test('refuses the mistakes that enforcing would', () => {
    const other = new Shop();
    const dry = other.zeroTrust({ dryRun: true });
    dry.exceptMtls(other.service('hook', [MeshPort.tls(443)]), [8443], MtlsException.DISABLE);
    expect(() => other.manifests()).toThrow('there is no port 8443 of hook');
  });
});

describe('calls out of the namespace', () => {
  const hosts = (shop: Shop) => shop.find('Sidecar', 'default').spec.egress[0].hosts;

  test('reach what is named, whatever the order it was named in, each host once', () => {
    const shop = new Shop();
    const zeroTrust = shop.zeroTrust({ rootNamespace: 'mesh-system' });
    zeroTrust.allowEgressToHost('data/*');
    zeroTrust.allowEgressToHost('*.example.com');
    zeroTrust.allowEgress(shop.service('ratings', undefined, 'data'));
    zeroTrust.allowEgressToHost('api.example.com');
    zeroTrust.allowEgressToHost('api.example.com');
    zeroTrust.allowEgress(MeshService.fromHost(shop.chart, 'partner', { host: 'partner.example', namespace: 'egress', ports: [MeshPort.tls(443)] }));
    expect(hosts(shop)).toEqual([
      './*', 'mesh-system/*', '*/*.example.com', '*/partner.example', 'data/*',
    ]);
  });

  test('reach the Kubernetes API by one switch', () => {
    const shop = new Shop();
    shop.zeroTrust().allowKubernetesApi();
    expect(hosts(shop)).toContain('default/kubernetes.default.svc.cluster.local');
  });

  test('reach the Kubernetes API of a cluster with a domain of its own', () => {
    const shop = new Shop();
    shop.zeroTrust({ clusterDomain: 'corp.example' }).allowKubernetesApi();
    expect(hosts(shop)).toContain('default/kubernetes.default.svc.corp.example');
  });

  test('reach services of the namespace without saying so', () => {
    const shop = new Shop();
    shop.zeroTrust().allowEgress(shop.service('reviews'));
    expect(hosts(shop)).toEqual(['./*', 'istio-system/*']);
  });

  test('reach a host that is no Service, wherever its ServiceEntry is and its mesh configuration goes', () => {
    const shop = new Shop();
    shop.zeroTrust().allowEgress(MeshService.fromHost(shop.chart, 'partner', { host: 'partner.example', namespace: 'shop', ports: [MeshPort.tls(443)] }));
    expect(hosts(shop)).toEqual(['./*', 'istio-system/*', '*/partner.example']);
  });

  test('are limited by nothing of ours when egress is open', () => {
    const shop = new Shop();
    const zeroTrust = shop.zeroTrust({ egress: EgressPolicy.OPEN });
    zeroTrust.allowEgressToHost('api.example.com');
    expect(zeroTrust.sidecar).toBeUndefined();
    expect(shop.manifests().filter(({ kind }) => kind === 'Sidecar')).toEqual([]);
  });

  test.each(['ratings', 'https://api.example.com', 'api.example.com:443', 'Data/x.example', 'a/b/c.example', '', '/x.example', 'data/'])('%j is refused as a host', (host) => {
    expect(errorOf(() => new Shop().zeroTrust().allowEgressToHost(host))).toBe(
      `[shop/zero-trust] allowEgressToHost: "${host}" is not a host. Write a full DNS name, perhaps with its namespace in front and "*" for all: `
      + '"api.example.com", "*.example.com", "data/ratings.data.svc.cluster.local", "data/*".');
  });

  test.each(['*/*', '*'])('%j is refused as nothing would be limited', (host) => {
    expect(errorOf(() => new Shop().zeroTrust().allowEgressToHost(host))).toBe(
      `[shop/zero-trust] allowEgressToHost: "${host}" names every host, so nothing would be limited. Name what is called, or say egress: EgressPolicy.OPEN.`);
  });
});
