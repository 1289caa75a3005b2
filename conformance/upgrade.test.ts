import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart, Yaml } from 'cdk8s';
import { CertificateAuthority, ControlPlaneUpgrade, ControlPlaneUpgradePlan, ControlPlaneUpgradeStep, InstalledGateway, IstioInstallation, IstioInstallationProps } from 'cdk8s-istio';
import { RenderedObject, nameOf } from './rendered';
import { AskedPod, Injectors, UpgradeCluster, generated, labelOf } from './upgrade-cluster';
import { revisionTag } from '../src/install/upgrade/revision-tag';

type Way = 'istioctl' | 'Helm';

const NAMESPACES = ['data', 'shop'];

/** How a cluster is before. */
interface Before {
  readonly current: Partial<IstioInstallationProps>;
  readonly next?: Partial<IstioInstallationProps>;
  readonly tag?: string;
  /** By which its namespaces are in the mesh. */
  readonly label: { readonly [label: string]: string };
  /** Tags that somebody has set. */
  readonly tags?: string[];
  /** Where one of the two says it all. */
  readonly ways?: Way[];
}

const BEFORE: { readonly [title: string]: Before } = {
  'no revision': { current: {}, label: { 'istio-injection': 'enabled' } },
  'no revision, and pods of all namespaces injected': {
    current: { values: { sidecarInjectorWebhook: { enableNamespacesByDefault: true } } },
    next: { values: { sidecarInjectorWebhook: { enableNamespacesByDefault: true } } },
    label: { 'istio-injection': 'enabled' },
    ways: ['Helm'],
  },
  'a revision by its name': { current: { revision: '1-30' }, label: { 'istio.io/rev': '1-30' } },
  'a revision by a tag': { current: { revision: '1-30' }, tag: 'prod', label: { 'istio.io/rev': 'prod' }, tags: ['prod'] },
  'a revision by the default tag': { current: { revision: '1-30' }, tag: 'default', label: { 'istio-injection': 'enabled' }, tags: ['default'], ways: ['istioctl'] },
  'a control plane in a namespace of its own, with a node agent and signed by cert-manager': {
    current: { revision: '1-30', namespace: 'mesh', cni: {}, certificateAuthority: CertificateAuthority.istioCsr({ issuer: 'ca', chartVersion: '0.14.2' }) },
    next: { namespace: 'mesh', cni: {}, certificateAuthority: CertificateAuthority.istioCsr({ issuer: 'ca', chartVersion: '0.14.2' }) },
    tag: 'prod',
    label: { 'istio.io/rev': 'prod' },
    tags: ['prod'],
    ways: ['Helm'],
  },
};

interface Upgraded {
  readonly plan: ControlPlaneUpgradePlan;
  readonly current: IstioInstallation;
  readonly next: IstioInstallation;
}

function upgraded({ current: own, next: later, tag }: Before): Upgraded {
  const chart = new Chart(new App(), 'mesh');
  const gateways = [InstalledGateway.ingress(), InstalledGateway.egress({ namespace: 'outside' })];
  const current = new IstioInstallation(chart, 'current', { version: '1.30.4', gateways, ...own });
  const next = new IstioInstallation(chart, 'next', { version: '1.31.1', revision: '1-31', gateways, ...later });
  return { plan: new ControlPlaneUpgrade(chart, 'upgrade', { current, next, namespaces: NAMESPACES, tag }).plan(), current, next };
}

/** The commands of a README, of one of the ways where there are two. */
function commandsOf(readme: string, way: Way, part: 'there' | 'back'): string[] {
  const [there, back] = readme.split('## How to go back\n');
  const blocks = (part === 'back' ? back : there).split('\n\n');
  return blocks.flatMap((block, index) => {
    const code = /^```sh\n([^]*)\n```$/.exec(block.trim());
    const of = /^With (istioctl|Helm)/.exec(blocks[index - 1] ?? '');
    if (!code || (of && of[1] !== way)) return [];
    return code[1].replaceAll('\\\n', '\\\u0000').split('\n').map((line) => line.replaceAll('\u0000', '\n'));
  // The chart of cert-manager is none of Istio's, and says nothing of injection.
  }).filter((command) => !/cert-manager-istio-csr/.test(command));
}

function podsOf(current: IstioInstallation): AskedPod[] {
  const kinds: [string, AskedPod['labels']][] = [
    ['plain', {}], ['asks', { 'sidecar.istio.io/inject': 'true' }], ['of-current', { 'istio.io/rev': current.revision ?? 'default' }], ['of-next', { 'istio.io/rev': '1-31' }],
  ];
  return NAMESPACES.flatMap((namespace) => kinds.map(([name, labels]) => ({ namespace, name, labels: { app: name, ...labels } })));
}

/** As the chart `gateway` has its pods. */
function gatewayPod(revision: string | undefined): AskedPod {
  return {
    namespace: 'istio-ingress',
    name: 'istio-ingressgateway',
    labels: { 'istio': 'ingressgateway', 'sidecar.istio.io/inject': 'true', ...(revision === undefined ? {} : { 'istio.io/rev': revision }) },
  };
}

/** What was seen on the way of one plan, and on each step's way back. */
interface Seen {
  /** Pods that nobody answers for, or two, with the command after which it is so. */
  readonly wrong: string[];
  /** Namespaces in which pods have another revision after a step. */
  readonly changed: { readonly [step: string]: string[] };
  /** Steps whose way back leads elsewhere. */
  readonly astray: string[];
  readonly before: string[];
  readonly after: string[];
  readonly validators: (string | undefined)[];
}

class Walk {
  public readonly wrong: string[] = [];
  private cluster: UpgradeCluster;
  private gateway: AskedPod;

  constructor(before: Before, private readonly all: Upgraded, private readonly way: Way, private readonly folder: string, injectors: Injectors) {
    const { current } = all;
    const { tags = [], label } = before;
    this.cluster = new UpgradeCluster(folder, injectors);
    this.gateway = gatewayPod(current.revision);
    if (way === 'istioctl') {
      this.cluster.install(current.toYaml());
      // istioctl has the first control plane of a cluster answer for the default revision.
      if (current.revision !== undefined) this.cluster.setTag('default', current.revision);
    } else {
      for (const [index, { name, namespace, chart, values }] of current.releases.filter(({ chart: one }) => ['base', 'istiod'].includes(one)).entries()) {
        writeFileSync(join(folder, `before-${index}.yaml`), Yaml.stringify(values));
        this.cluster.run(`helm upgrade --install ${name} ${chart} --version ${current.version} --namespace ${namespace} --values before-${index}.yaml`);
      }
    }
    for (const object of tags.flatMap((tag) => tagByIstio(tag, current))) this.put(object);
    NAMESPACES.forEach((namespace) => this.cluster.label(namespace, label));
    this.cluster.label('istio-ingress', {});
  }

  public async seen(): Promise<Seen> {
    const changed: Record<string, string[]> = {};
    const astray: string[] = [];
    const before = await this.revisions('before');
    const validators = [this.cluster.validator];
    for (const step of this.all.plan.steps) {
      const [former, cluster] = [await this.revisions(step.name), this.cluster.copy()];
      await this.walk(step, 'there');
      const reached = await this.revisions(step.name);
      changed[step.name] = [...new Set(Object.keys(reached).filter((pod) => reached[pod] !== former[pod]).map((pod) => pod.split('/')[0]))].sort();

      const [there, gatewayThere] = [this.cluster.copy(), this.gateway];
      await this.walk(step, 'back');
      const back = await this.revisions(step.name);
      const state = (of: UpgradeCluster, revisions: object) => (
        JSON.stringify([revisions, of.validator, NAMESPACES.map((namespace) => of.labelsOf(namespace))]));
      // The default revision answers by itself again: what led elsewhere goes with the step.
      const takesMore = step.name.endsWith('remove-current') && this.all.current.revision === undefined;
      if (!takesMore && state(this.cluster, back) !== state(cluster, former)) astray.push(step.name);
      [this.cluster, this.gateway] = [there, gatewayThere];
    }
    const after = await this.revisions('after');
    validators.push(this.cluster.validator);
    const sorts = (revisions: { [pod: string]: string }) => [...new Set(Object.values(revisions))];
    return { wrong: this.wrong, changed, astray, before: sorts(before), after: sorts(after), validators };
  }

  /** Carries out a step, or its way back, and asks after every single command. */
  private async walk({ name, readme }: ControlPlaneUpgradeStep, part: 'there' | 'back'): Promise<void> {
    for (const command of commandsOf(readme, this.way, part)) {
      if (name.endsWith('move-gateways') && /^(helm upgrade|istioctl install)/.test(command)) {
        this.gateway = gatewayPod((part === 'there' ? this.all.next : this.all.current).revision);
      }
      this.cluster.run(command);
      await this.revisions(`${name}, ${part}: ${command.split('\n')[0]}`);
    }
  }

  /** The revision that answers for each pod; what is wrong is noted. */
  private async revisions(where: string): Promise<{ [pod: string]: string }> {
    const answers = await this.cluster.answers([...podsOf(this.all.current), this.gateway]);
    this.wrong.push(...answers.filter(({ webhooks, injected }) => webhooks.length !== 1 || !injected)
      .map(({ namespace, name, webhooks }) => `${where}: ${namespace}/${name} is answered by ${webhooks.join(' and ') || 'nobody'}`));
    return Object.fromEntries(answers.map(({ namespace, name, revision }) => [`${namespace}/${name}`, revision]));
  }

  private put(object: RenderedObject): void {
    const file = `${nameOf(object).replace(/[ /]/g, '-')}.json`;
    writeFileSync(join(this.folder, file), JSON.stringify(object));
    this.cluster.run(`kubectl apply --filename ${file}`);
  }
}

/** The tag as Istio's own chart has it. */
function tagByIstio(tag: string, installation: IstioInstallation): RenderedObject[] {
  const { spec, ...head } = installation.istioOperator;
  const operator = { ...head, spec: { ...spec, values: { ...spec.values, revisionTags: [tag] } } };
  return generated(Yaml.stringify(operator)).filter((object) => labelOf(object, 'istio.io/tag') === tag);
}

const walks = Object.entries(BEFORE).flatMap(([title, { ways = ['istioctl', 'Helm'] as Way[] }]) => ways.map((way) => [title, way] as const));

describe.each(walks)('from %s, by %s', (title, way) => {
  let seen: Seen;
  const all = upgraded(BEFORE[title]);
  beforeAll(async () => {
    const directory = mkdtempSync(join(tmpdir(), 'cdk8s-istio-upgrade-'));
    const injectors = new Injectors();
    try {
      all.plan.write(join(directory, 'plan'));
      seen = await new Walk(BEFORE[title], all, way, join(directory, 'plan'), injectors).seen();
    } finally {
      await injectors.end();
      rmSync(directory, { recursive: true });
    }
  });

  test('every pod is answered for by exactly one control plane, after every command, there and back', () => expect(seen.wrong).toEqual([]));

  test('a step moves its own namespace, and nobody else', () => {
    expect(seen.before).toEqual([BEFORE[title].current.revision ?? 'default']);
    expect(seen.after).toEqual(['1-31']);
    expect(seen.changed).toEqual(Object.fromEntries(all.plan.steps.map(({ name }) => [
      name, name.endsWith('move-gateways') ? ['istio-ingress'] : NAMESPACES.filter((namespace) => name.endsWith(`move-${namespace}`)),
    ])));
  });

  test('the way back of each step leads to where it began', () => expect(seen.astray).toEqual([]));

  test('configuration that names no revision is validated by the next control plane in the end', () => {
    const { revision } = BEFORE[title].current;
    expect(seen.validators).toEqual([revision === undefined ? 'istiod' : `istiod-${revision}`, 'istiod-1-31']);
  });
});

describe('the files', () => {
  test.each(Object.keys(BEFORE))('from %s: istioctl takes each IstioOperator without a word', (title) => {
    const operators = upgraded(BEFORE[title]).plan.steps.flatMap(({ files }) => files).filter(({ name }) => name.endsWith('istio-operator.yaml'));
    expect(operators.length).toBeGreaterThan(2);
    for (const { content } of operators) expect(generated(content).length).toBeGreaterThan(0);
  });

  test.each(Object.keys(BEFORE))('from %s: the control plane of the first step is that of the whole installation, without gateways and what a cluster has once', (title) => {
    const { plan, next } = upgraded(BEFORE[title]);
    const [first] = plan.steps[0].files.filter(({ name }) => name === 'istio-operator.yaml');
    const part = new Map(generated(first.content).map((object) => [nameOf(object), object]));
    const whole = generated(next.toYaml());
    const missing = whole.filter((object) => !part.has(nameOf(object))).map(nameOf);
    expect(missing.filter((name) => !/gateway|istio-cni/.test(name))).toEqual([]);
    const deployed = (object: RenderedObject) => object.kind === 'Deployment' || object.kind === 'MutatingWebhookConfiguration';
    for (const object of whole.filter((one) => deployed(one) && /istiod|injector/.test(one.metadata.name))) expect(part.get(nameOf(object))).toEqual(object);
    expect([...part.keys()].filter((name) => /^Deployment (istio-ingress|outside)|^DaemonSet/.test(name))).toEqual([]);
  });

  test.each([['prod', '1-31', {}], ['default', '1-31', {}], ['default', '1-31', { namespace: 'mesh' }],
    ['default', '1-31', { values: { sidecarInjectorWebhook: { enableNamespacesByDefault: true, reinvocationPolicy: 'IfNeeded' } } }],
    ['prod', undefined, {}]] as const)('the tag %s of the revision %s (%j) is that of Istio\'s chart', (tag, revision, props) => {
    const installation = new IstioInstallation(new Chart(new App(), 'mesh'), 'istio', { version: '1.31.1', revision, ...props });
    const kept = (object: RenderedObject) => ['app', 'istio', 'istio.io/rev', 'istio.io/tag']
      .map((key) => [key, labelOf(object, key)]).filter(([, value]) => value !== undefined);
    const bare = (object: RenderedObject): RenderedObject => (
      { ...object, metadata: { ...object.metadata, labels: Object.fromEntries(kept(object)) } });
    const theirs = tagByIstio(tag, installation).map(bare);
    // The compiled class is that of the sources, and another one to the compiler.
    const ours = revisionTag(tag, installation as unknown as Parameters<typeof revisionTag>[1]).map(({ json }) => json as RenderedObject);
    expect(theirs.length).toBe(2);
    expect(new Map(ours.map((object) => [nameOf(object), object]))).toEqual(new Map(theirs.map((object) => [nameOf(object), object])));
  });
});
