import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { MigratedShop } from './migrated-shop';
import { Injection, MtlsMigrationPlan, MtlsMigrationProps, MtlsMode, MtlsPolicy, MtlsPort, PolicyScope } from '../../../src';
import { errorOf } from '../shop';

const PHASES = ['00-install', '01-inject', '02-permissive', '03-verify', '04-strict'];
const names = ({ steps }: MtlsMigrationPlan) => steps.map(({ name }) => name);

/** The objects of each folder, in the order of their files. */
function objectsOf(plan: MtlsMigrationPlan): any[][] {
  return plan.steps.map(({ files }) => files.filter(({ name }) => name.endsWith('.yaml')).map(({ content }) => parse(content)));
}

function modesOf(plan: MtlsMigrationPlan): string[][] {
  return objectsOf(plan).map((objects) => objects.filter(({ kind }) => kind === 'PeerAuthentication')
    .map(({ metadata, spec }) => `${metadata.namespace}/${metadata.name} ${spec.mtls.mode}`));
}

describe('a plan', () => {
  test('says PERMISSIVE until it says STRICT, for every namespace', () => {
    const shop = new MigratedShop();
    const plan = shop.migration({ namespaces: ['shop', 'data', 'shop'] }).plan();
    expect(names(plan)).toEqual(PHASES);
    expect(plan.withheld).toEqual([]);
    const all = (mode: string) => [`shop/default ${mode}`, `data/default ${mode}`];
    expect(modesOf(plan)).toEqual([...Array.from({ length: 4 }, () => all('PERMISSIVE')), all('STRICT')]);
  });

  test('gives the Namespace its label with the second phase, and takes it away on the way back', () => {
    const shop = new MigratedShop();
    shop.namespace('data', { 'team': 'a', 'istio-injection': 'enabled' });
    const labels = (namespace: string, injection?: Injection) => objectsOf(shop.migration({ namespaces: [namespace], injection }).plan())
      .map((objects) => objects.find(({ kind }) => kind === 'Namespace').metadata.labels);
    const enabled = { 'istio-injection': 'enabled' };
    expect(labels('shop')).toEqual([undefined, enabled, enabled, enabled, enabled]);
    expect(labels('unknown')).toEqual([undefined, enabled, enabled, enabled, enabled]);
    const stable = { 'team': 'a', 'istio.io/rev': 'stable' };
    expect(labels('data', Injection.revision('stable'))).toEqual([{ team: 'a' }, stable, stable, stable, stable]);
  });

  test('has the same objects in every folder, so that each leads to any other', () => {
    const shop = new MigratedShop();
    const target = shop.service('orders');
    const plan = shop.migration({ openPorts: [{ target, ports: [80], reason: 'the vm' }] }).plan();
    const ids = objectsOf(plan).map((objects) => objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`));
    expect(new Set(ids.map((one) => one.join())).size).toBe(1);
    expect(ids[0]).toEqual(['Namespace undefined/shop', 'PeerAuthentication shop/mtls-migration-orders', 'PeerAuthentication shop/default']);
  });

  test('opens ports before it closes the rest, at the pods behind the Service', () => {
    const shop = new MigratedShop();
    const target = shop.service('orders', [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'http-b', port: 81 }]);
    const callers = [{ name: 'vm', target, ports: [80] }];
    const plan = shop.migration({ callers, openPorts: [{ target, ports: [80], reason: 'the vm' }] }).plan();
    const [, open, rest] = objectsOf(plan)[4];
    expect(open.spec).toEqual({ selector: { matchLabels: { app: 'orders' } }, mtls: { mode: 'STRICT' }, portLevelMtls: { 8080: { mode: 'PERMISSIVE' } } });
    expect(rest.spec).toEqual({ mtls: { mode: 'STRICT' } });
    expect(objectsOf(plan)[3][1].spec.mtls).toEqual({ mode: 'PERMISSIVE' });
    expect(plan.edges.map(({ outcome, remedy }) => `${outcome}: ${remedy}`)).toEqual(['stays open: Stays open: the vm']);
    expect(plan.readme).toContain('| shop/orders | 8080 (PERMISSIVE) | the vm |');
  });

  test('takes mutual TLS off a port where the server speaks first, as a sidecar that takes both waits for ever', () => {
    const shop = new MigratedShop();
    const target = shop.service('db', [{ name: 'mysql', port: 3306 }, { name: 'http', port: 80 }]);
    const callers = [{ name: 'vm', target, ports: [3306] }, { caller: shop.caller('cart', 'shop'), target }];
    const plan = shop.migration({ callers, openPorts: [{ target, ports: [3306, 80], reason: 'vm' }] }).plan();
    expect(objectsOf(plan)[1][1].spec.portLevelMtls).toEqual({ 80: { mode: 'PERMISSIVE' }, 3306: { mode: 'DISABLE' } });
    expect(plan.edges.map(({ caller, port, outcome, remedy }) => `${caller} ${port} ${outcome} ${remedy}`)).toEqual([
      'cart 3306 stays open Stays open, in plaintext: vm', 'vm 3306 stays open Stays open: vm', 'cart 80 works ',
    ]);
  });

  test('leaves STRICT out while somebody would break, and says who, why and what to do', () => {
    const shop = new MigratedShop();
    const plan = shop.migration({ callers: [{ name: 'vm', target: shop.service('orders') }] }).plan();
    expect(names(plan)).toEqual(PHASES.slice(0, 4));
    expect(plan.withheld).toEqual(['vm → shop/orders:8080: it speaks plaintext: it is outside of the mesh. '
      + 'Bring it into the mesh, lead it through a gateway, or keep the port open (`openPorts`).']);
    expect(plan.readme).toContain('## STRICT is not here yet');
    expect(plan.readme).toContain('| vm | shop/orders:8080 | breaks, from strict on | it speaks plaintext: it is outside of the mesh |');
    expect(plan.steps[3].readme).toContain('It is not written yet');
  });

  test('writes STRICT despite a caller that is named, with the reason, where it calls what is named', () => {
    const shop = new MigratedShop();
    const [orders, cart] = [shop.service('orders'), shop.service('cart')];
    const callers = [{ name: 'vm', target: orders }, { name: 'vm', target: cart }];
    const despite = (target?: string) => shop.migration({ callers, despite: [{ caller: 'vm', target, reason: 'switched | off' }] }).plan();
    expect(names(despite())).toEqual(PHASES);
    expect(despite().steps[4].readme).toContain('| vm | shop/cart:8080 | breaks, accepted, from strict on | it speaks plaintext: it is outside of the mesh | Accepted: switched \\| off |');
    expect(despite('shop/cart').withheld).toEqual([expect.stringContaining('vm → shop/orders:8080')]);
  });

  test('does not wait for those of whom nobody knows whether they call', () => {
    const shop = new MigratedShop();
    shop.namespace('legacy');
    shop.pods('batch', {}, 'legacy');
    const plan = shop.migration().plan();
    expect(plan.edges).toHaveLength(1);
    expect(names(plan)).toEqual(PHASES);
  });

  test('knows ports that a policy of the App keeps open', () => {
    const shop = new MigratedShop();
    const target = shop.service('orders', [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'http-b', port: 81 }]);
    const open = (mode: MtlsMode, ports: MtlsPort[]) => new MtlsPolicy(shop.chart(), `policy-${mode}`, { scope: PolicyScope.workload(target), mode, ports });
    open(MtlsMode.UNSET, [MtlsPort.permissive(80)]);
    const edges = shop.edges({ callers: [{ name: 'vm', target }] });
    expect(edges.map(({ port, outcome, remedy }) => [port, outcome, remedy])).toEqual([
      [81, 'breaks', expect.anything()],
      [8080, 'stays open', 'Stays open: PeerAuthentication shop/orders [shop/policy-UNSET/PeerAuthentication] says PERMISSIVE'],
    ]);
  });

  test('has a query in its verify phase that has to be empty', () => {
    const shop = new MigratedShop();
    const { files, readme } = shop.migration({ namespaces: ['shop', 'data'] }).plan().steps[3];
    const query = files.find(({ name }) => name === 'has-to-be-empty.promql')!.content;
    expect(query).toContain('destination_workload_namespace=~"shop|data", connection_security_policy!="mutual_tls"');
    expect(readme).toContain(query.trimEnd());
  });

  test('tells in the last README what takes its place', () => {
    const shop = new MigratedShop();
    const { readme } = shop.migration().plan().steps[4];
    expect(readme).toContain("new MtlsPolicy(chart, 'mtls-shop', { scope: PolicyScope.namespace('shop') });");
    expect(readme).toContain('The App renders the Namespace `shop` [shop/namespace]: istio-injection: enabled has to stand there, too');
  });

  test('tells which of its policies are to go when others take their place', () => {
    const shop = new MigratedShop();
    const openPorts = [{ target: shop.service('orders'), ports: [80], reason: 'x' }];
    expect(shop.migration({ openPorts }).plan().steps[4].readme).toContain('kubectl delete peerauthentication mtls-migration-orders -n shop');
    expect(shop.migration().plan().steps[4].readme).not.toContain('kubectl delete');
  });

  test('writes nothing into the chart', () => {
    const shop = new MigratedShop();
    const before = shop.app.synthYaml();
    shop.migration();
    expect(shop.app.synthYaml()).toBe(before);
  });

  test('is written whole, a folder a phase, and not over what is somebody else\'s', () => {
    const directory = mkdtempSync(join(tmpdir(), 'cdk8s-istio-migration-'));
    try {
      const plan = new MigratedShop().migration().plan();
      plan.write(join(directory, 'plan'));
      expect(readdirSync(join(directory, 'plan')).sort()).toEqual([...PHASES, 'README.md', 'files.sha256']);
      expect(readdirSync(join(directory, 'plan', '03-verify')).sort())
        .toEqual(['10-namespace-shop.yaml', '20-peer-authentication-default.yaml', 'README.md', 'has-to-be-empty.promql']);
      writeFileSync(join(directory, 'plan', 'mine.txt'), 'x');
      expect(() => plan.write(join(directory, 'plan'))).toThrow('holds what no plan wrote (mine.txt)');
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});

test('what becomes of each caller is told as text, those first that break', () => {
  const shop = new MigratedShop();
  const target = shop.service('orders');
  const callers = [{ caller: shop.caller('cart', 'shop'), target }, { name: 'vm', target }];
  const migration = shop.migration({ callers });
  expect(migration.report()).toBe([
    'vm → shop/orders:8080: breaks, from strict on',
    `    it speaks plaintext: it is outside of the mesh [${migration.node.path}]`,
    '    Bring it into the mesh, lead it through a gateway, or keep the port open (`openPorts`).',
    'cart → shop/orders:8080: works',
    `    it has a sidecar, or gets one [${migration.node.path}]`,
    '',
  ].join('\n'));
});

describe('refused is', () => {
  const refusal = (props: (shop: MigratedShop) => Partial<MtlsMigrationProps>) => {
    const shop = new MigratedShop();
    return errorOf(() => shop.migration(props(shop)).plan()).replace(/migration-\d+/, 'migration');
  };
  const orders = (shop: MigratedShop) => shop.service('orders');

  test.each<[string, (shop: MigratedShop) => Partial<MtlsMigrationProps>, string]>([
    ['no namespace', () => ({ namespaces: [] }), "`namespaces` is empty, so there is nothing to bring to STRICT. Name at least one, for example ['shop']."],
    ['the root namespace', () => ({ namespaces: ['istio-system'] }), '`namespaces` names istio-system, the root namespace'],
    ['what is no namespace', () => ({ namespaces: ['Shop'] }), '`namespaces` holds "Shop", which is not a namespace name'],
    ['a target elsewhere', (shop) => ({ callers: [{ name: 'vm', target: shop.caller('x', 'data') }] }),
      'callers[0]: the target x is in namespace data, which is not among `namespaces` (shop).'],
    ['a caller without a name', (shop) => ({ callers: [{ target: orders(shop) }] }), 'callers[0]: neither `caller` nor `name` is given.'],
    ['an open port without a reason', (shop) => ({ openPorts: [{ target: orders(shop), ports: [80], reason: ' ' }] }),
      'openPorts[0]: `reason` is " ". Say why: ports that take plaintext are a hole in STRICT.'],
    ['no open port', (shop) => ({ openPorts: [{ target: orders(shop), ports: [], reason: 'x' }] }), 'openPorts[0]: `ports` is empty'],
    ['a port that the Service does not have', (shop) => ({ openPorts: [{ target: orders(shop), ports: [8080], reason: 'x' }] }),
      'there is no port 8080 of orders, which has 80 (http, HTTP). Give the Service\'s port, not the pod\'s.'],
    ['a caller\'s port that the Service does not have', (shop) => ({ callers: [{ name: 'vm', target: orders(shop), ports: [8080] }] }), 'there is no port 8080 of orders'],
    ['a break without a reason', () => ({ despite: [{ caller: 'vm', reason: '' }] }), 'despite[0]: `reason` is "". Say why: somebody will ask at three in the morning.'],
    ['a break of nobody', (shop) => ({ callers: [{ name: 'vm', target: orders(shop) }], despite: [{ caller: 'wm', reason: 'x' }] }),
      '`despite` names "wm", which does not break. Those that would: vm.'],
    ['a break of somebody who stays', (shop) => {
      const target = orders(shop);
      return { callers: [{ name: 'vm', target }], openPorts: [{ target, ports: [80], reason: 'x' }], despite: [{ caller: 'vm', reason: 'x' }] };
    }, '`despite` names "vm", which does not break. Those that would: none.'],
  ])('%s', (_, props, message) => {
    expect(refusal(props)).toContain(`[shop/migration] ${message}`);
  });

  test('a policy of the App that would undo the phases', () => {
    expect(refusal((shop) => {
      new MtlsPolicy(shop.chart(), 'mtls', { scope: PolicyScope.namespace('shop') });
      return {};
    })).toBe('[shop/migration] [shop/mtls/PeerAuthentication] writes a PeerAuthentication for namespace shop, which would undo what the phases of the plan say. '
      + 'Leave one of them out: it takes the place of the migration when that is done.');
  });

  test('a policy of the App for pods whose ports the migration opens', () => {
    expect(refusal((shop) => {
      const target = orders(shop);
      new MtlsPolicy(shop.chart(), 'mtls', { scope: PolicyScope.workload(target) });
      return { openPorts: [{ target, ports: [80], reason: 'x' }] };
    })).toBe('[shop/migration] [shop/mtls/PeerAuthentication] is a PeerAuthentication for pods of orders, too, and Istio takes only the older one. '
      + 'Name the open ports there, and leave them out of `openPorts`.');
  });
});
