import { Shop, errorOf } from './shop';
import { MeshPort, PathMatch } from '../../src';

describe('plaintext', () => {
  test('is allowed by one call, on the ports that are named', () => {
    const shop = new Shop();
    const zeroTrust = shop.zeroTrust();
    zeroTrust.allowPlaintext({ target: shop.service('hook', [MeshPort.tls(443, { targetPort: 8443 })]), ports: [443], ipBlocks: ['10.0.0.0/16', '::1'] });
    expect(shop.rules('allow-plaintext-to-hook')).toEqual([{ from: [{ source: { ipBlocks: ['10.0.0.0/16', '::1'] } }], to: [{ operation: { ports: ['8443'] } }] }]);
    expect(shop.find('PeerAuthentication', 'mtls-exceptions-hook').spec).toEqual({
      selector: { matchLabels: { app: 'hook' } }, mtls: { mode: 'STRICT' }, portLevelMtls: { 8443: { mode: 'PERMISSIVE' } },
    });
  });

  test('is limited to methods and paths where the proxy sees them', () => {
    const shop = new Shop();
    shop.zeroTrust().allowPlaintext({ target: shop.service('hook'), ports: [80], methods: ['POST'], paths: [PathMatch.exact('/hook')] });
    expect(shop.rules('allow-plaintext-to-hook')).toEqual([{ to: [{ operation: { methods: ['POST'], paths: ['/hook'], ports: ['9080'] } }] }]);
  });

  test.each([['1.2.3'], ['10.0.0.0/33'], ['10.0.0.0/8/8'], ['::1/129'], ['10.0.0.0/'], ['10.0.0.0/x'], ['*']])('from %j is refused', (block) => {
    const shop = new Shop();
    expect(errorOf(() => shop.zeroTrust().allowPlaintext({ target: shop.service('hook'), ports: [80], ipBlocks: [block] }))).toBe(
      `[shop/zero-trust] allowPlaintext: \`ipBlocks\`: "${block}" is neither an IP address nor a CIDR block. Write for example "10.0.0.1" or "10.0.0.0/16".`);
  });
});

describe('a scrape of metrics', () => {
  test('is allowed to a scraper with an identity', () => {
    const shop = new Shop();
    const zeroTrust = shop.zeroTrust();
    zeroTrust.allowScrape({ caller: shop.workload('prometheus', 'monitoring'), target: shop.service('reviews'), ports: [80], path: '/stats' });
    expect(shop.rules('allow-prometheus-to-reviews')).toEqual([{
      from: [{ source: { serviceAccounts: ['monitoring/prometheus'] } }], to: [{ operation: { methods: ['GET'], paths: ['/stats'], ports: ['9080'] } }],
    }]);
    expect(zeroTrust.mtlsExceptions).toEqual([]);
  });

  test('is allowed to a scraper outside of the mesh when that is said', () => {
    const shop = new Shop();
    shop.zeroTrust().allowScrape({ target: shop.workload('reviews'), ports: [9102], plaintext: true });
    expect(shop.rules('allow-plaintext-to-reviews')).toEqual([{ to: [{ operation: { methods: ['GET'], paths: ['/metrics'], ports: ['9102'] } }] }]);
    expect(shop.find('PeerAuthentication', 'mtls-exceptions-reviews').spec.portLevelMtls).toEqual({ 9102: { mode: 'PERMISSIVE' } });
  });

  test('without a caller is not one by everybody', () => {
    const shop = new Shop();
    expect(errorOf(() => shop.zeroTrust().allowScrape({ target: shop.workload('reviews'), ports: [1] }))).toBe(
      '[shop/zero-trust] allowScrape: no `caller` is given, and a rule without one would allow everyone. Give the scraper, or say plaintext: true for one outside of the mesh.');
  });

  test('by a caller needs no plaintext', () => {
    const shop = new Shop();
    expect(errorOf(() => shop.zeroTrust().allowScrape({ target: shop.workload('reviews'), caller: shop.workload('p'), plaintext: true, ports: [1] }))).toBe(
      '[shop/zero-trust] allowScrape: both `caller` and plaintext: true are given. A caller with an identity needs no plaintext: leave one of them out.');
  });

  test('needs a path that is one', () => {
    const shop = new Shop();
    expect(errorOf(() => shop.zeroTrust().allowScrape({ target: shop.workload('reviews'), plaintext: true, ports: [1], path: 'metrics' }))).toBe(
      '[shop/zero-trust] allowScrape: PathMatch.exact: "metrics" never matches, as every path starts with a slash. Write "/metrics".');
  });
});
