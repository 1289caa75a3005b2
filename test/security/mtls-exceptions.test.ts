import { Shop, errorOf } from './shop';
import { MeshPort, MeshWorkload, MtlsException } from '../../src';

test('a port is excepted at the pods behind the Service', () => {
  const shop = new Shop();
  shop.zeroTrust().exceptMtls(shop.service('db', [MeshPort.tcp(3306, { targetPort: 13306 }), MeshPort.tcp(33060)]), [3306], MtlsException.DISABLE);
  expect(shop.find('PeerAuthentication', 'mtls-exceptions-db')).toEqual({
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { name: 'mtls-exceptions-db', namespace: 'shop' },
    spec: { selector: { matchLabels: { app: 'db' } }, mtls: { mode: 'STRICT' }, portLevelMtls: { 13306: { mode: 'DISABLE' } } },
  });
});

test('an exception allows nothing by itself', () => {
  const shop = new Shop();
  const zeroTrust = shop.zeroTrust();
  zeroTrust.exceptMtls(shop.workload('db'), [3306], MtlsException.PERMISSIVE);
  expect(zeroTrust.policies).toEqual([]);
});

test('all exceptions of one target share a PeerAuthentication, as Istio takes one per workload', () => {
  const shop = new Shop();
  const zeroTrust = shop.zeroTrust();
  const db = shop.workload('db');
  zeroTrust.exceptMtls(db, [3306], MtlsException.DISABLE);
  zeroTrust.allowScrape({ target: db, ports: [9104], plaintext: true });
  zeroTrust.exceptMtls(db, [9104], MtlsException.PERMISSIVE);
  expect(zeroTrust.mtlsExceptions).toHaveLength(1);
  expect(shop.find('PeerAuthentication', 'mtls-exceptions-db').spec.portLevelMtls).toEqual({ 3306: { mode: 'DISABLE' }, 9104: { mode: 'PERMISSIVE' } });
});

test('the namespace itself stays STRICT', () => {
  const shop = new Shop();
  shop.zeroTrust().exceptMtls(shop.workload('db'), [3306], MtlsException.DISABLE);
  expect(shop.find('PeerAuthentication', 'default').spec).toEqual({ mtls: { mode: 'STRICT' } });
});

test('two targets of one name that select different pods get two names', () => {
  const shop = new Shop();
  const zeroTrust = shop.zeroTrust();
  zeroTrust.exceptMtls(shop.workload('db'), [1], MtlsException.DISABLE);
  zeroTrust.exceptMtls(MeshWorkload.fromLabels(shop.chart, 'other', { name: 'db', namespace: 'shop', labels: { app: 'db2' } }), [2], MtlsException.DISABLE);
  const names = zeroTrust.mtlsExceptions.map((object) => object.toJson().metadata.name);
  expect(new Set(names).size).toBe(2);
  for (const name of names) expect(name).toMatch(/^mtls-exceptions-db-[0-9a-f]{8}$/);
  expect(() => shop.manifests()).not.toThrow();
});

describe('refused is', () => {
  test('one port in two modes', () => {
    const shop = new Shop();
    const zeroTrust = shop.zeroTrust();
    const db = shop.workload('db');
    zeroTrust.exceptMtls(db, [3306], MtlsException.DISABLE);
    zeroTrust.allowPlaintext({ target: db, ports: [3306] });
    expect(() => shop.manifests()).toThrow('[shop/zero-trust] mTLS exception for db: the pods\' port 3306 is excepted as DISABLE and as PERMISSIVE. Keep one of them.');
  });

  const [all, some] = [{ app: 'db' }, { app: 'db', role: 'primary' }];
  test.each<[string, { [label: string]: string }, { [label: string]: string }]>([
    ['the same pods', all, all], ['some of the same pods', all, some], ['more than the same pods', some, all],
  ])('two targets with %s, of which Istio would take one', (_, first, second) => {
    const shop = new Shop();
    const zeroTrust = shop.zeroTrust();
    const target = (name: string, labels: { [label: string]: string }) => MeshWorkload.fromLabels(shop.chart, name, { name, namespace: 'shop', labels });
    zeroTrust.exceptMtls(target('db', first), [1], MtlsException.DISABLE);
    zeroTrust.exceptMtls(target('other', second), [2], MtlsException.DISABLE);
    expect(() => shop.manifests()).toThrow(
      '[shop/zero-trust] the mTLS exceptions for [shop/db] and [shop/other] select the same pods, and Istio takes only the older one. Make all exceptions of one workload by the same target.');
  });

  describe('an allow by caller of a port where mutual TLS is off, as nobody has an identity there', () => {
    const never = (port: number) => `[shop/zero-trust] allow frontend → db: the pods' port ${port} is excepted from mutual TLS as DISABLE, `
      + 'so no caller has an identity there and this never matches. Except it as PERMISSIVE, or replace exception and allow by allowPlaintext.';
    const shopWith = (mode: MtlsException, ports?: number[], services: MeshPort[] = [MeshPort.tcp(3306, { targetPort: 13306 }), MeshPort.tcp(1)]) => {
      const shop = new Shop();
      const zeroTrust = shop.zeroTrust();
      const db = shop.service('db', services);
      zeroTrust.exceptMtls(db.workloads[0], [13306], mode);
      zeroTrust.allow({ caller: shop.workload('frontend'), target: db, ports });
      return shop;
    };

    test('that is named', () => {
      expect(() => shopWith(MtlsException.DISABLE, [3306, 1]).manifests()).toThrow(never(13306));
    });

    test('that is the only one', () => {
      expect(() => shopWith(MtlsException.DISABLE, undefined, [MeshPort.tcp(13306)]).manifests()).toThrow(never(13306));
    });

    test('but not one of several that nobody named, nor one that takes both', () => {
      expect(() => shopWith(MtlsException.DISABLE).manifests()).not.toThrow();
      expect(() => shopWith(MtlsException.PERMISSIVE, [3306]).manifests()).not.toThrow();
    });

    test('but not where every port of a workload is allowed', () => {
      const shop = new Shop();
      const zeroTrust = shop.zeroTrust();
      const db = shop.workload('db');
      zeroTrust.exceptMtls(db, [3306], MtlsException.DISABLE);
      zeroTrust.allow({ caller: shop.workload('frontend'), target: db });
      expect(() => shop.manifests()).not.toThrow();
    });
  });

  test('a port that the Service does not have', () => {
    const shop = new Shop();
    shop.zeroTrust().exceptMtls(shop.service('db'), [9080], MtlsException.DISABLE);
    expect(() => shop.manifests()).toThrow('[shop/zero-trust] mTLS exception for db: there is no port 9080 of db, which has 80 (HTTP). Give the Service\'s port, not the pod\'s.');
  });

  test('no port', () => {
    const shop = new Shop();
    expect(errorOf(() => shop.zeroTrust().exceptMtls(shop.workload('db'), [], MtlsException.DISABLE))).toBe(
      '[shop/zero-trust] exceptMtls: `ports` is empty, and an empty list means every port to Istio. Name at least one, or leave it out.');
  });

  test('a target of another namespace', () => {
    const shop = new Shop();
    expect(errorOf(() => shop.zeroTrust().exceptMtls(shop.workload('db', 'data'), [1], MtlsException.DISABLE))).toContain('exceptMtls: the target db [shop/data-db-pods] is in namespace data');
  });
});
