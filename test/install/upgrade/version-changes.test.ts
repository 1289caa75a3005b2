import { App, Chart } from 'cdk8s';
import { ControlPlaneUpgrade, ControlPlaneUpgradePlan, IstioInstallation, IstioInstallationProps, TelemetryProvider } from '../../../src';
import { KNOWN_MINORS } from '../../../src/install/upgrade/version-changes';

function plan(from: string, to: string, props: Partial<IstioInstallationProps> = {}): ControlPlaneUpgradePlan {
  const chart = new Chart(new App(), 'mesh');
  const current = new IstioInstallation(chart, 'current', { version: from, revision: 'a', ...props });
  const next = new IstioInstallation(chart, 'next', { version: to, revision: 'b', ...props });
  return new ControlPlaneUpgrade(chart, 'upgrade', { current, next, namespaces: ['shop'] }).plan();
}

const told = (of: ControlPlaneUpgradePlan, part: string) => of.changes.filter(({ what }) => what.includes(part)).map(({ version, touches }) => `${version}: ${touches}`);

test('what changed before and after is not told', () => {
  expect(new Set(plan('1.29.1', '1.30.4').changes.map(({ version }) => version))).toEqual(new Set(['1.30']));
  expect(new Set(plan('1.28.1', '1.30.4').changes.map(({ version }) => version))).toEqual(new Set(['1.29', '1.30']));
  expect(plan('1.30.1', '1.30.4').changes).toEqual([]);
});

test('every change has a source, a remedy and what it touches', () => {
  for (let minor = KNOWN_MINORS.first; minor < KNOWN_MINORS.last; minor += 1) {
    for (const change of plan(`1.${minor}.0`, `1.${minor + 1}.0`).changes) {
      expect(change.page).toMatch(/^https:\/\/(istio\.io\/latest\/news\/releases\/|github\.com\/istio\/istio\/)/);
      expect([change.version, change.remedy.length > 0, change.touches.length > 0]).toEqual([`1.${minor + 1}`, true, true]);
    }
  }
});

test('a change is told where the setting is said, and not where it is not', () => {
  const untaint = 'PILOT_ENABLE_NODE_UNTAINT_CONTROLLERS';
  expect(told(plan('1.29.0', '1.30.0'), untaint)).toEqual([]);
  expect(told(plan('1.29.0', '1.30.0', { istiod: { env: { [untaint]: 'true' } } }), untaint)).toEqual([`1.30: the variable ${untaint}`]);
  const agent = 'The node agent writes';
  expect([told(plan('1.29.0', '1.30.0'), agent), told(plan('1.29.0', '1.30.0', { cni: {} }), agent)]).toEqual([[], ['1.30: `cni`']]);
  const excluded = 'excluded namespaces';
  expect([told(plan('1.29.0', '1.30.0', { cni: {} }), excluded), told(plan('1.29.0', '1.30.0', { cni: { excludeNamespaces: ['kube-system'] } }), excluded)])
    .toEqual([[], ['1.30: `cni.excludeNamespaces`']]);
  const compressed = 'Proxies compress';
  expect(told(plan('1.28.0', '1.29.0'), compressed)).toEqual(['1.29: every proxy']);
  expect(told(plan('1.28.0', '1.29.0', { meshConfig: { fields: { defaultConfig: { statsCompression: false } } } }), compressed)).toEqual([]);
});

test('what the profile of an older version does not bring back is told beside it', () => {
  const debug = 'debug endpoints';
  expect(told(plan('1.28.0', '1.29.0', { compatibilityVersion: '1.28' }), debug)).toEqual(['1.29: istiod']);
  expect(told(plan('1.28.0', '1.29.0', { istiod: { env: { ENABLE_DEBUG_ENDPOINT_AUTH: 'false' } } }), debug)).toEqual([]);
  expect(told(plan('1.28.0', '1.29.0', { compatibilityVersion: '1.28' }), 'circuit breaker opens')).toEqual([]);
});

test('providers that are removed are named', () => {
  const removed = 'Lightstep and OpenCensus are removed';
  const fields = { extensionProviders: [{ name: 'step', lightstep: { service: 'step.example', port: 443 } }] };
  expect(told(plan('1.26.0', '1.27.0', { meshConfig: { fields } }), removed)).toEqual(['1.27: the extension provider step']);
  const extensionProviders = [TelemetryProvider.openTelemetry('otel', { host: 'otel.example', port: 4317 })];
  expect(told(plan('1.26.0', '1.27.0', { meshConfig: { extensionProviders } }), removed)).toEqual([]);
});

test('charts are looked for where they are no longer published', () => {
  const published = 'no longer published';
  const at = (chartRepository: string) => told(plan('1.30.0', '1.31.0', { chartRepository }), published);
  expect(at('https://istio-release.storage.googleapis.com/charts')).toEqual(['1.31: `chartRepository`']);
  expect(at('https://blob.istio.io/istio-release/charts')).toEqual([]);
  expect(told(plan('1.30.0', '1.31.0', { chartRepository: 'https://blob.istio.io/istio-release/charts', images: { hub: 'gcr.io/istio-release' } }), published))
    .toEqual(['1.31: `images.hub`']);
});

test('what is settled by its variable or by the compatibility version is not told', () => {
  const unready = 'endpoints that are not ready';
  expect(told(plan('1.30.0', '1.31.0'), unready)).toEqual(['1.31: every proxy']);
  expect(told(plan('1.30.0', '1.31.0', { istiod: { env: { PILOT_AUTO_SEND_UNHEALTHY_ENDPOINTS: 'false' } } }), unready)).toEqual([]);
  expect(told(plan('1.30.0', '1.31.0', { compatibilityVersion: '1.30' }), unready)).toEqual([]);
  const versions = plan('1.29.0', '1.31.0', { compatibilityVersion: '1.30' }).changes.filter(({ remedy }) => remedy.includes('As before')).map(({ version }) => version);
  expect(versions).toEqual(['1.30']);
});

test('versions of which nothing is known here are named with their notes', () => {
  expect(plan('1.31.0', '1.32.0').readme).toContain('https://istio.io/latest/news/releases/1.32.x/announcing-1.32/upgrade-notes/');
  expect(plan('1.30.0', '1.31.0').readme).not.toContain('nothing is known here');
});
