import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Yaml } from 'cdk8s';
import { parse } from 'yaml';
import { InjectedPods } from './injector';
import { Interview } from './interview';
import { ISTIOCTL } from './machine';
import { RenderedObject, textByCommand } from './rendered';

type Labels = { readonly [label: string]: string };

/** A pod that could start at any moment. */
export interface AskedPod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
}

/** A judge for each installation that was asked about: they start slowly, and answer fast. */
export class Injectors {
  private readonly folder = mkdtempSync(join(tmpdir(), 'cdk8s-istio-upgrade-'));
  private readonly known = new Map<string, Interview>();

  public of(objects: Iterable<RenderedObject>): Interview {
    const text = documents([...objects].filter(({ kind }) => kind === 'ConfigMap' || kind === 'MutatingWebhookConfiguration'));
    const before = this.known.get(text);
    if (before) return before;
    const file = join(this.folder, `${this.known.size}.yaml`);
    writeFileSync(file, text);
    const made = new Interview('inject', '--serve', '--installation', file);
    this.known.set(text, made);
    return made;
  }

  public async end(): Promise<void> {
    await Promise.all([...this.known.values()].map(async (one) => one.end()));
    rmSync(this.folder, { recursive: true });
  }
}

/** What an upgrade's commands do to a cluster, as far as injection goes: they are read from its READMEs and carried out one by one. */
export class UpgradeCluster {
  private objects = new Map<string, RenderedObject>();
  private releases = new Map<string, string[]>();
  private labels = new Map<string, Labels>();

  /** @param folder where the plan is written */
  constructor(private readonly folder: string, private readonly injectors: Injectors) {}

  public label(namespace: string, labels: Labels): void {
    this.labels.set(namespace, labels);
  }

  public labelsOf(namespace: string): Labels {
    return this.labels.get(namespace) ?? {};
  }

  /** Who validates configuration that names no revision. */
  public get validator(): string | undefined {
    return this.objects.get('ValidatingWebhookConfiguration istiod-default-validator')?.webhooks[0].clientConfig.service.name;
  }

  public copy(): UpgradeCluster {
    const copy = new UpgradeCluster(this.folder, this.injectors);
    copy.objects = new Map(this.objects);
    copy.releases = new Map(this.releases);
    copy.labels = new Map(this.labels);
    return copy;
  }

  /** Carries out one command; what is no change is left out. */
  public run(command: string): void {
    const words = command.replaceAll('\\\n', ' ').trim().split(/\s+/);
    const option = (name: string) => words[words.indexOf(name) + 1];
    const head = words.slice(0, 2).join(' ');
    const [, , third, fourth] = words;
    switch (head) {
      case 'kubectl patch': return third === 'namespace' ? this.patchNamespace(fourth, this.read(option('--patch-file'))) : this.patchWebhooks(fourth, this.read(option('--patch-file')));
      case 'kubectl apply': return words.filter((_, index) => words[index - 1] === '--filename').forEach((file) => this.put(this.read(file)));
      case 'kubectl delete': return this.remove(({ kind, metadata }) => kind.toLowerCase() === third && metadata.name === fourth);
      case 'istioctl install': return this.install(this.text(option('--filename')));
      case 'istioctl uninstall': return this.remove((object) => labelOf(object, 'istio.io/rev') === option('--revision'));
      case 'istioctl tag': return third === 'list' ? undefined : this.setTag(fourth, option('--revision'));
      case 'helm upgrade': return this.release(words[3], charted(command, this.folder));
      case 'helm uninstall': return this.release(third, []);
      default:
        if (!/^(kubectl (get|run|rollout|logs)|istioctl (proxy-status|version|analyze|x))/.test(command)) throw new Error(`nobody knows what this does: ${command}`);
    }
  }

  /** An IstioOperator. One of the default revision takes the default tag, in whose favour its own webhooks are put out of action. */
  public install(operator: string): void {
    const objects = generated(operator);
    objects.forEach((object) => this.put(object));
    if (parse(operator).spec.revision === undefined) this.setTag('default', 'default');
  }

  /** As `istioctl tag set` does. */
  public setTag(tag: string, revision: string): void {
    const of = revision === 'default' ? {} : { revision };
    const spec = { profile: 'empty', components: { pilot: { enabled: true } }, ...of, values: { revisionTags: [tag] } };
    const objects = generated(Yaml.stringify({ apiVersion: 'install.istio.io/v1alpha1', kind: 'IstioOperator', spec }));
    objects.filter((object) => labelOf(object, 'istio.io/tag') === tag).forEach((object) => this.put(object));
    if (tag !== 'default') return;
    const never = { matchLabels: { 'istio.io/deactivated': 'never-match' } };
    const own = this.objects.get('MutatingWebhookConfiguration istio-sidecar-injector');
    if (own) this.put({ ...own, webhooks: own.webhooks.map((hook: object) => ({ ...hook, namespaceSelector: never, objectSelector: never })) });
    this.put({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'istiod-default-validator', labels: { 'istio.io/rev': revision } },
      webhooks: [{ clientConfig: { service: { name: revision === 'default' ? 'istiod' : `istiod-${revision}` } } }],
    });
  }

  /** Which control planes the API server asks about each pod: the judge's answer. */
  public async answers(pods: readonly AskedPod[]): Promise<InjectedPods[]> {
    const asked = [
      ...[...this.labels].map(([name, labels]) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })),
      ...pods.map(({ namespace, name, labels }) => ({
        apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name, labels }, spec: { containers: [{ name: 'app', image: 'app' }] },
      })),
    ];
    const answer = await this.injectors.of(this.objects.values()).ask(documents(asked));
    if (!Array.isArray(answer)) throw new Error(`the judge could not read the question: ${answer.error}`);
    return answer;
  }

  private text(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8');
  }

  private read(file: string): any {
    return parse(this.text(file));
  }

  private put(object: RenderedObject): void {
    this.objects.set(`${object.kind} ${object.metadata.name}`, object);
  }

  private remove(isMeant: (object: RenderedObject) => boolean): void {
    for (const [key, object] of this.objects) if (isMeant(object)) this.objects.delete(key);
  }

  private release(name: string, objects: readonly RenderedObject[]): void {
    const keys = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    for (const key of this.releases.get(name) ?? []) if (!keys.includes(key)) this.objects.delete(key);
    objects.forEach((object) => this.put(object));
    this.releases.set(name, keys);
  }

  private patchNamespace(name: string, patch: any): void {
    const merged: Record<string, string | null> = { ...this.labelsOf(name), ...patch.metadata.labels };
    this.labels.set(name, Object.fromEntries(Object.entries(merged).filter((entry): entry is [string, string] => entry[1] !== null)));
  }

  /** A JSON patch. */
  private patchWebhooks(name: string, patch: { op: string; path: string; value: unknown }[]): void {
    const object = JSON.parse(JSON.stringify(this.objects.get(`MutatingWebhookConfiguration ${name}`)));
    for (const { op, path, value } of patch) {
      const keys = path.split('/').slice(1);
      const holder = keys.slice(0, -1).reduce((within, key) => within[key], object);
      const last = keys.at(-1)!;
      if (!(last in holder)) throw new Error(`there is no ${path} in ${name}`);
      if (op === 'test' && holder[last] !== value) throw new Error(`${path} of ${name} is ${holder[last]}, not ${String(value)}`);
      if (op === 'replace') holder[last] = value;
    }
    this.put(object);
  }
}

export function labelOf({ metadata }: RenderedObject, label: string): string | undefined {
  return (metadata.labels as Labels | undefined)?.[label];
}

const known = new Map<string, RenderedObject[]>();

function once(key: string, render: () => string): RenderedObject[] {
  const objects = known.get(key) ?? interesting(render());
  known.set(key, objects);
  return objects;
}

/** What istioctl makes of an IstioOperator, without a word. */
export function generated(operator: string): RenderedObject[] {
  return once(operator, () => {
    const { status, stdout, stderr } = spawnSync(ISTIOCTL, ['manifest', 'generate', '--filename', '-'], { input: operator, encoding: 'utf8', maxBuffer: 2 ** 26 });
    if (status !== 0 || stderr !== '') throw new Error(`istioctl manifest generate: ${stderr}`);
    return stdout;
  });
}

function charted(command: string, folder: string): RenderedObject[] {
  const [, file] = /--values (\S+)/.exec(command)!;
  return once(`${command.replace(file, '')}${readFileSync(join(folder, file), 'utf8')}`, () => textByCommand(command, folder));
}

function documents(objects: readonly object[]): string {
  return objects.map((object) => JSON.stringify(object)).join('\n---\n');
}

/** What injection and validation are about: the definitions of kinds are most of the rest. */
function interesting(text: string): RenderedObject[] {
  return text.split(/^---$/m).filter((one) => /^kind: (ConfigMap|DaemonSet|Deployment|MutatingWebhookConfiguration|ValidatingWebhookConfiguration|Service)$/m.test(one))
    .map((one) => parse(one, { version: '1.1' })).filter((object) => object !== null);
}
