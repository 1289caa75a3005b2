import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, App, Chart } from 'cdk8s';
import { parse } from 'yaml';
import {
  CertificateAuthority, ControlPlaneUpgrade, ControlPlaneUpgradePlan, ControlPlaneUpgradeProps, Injection, InstallationProfile, InstalledGateway,
  IstioInstallation, IstioInstallationProps, MeshNamespace,
} from '../../../src';

interface Given {
  readonly current?: Partial<IstioInstallationProps>;
  readonly next?: Partial<IstioInstallationProps>;
  readonly upgrade?: Partial<ControlPlaneUpgradeProps>;
  /** What else the App has. */
  readonly more?: (chart: Chart) => void;
}

function upgrade({ current = {}, next = {}, upgrade: props = {}, more }: Given = {}): ControlPlaneUpgrade {
  const chart = new Chart(new App(), 'mesh');
  more?.(chart);
  return new ControlPlaneUpgrade(chart, 'upgrade', {
    current: new IstioInstallation(chart, 'current', { version: '1.30.4', ...current }),
    next: new IstioInstallation(chart, 'next', { version: '1.31.1', revision: '1-31', ...next }),
    namespaces: ['data', 'shop'],
    ...props,
  });
}

const plan = (given?: Given): ControlPlaneUpgradePlan => upgrade(given).plan();
const names = (of: ControlPlaneUpgradePlan) => of.steps.map(({ name }) => name);
const step = (of: ControlPlaneUpgradePlan, name: string) => of.steps.find((one) => one.name.endsWith(name))!;
const file = (of: ControlPlaneUpgradePlan, name: string, path: string) => parse(step(of, name).files.find((one) => one.name === path)!.content);
const labelled = (name: string, injection: Injection) => (chart: Chart) => void new MeshNamespace(chart, name, { name, injection });

const REVISION = { revision: '1-30' };

describe('the steps', () => {
  test('begin with the next control plane, move namespaces in the order that was given, and end without the current one', () => {
    expect(names(plan())).toEqual([
      '00-install-next', '01-verify', '02-move-data', '03-move-shop', '04-move-gateways', '05-move-tag-default', '06-settle-namespaces', '07-remove-current',
    ]);
  });

  test('without a tag, namespaces keep the revision itself', () => {
    expect(names(plan({ current: REVISION })).slice(-2)).toEqual(['05-move-default', '06-remove-current']);
  });

  test('a node agent of both follows when nobody is served by the current control plane any more', () => {
    expect(names(plan({ current: { cni: {} }, next: { cni: {} } }))[5]).toBe('05-upgrade-node-agent');
  });

  test('a node agent that is new comes before any pod that needs it', () => {
    const made = plan({ next: { cni: {} } });
    expect(names(made).join()).not.toContain('node-agent');
    expect(made.steps[0].releases.map(({ chart }) => chart)).toEqual(['base', 'istiod', 'cni']);
    expect(file(made, 'install-next', 'istio-operator.yaml').spec.components.cni.enabled).toBe(true);
  });

  test('without gateways there is no step for them', () => {
    expect(names(plan({ current: { gateways: [] }, next: { gateways: [] } })).join()).not.toContain('gateways');
  });

  test('what is there first is led to by nobody: no gateway is touched, and the current control plane validates', () => {
    const made = plan({ current: REVISION });
    expect(made.steps[0].releases.map(({ name }) => name)).toEqual(['istio-base', 'istiod-1-31']);
    expect(made.steps[0].releases[0].values.defaultRevision).toBe('1-30');
    expect(step(made, 'move-default').releases[0].values.defaultRevision).toBe('1-31');
    const { ingressGateways, egressGateways } = file(made, 'install-next', 'istio-operator.yaml').spec.components;
    expect([...ingressGateways, ...egressGateways].map(({ enabled }) => enabled)).toEqual([false, false]);
  });

  test('a namespace changes its label in one patch, and back', () => {
    const made = plan();
    const [there, back] = step(made, 'move-shop').files.map(({ content }) => parse(content).metadata.labels);
    expect(there).toEqual({ 'istio-injection': null, 'istio.io/rev': '1-31' });
    expect(back).toEqual({ 'istio-injection': 'enabled', 'istio.io/rev': null });
  });

  test('by a tag, a namespace leaves it for the revision, and has it again when it leads there', () => {
    const made = plan({ current: REVISION, upgrade: { tag: 'prod' } });
    const labels = (name: string, path: string) => file(made, name, path).metadata.labels;
    expect(labels('move-shop', '10-namespace-shop.patch.yaml')).toEqual({ 'istio-injection': null, 'istio.io/rev': '1-31' });
    expect(labels('move-shop', 'back/10-namespace-shop.patch.yaml')).toEqual({ 'istio-injection': null, 'istio.io/rev': 'prod' });
    expect(labels('settle-namespaces', '20-namespace-shop.patch.yaml')).toEqual({ 'istio-injection': null, 'istio.io/rev': 'prod' });
    const service = file(made, 'move-tag-prod', '10-mutating-webhook-configuration-istio-revision-tag-prod.yaml').webhooks[0].clientConfig.service.name;
    const former = file(made, 'move-tag-prod', 'back/10-mutating-webhook-configuration-istio-revision-tag-prod.yaml').webhooks[0].clientConfig.service.name;
    expect([service, former]).toEqual(['istiod-1-31', 'istiod-1-30']);
  });

  test('istio-csr knows both revisions for as long as both are there', () => {
    const certificateAuthority = CertificateAuthority.istioCsr({ issuer: 'ca', chartVersion: '0.14.2' });
    const made = plan({ current: { certificateAuthority }, next: { certificateAuthority } });
    const revisions = (name: string) => step(made, name).releases.find(({ chart }) => chart === 'cert-manager-istio-csr')?.values.app.istio.revisions;
    expect([revisions('install-next'), revisions('remove-current')]).toEqual([['default', '1-31'], ['1-31']]);
  });

  test('every file that a command names is there, and every file is named by one', () => {
    const made = plan({ current: { cni: {} }, next: { cni: {} } });
    for (const { name, files, readme } of made.steps) {
      const named = [...readme.matchAll(new RegExp(`${name}/((?:back/|helm/)*[-.\\w]+\\.yaml)`, 'g'))].map(([, path]) => path);
      expect([name, [...new Set(named)].sort()]).toEqual([name, files.map((one) => one.name).sort()]);
    }
  });

  test('are written as folders', () => {
    const directory = mkdtempSync(join(tmpdir(), 'upgrade-'));
    try {
      const made = plan();
      made.write(join(directory, 'upgrade'));
      expect(readdirSync(join(directory, 'upgrade')).filter((name) => !name.includes('.'))).toEqual(names(made));
      expect(readFileSync(join(directory, 'upgrade', '02-move-data', 'README.md'), 'utf8')).toBe(made.steps[2].readme);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test('are nobody\'s to change', () => {
    const made = plan();
    made.steps[0].files.pop();
    made.steps.pop();
    expect([made.steps.length, made.steps[0].files.length]).toEqual([8, 3]);
  });
});

describe('the Namespaces of the App', () => {
  test('say how they are in the mesh now', () => {
    const made = plan({ current: REVISION, upgrade: { tag: 'default' }, more: labelled('shop', Injection.revision('1-30')) });
    expect(file(made, 'move-shop', 'back/10-namespace-shop.patch.yaml').metadata.labels).toEqual({ 'istio-injection': null, 'istio.io/rev': '1-30' });
    expect(file(made, 'move-data', 'back/10-namespace-data.patch.yaml').metadata.labels).toEqual({ 'istio-injection': 'enabled', 'istio.io/rev': null });
    expect(file(made, 'settle-namespaces', '20-namespace-shop.patch.yaml').metadata.labels).toEqual({ 'istio-injection': 'enabled', 'istio.io/rev': null });
    expect(step(made, 'settle-namespaces').readme).toContain('[mesh/shop/Namespace] labels shop with the revision itself; it has to be istio-injection: enabled');
  });

  test('are not to be applied while the upgrade is on its way', () => {
    const { readme } = step(plan({ more: labelled('shop', Injection.enabled()) }), 'move-shop');
    expect(readme).toContain('The App writes this Namespace ([mesh/shop/Namespace]) with istio-injection: enabled: do not apply it');
  });

  test('that name a revision which goes have to be changed before', () => {
    const { readme } = step(plan({ current: REVISION, more: labelled('shop', Injection.revision('1-30')) }), 'remove-current');
    expect(readme).toContain('[mesh/shop/Namespace] has to label shop with istio.io/rev: 1-31');
  });

  test.each([
    ['another revision', Injection.revision('1-29'), 'has the label istio.io/rev: 1-29, by which the current control plane does not answer for it. It has to be istio-injection: enabled or istio.io/rev: default'],
    ['the next one already', Injection.revision('1-31'), 'has the label istio.io/rev: 1-31, by which'],
    ['none', Injection.none(), 'has the label istio-injection: disabled, by which'],
    ['the ambient mode', Injection.ambient(), 'has the label istio.io/dataplane-mode: ambient, by which'],
  ])('are refused with the label of %s', (_, injection, message) => {
    expect(() => plan({ more: labelled('shop', injection) })).toThrow(`[mesh/upgrade] [mesh/shop/Namespace] the Namespace shop ${message}`);
  });

  test('are refused with two labels', () => {
    const both = { 'istio-injection': 'enabled', 'istio.io/rev': 'default' };
    const more = (chart: Chart) => void new ApiObject(chart, 'shop', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: both } });
    expect(() => plan({ more })).toThrow('the Namespace shop has the labels istio-injection: enabled and istio.io/rev: default, and no more than one counts. Leave istio-injection: enabled or');
  });

  test('are refused when one is left behind', () => {
    expect(() => plan({ more: labelled('billing', Injection.enabled()) }))
      .toThrow('[mesh/billing/Namespace] the Namespace billing (istio-injection: enabled) is served by the current control plane, and is not among `namespaces`. Add it.');
  });

  test('outside of the mesh are nobody\'s business', () => {
    expect(() => plan({ more: labelled('billing', Injection.none()) })).not.toThrow();
    expect(() => plan({ current: REVISION, more: labelled('billing', Injection.enabled()) })).not.toThrow();
  });
});

describe('refused is', () => {
  const cases: [string, Given, string][] = [
    ['a downgrade', { current: { version: '1.31.2' } }, '`next` is Istio 1.31.1, which is older than `current`, 1.31.2.'],
    ['a release candidate after the release', { current: { version: '1.31.1' }, next: { version: '1.31.1-rc.0' } }, '`next` is Istio 1.31.1-rc.0, which is older than `current`, 1.31.1.'],
    ['a step of three minor versions', { current: { version: '1.28.3' } }, '`current` is Istio 1.28.3 and `next` 1.31.1, 3 minor versions newer; Istio supports steps of 2. Upgrade to 1.30 first.'],
    ['a step of two with a node agent', { current: { version: '1.29.3', cni: {} }, next: { cni: {} } }, '`current` is Istio 1.29.3 and `next` 1.31.1, 2 minor versions newer, and the CNI node agent serves pods of both; it works with its own minor version and the next one. Upgrade to 1.30 first.'],
    ['a node agent that goes', { current: { cni: {} } }, '`next` has no `cni`, which `current` has'],
    ['no revision', { current: REVISION, next: { revision: undefined } }, '`next` has no `revision`, and would take over all pods of the default revision at once. Give it one, for example "1-31-1".'],
    ['a namespace twice', { upgrade: { namespaces: ['shop', 'data', 'shop'] } }, '`namespaces` names shop twice, and a namespace is moved once. Leave one of them out.'],
    ['no namespace', { upgrade: { namespaces: [] } }, '`namespaces` is empty'],
    ['a namespace that is none', { upgrade: { namespaces: ['Shop'] } }, '`namespaces` holds "Shop"'],
    ['the namespace of the control plane', { upgrade: { namespaces: ['istio-system'] } }, '`namespaces` names istio-system, which has no sidecars.'],
    ['the namespace of a gateway', { upgrade: { namespaces: ['istio-ingress'] } }, '`namespaces` names istio-ingress, where the gateway istio-ingressgateway is'],
    ['a gateway that goes', { current: { gateways: [InstalledGateway.ingress(), InstalledGateway.egress()] } }, '`next` has no gateway istio-egress/istio-egressgateway, which `current` has'],
    ['a tag beside the default revision', { upgrade: { tag: 'prod' } }, '`tag` is "prod", and `current` has no revision'],
    ['a tag that is a revision', { current: REVISION, upgrade: { tag: '1-31' } }, '`tag` is "1-31", which is the revision of one of the control planes'],
    ['a tag that is no name', { current: REVISION, upgrade: { tag: '0o17' } }, '`tag` is "0o17". Give lower-case letters'],
    ['a tag that goes with its installation', { current: { ...REVISION, values: { revisionTags: ['prod'] } }, upgrade: { tag: 'prod' } }, '`current` has `values.revisionTags` ["prod"]: removing the installation would take these tags away'],
    ['another trust domain', { next: { meshConfig: { trustDomain: 'example.org' } } }, '`meshConfig.trustDomain` is "cluster.local" for `current` and "example.org" for `next`'],
    ['another namespace', { next: { namespace: 'mesh' } }, '`namespace` is "istio-system" for `current` and "mesh" for `next`'],
    ['another signer', { next: { certificateAuthority: CertificateAuthority.pluggedIn() } }, '`certificateAuthority` is "istiod" for `current` and "pluggedIn" for `next`'],
    ['the ambient mode', { next: { profile: InstallationProfile.AMBIENT } }, '`next` has the profile ambient, which has one ztunnel a node for all namespaces'],
    ['an installation without a control plane', { current: { profile: InstallationProfile.EMPTY, gateways: [InstalledGateway.ingress()] } }, '`current` has the profile empty, which installs no control plane.'],
    ['one that another cluster serves', { current: { profile: InstallationProfile.REMOTE, remoteControlPlane: '203.0.113.10' } }, '`current` has the profile remote, which is served by the control plane of another cluster.'],
  ];
  test.each(cases)('%s', (_, given, message) => {
    expect(() => upgrade(given)).toThrow(`[mesh/upgrade] ${message}`);
  });

  test('one installation for both', () => {
    const chart = new Chart(new App(), 'mesh');
    const current = new IstioInstallation(chart, 'istio', { version: '1.31.1', revision: '1-31' });
    expect(() => new ControlPlaneUpgrade(chart, 'upgrade', { current, next: current, namespaces: ['shop'] })).toThrow('`current` and `next` are both the revision 1-31');
  });
});

describe('of programs without types, refused is', () => {
  const untyped: [string, any, string][] = [
    ['an installation by its version', { current: '1.30.4' }, '`current` is "1.30.4". Give an IstioInstallation'],
    ['no next installation', { next: undefined }, '`next` is undefined. Give an IstioInstallation'],
    ['one namespace for the list', { namespaces: 'shop' }, '`namespaces` is "shop", not a list.'],
    ['a namespace that is a number', { namespaces: [1] }, '`namespaces` holds 1, which is not a namespace name'],
    ['a tag that is a number', { tag: 131 }, '`tag` is 131. Give lower-case letters'],
    ['a tag that is null', { tag: null }, '`tag` is null. Give lower-case letters'],
  ];
  test.each(untyped)('%s', (_, props, message) => {
    expect(() => upgrade({ upgrade: props })).toThrow(`[mesh/upgrade] ${message}`);
  });
});

test('two minor versions, one patch and none are let pass', () => {
  expect(() => upgrade({ current: { version: '1.29.0' } })).not.toThrow();
  expect(() => upgrade({ current: { version: '1.31.0' } })).not.toThrow();
  expect(() => upgrade({ current: { version: '1.31.1' } })).not.toThrow();
  expect(() => upgrade({ current: { version: '1.31.1-rc.2' }, next: { version: '1.31.1-rc.10' } })).not.toThrow();
});

test('it adds nothing to its chart', () => {
  const app = new App();
  const chart = new Chart(app, 'mesh');
  new ControlPlaneUpgrade(chart, 'upgrade', {
    current: new IstioInstallation(chart, 'current', { version: '1.30.4' }), next: new IstioInstallation(chart, 'next', { version: '1.31.1', revision: '1-31' }), namespaces: ['shop'],
  });
  expect(app.synthYaml()).toBe('');
});

test('the overview tells what the two installations say differently, and nothing of what differs by nature', () => {
  expect(plan().readme).toContain('Nothing but version and revision.');
  const { readme } = plan({ next: { meshConfig: { dnsProxying: true }, istiod: { env: { PILOT_TRACE_SAMPLING: '1' } } } });
  expect(readme).toContain('| `values.pilot.env` | – | `{"PILOT_TRACE_SAMPLING":"1"}` |');
  expect(readme).toContain('ISTIO_META_DNS_CAPTURE');
  expect(readme).not.toContain('istio.io/rev');
});
