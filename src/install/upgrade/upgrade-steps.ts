import { Yaml } from 'cdk8s';
import { ControlPlaneUpgradeFile } from './control-plane-upgrade-plan';
import { IstioVersion } from './istio-version';
import { DEFAULT_TAG, revisionTag, withoutDefaultInjector } from './revision-tag';
import { Applied, BACK, helmFiles, labelFiles, operatorFile, together } from './step-files';
import { UpgradedInstallations } from './upgraded-installations';
import { UpgradedNamespace, textOf } from './upgraded-namespaces';
import { shell } from '../../model/markdown';
import { numberedFiles } from '../../model/plan-files';
import { ChartRelease } from '../chart-release';

/** A step, before it has its place among the others. */
export interface UpgradeStep {
  readonly name: string;
  readonly title: string;
  readonly content: (folder: string) => UpgradeStepContent;
}

export interface UpgradeStepContent {
  readonly files: readonly ControlPlaneUpgradeFile[];
  readonly releases: readonly ChartRelease[];
  /** Blocks of Markdown. */
  readonly effect: readonly string[];
  readonly watch: readonly string[];
  readonly back: readonly string[];
}

const CONTROL_PLANE = { gateways: false, nodeAgent: false };

/** The steps of an upgrade, in their order. */
export class UpgradeSteps {
  constructor(
    private readonly installations: UpgradedInstallations,
    private readonly namespaces: readonly UpgradedNamespace[],
    private readonly tag: string | undefined,
  ) {}

  public get all(): UpgradeStep[] {
    const { hasGateways, keepsNodeAgent } = this.installations;
    return [
      this.installNext(),
      this.verify(),
      ...this.namespaces.map((namespace) => this.moveNamespace(namespace)),
      ...(hasGateways ? [this.moveGateways()] : []),
      ...(keepsNodeAgent ? [this.upgradeNodeAgent()] : []),
      this.moveDefault(),
      ...(this.tag === undefined ? [] : [this.settleNamespaces()]),
      this.removeCurrent(),
    ];
  }

  private get revisions(): { readonly from: string; readonly to: string } {
    const { current, next } = this.installations;
    return { from: current.revision ?? DEFAULT_TAG, to: next.revision! };
  }

  private get system(): string {
    return this.installations.next.namespace;
  }

  private installNext(): UpgradeStep {
    const { current, next, beside } = this.installations;
    const { to } = this.revisions;
    return {
      name: 'install-next',
      title: `Istio ${next.version} is there as the revision ${to}, and serves nobody yet`,
      content: (folder) => {
        const operator = operatorFile(folder, this.installations.operatorBeside);
        const helm = helmFiles(folder, beside);
        return {
          files: [...operator.files, ...helm.files],
          releases: beside,
          effect: [
            `The control plane of the revision ${to} is installed beside that of ${this.revisions.from}. The definitions of Istio's kinds become those of ${next.version}, which both read. `
            + 'No namespace, no gateway and no tag leads to it.',
            `First, is anything in the cluster that ${next.version} takes for something else?`,
            shell(`istioctl x precheck --from-version 1.${new IstioVersion(current.version).minor}`),
            ...this.ways(operator, helm),
          ],
          watch: [
            'Both control planes are ready:',
            shell(`kubectl get deployments --namespace ${this.system} --selector app=istiod --label-columns istio.io/rev`),
          ],
          back: [
            'Nobody is served by it, so it can go at any time. The definitions of kinds stay.',
            'With istioctl:', shell(`istioctl uninstall --revision ${to}`),
            'With Helm:', shell(uninstall(beside.filter(({ chart }) => chart === 'istiod' || chart === 'cni').reverse())),
          ],
        };
      },
    };
  }

  private verify(): UpgradeStep {
    const { current, next } = this.installations;
    const { to } = this.revisions;
    return {
      name: 'verify',
      title: 'Nothing changes: both control planes agree about the configuration',
      content: () => ({
        files: [],
        releases: [],
        effect: ['Nothing is applied.'],
        watch: [
          `Every proxy is served by ${current.version} as before, and none is stale:`,
          shell('istioctl proxy-status\nistioctl version'),
          'The new control plane finds nothing wrong:',
          shell(`istioctl analyze --all-namespaces --revision ${to}`),
          `Its injector answers: a pod that is not stored has a proxy of ${next.version}:`,
          shell(probe('default', to)),
          'Its log has no errors, and nobody refuses what it sends (`pilot_total_xds_rejects`):',
          shell(`kubectl logs --namespace ${this.system} --selector app=istiod,istio.io/rev=${to} --tail 200 | grep -i error`),
          'This has to name each namespace of this plan and no other: who is missing here would be without a control plane at the end.',
          shell('kubectl get namespaces --label-columns istio-injection,istio.io/rev'),
          'Pods can name a revision themselves; those below have to be started anew by whoever writes them:',
          shell(`kubectl get pods --all-namespaces --selector istio.io/rev=${this.revisions.from}`),
        ],
        back: ['There is nothing to go back from.'],
      }),
    };
  }

  private moveNamespace(namespace: UpgradedNamespace): UpgradeStep {
    const { next, current } = this.installations;
    const { name, before, moved, object } = namespace;
    const restart = `kubectl rollout restart deployment,statefulset,daemonset --namespace ${name}`;
    return {
      name: `move-${name}`,
      title: `The namespace ${name} is served by ${next.version}`,
      content: (folder) => {
        const there = labelFiles(folder, [namespace], (one) => one.moved);
        const back = labelFiles(folder, [namespace], (one) => one.before, BACK);
        return {
          files: [...there.files, ...back.files],
          releases: [],
          effect: [
            `The namespace gets the label ${textOf(moved)} for ${textOf(before)}, in one moment: a pod that starts in between is served by one of the two. `
            + 'Pods that run keep their proxy until they are started anew.',
            shell(`${there.commands}\n${restart}`),
            ...(object === undefined ? [] : [`The App writes this Namespace ([${object.node.path}]) with ${textOf(before)}: do not apply it until the upgrade is through, or it goes back.`]),
          ],
          watch: [
            `Every pod is ready, and its proxy is of the revision ${moved.value}:`,
            shell(`kubectl get pods --namespace ${name} --output jsonpath='{range .items[*]}{.metadata.name}{"\\t"}{.metadata.annotations.istio\\.io/rev}{"\\n"}{end}'`),
            `Their configuration is SYNCED with ${next.version}:`,
            shell(`istioctl proxy-status | grep '\\.${name} '`),
            'Errors and latency of its services are what they were. Jobs, pods without a controller and StatefulSets with OnDelete are started anew by their owners.',
          ],
          back: [`Pods get a proxy of ${current.version} again when they are started anew:`, shell(`${back.commands}\n${restart}`)],
        };
      },
    };
  }

  private moveGateways(): UpgradeStep {
    const { current, next } = this.installations;
    const names = next.gateways.map(({ name }) => name).join(', ');
    return {
      name: 'move-gateways',
      title: `The gateways are served by ${next.version}`,
      content: (folder) => {
        const releases = this.installations.gateways(next);
        const [operator, helm] = [operatorFile(folder, this.installations.operatorWithGateways), helmFiles(folder, releases)];
        const former = this.installations.gateways(current);
        const back = [
          operatorFile(folder, this.installations.operator(current, { gateways: true, nodeAgent: false }), BACK),
          ...(former.length === 0 ? [] : [helmFiles(folder, former, BACK)]),
        ];
        return {
          files: [operator, helm, ...back].flatMap(({ files }) => files),
          releases,
          effect: [
            `${names}: pods are exchanged one by one, behind the same Service with the same address. Connections that are open end when a pod has drained.`,
            ...this.ways(operator, helm),
            'From here on, this is the file to give to istioctl again: with that of the first step, which has no gateways, it would take them away.',
          ],
          watch: [
            'Each gateway is ready, has its address, and is SYNCED:',
            shell([
              ...next.gateways.map((gateway) => `kubectl rollout status deployment ${gateway.name} --namespace ${gateway._namespace(this.system)}`),
              `istioctl proxy-status | grep -E '${next.gateways.map(({ name }) => name).join('|')}'`,
            ].join('\n')),
            'Requests from outside have the status that they had.',
          ],
          back: [
            former.length === 0 ? 'The current installation has no gateways: take those of this step away.' : 'The gateways of the current installation take their places again.',
            ...this.ways(back[0], back[1] ?? { files: [], commands: uninstall(releases) }, current.version),
          ],
        };
      },
    };
  }

  private upgradeNodeAgent(): UpgradeStep {
    const { current, next } = this.installations;
    return {
      name: 'upgrade-node-agent',
      title: `The CNI node agent is that of ${next.version}`,
      content: (folder) => {
        const releases = this.installations.nodeAgents(next);
        const operator = operatorFile(folder, this.installations.operator(next, { gateways: true, nodeAgent: true }));
        const [helm, back] = [helmFiles(folder, releases), helmFiles(folder, this.installations.nodeAgents(current), BACK)];
        const [{ namespace }] = releases;
        return {
          files: [operator, helm, back].flatMap(({ files }) => files),
          releases,
          effect: [
            'A node has one agent for pods of all revisions. It works with control planes of its own version and the next one, so it follows when nobody is served by the former one. '
            + 'Pods that run are not touched; new ones wait on a node until its agent is ready.',
            ...this.ways(operator, helm),
          ],
          watch: ['An agent is ready on each node:', shell(`kubectl rollout status daemonset istio-cni-node --namespace ${namespace}`)],
          back: [
            'With Helm:', shell(back.commands),
            `With istioctl there is no way back for the agent alone, short of going back from the gateways too: install the whole of the current installation with istioctl ${current.version}.`,
          ],
        };
      },
    };
  }

  /** To whom pods and configuration are led that name no revision, or a tag. */
  private moveDefault(): UpgradeStep {
    const { current, next } = this.installations;
    const { to, from } = this.revisions;
    const isImplied = current.revision === undefined;
    return {
      name: this.tag === undefined ? 'move-default' : `move-tag-${this.tag}`,
      title: this.tag === undefined ? `Configuration is validated by ${next.version}` : `The tag ${this.tag} leads to ${next.version}`,
      content: (folder) => {
        const base = [this.installations.base(next)];
        const former = [this.installations.base(current)];
        const [helm, helmBack] = [helmFiles(folder, base), helmFiles(folder, former, BACK)];
        const tag = this.tag === undefined ? undefined : this.tagFiles(folder, isImplied);
        const set = (name: string, revision: string) => `istioctl tag set ${name} --revision ${revision} --overwrite`;
        const tags = [...new Set([...(this.tag === undefined ? [] : [this.tag]), DEFAULT_TAG])];
        const ways = (to_: string, charts: Applied, objects: Applied | undefined) => [
          'With istioctl:', shell(tags.map((name) => set(name, to_)).join('\n')),
          'With Helm and kubectl:', shell(together(...(objects ? [objects] : []), charts).commands),
        ];
        return {
          files: [...(tag?.there.files ?? []), ...(tag?.back.files ?? []), ...helm.files, ...helmBack.files],
          releases: base,
          effect: [
            ...(this.tag === undefined ? [] : [
              `Pods that start in a namespace with the tag ${this.tag} get a proxy of ${next.version}. The tag is one object, so that each pod is served by one of the two; the namespaces of this plan carry the revision itself by now.`,
            ]),
            ...(this.tag === DEFAULT_TAG && isImplied ? [
              `The default revision's own webhooks are put out of action first. For that moment a pod with \`sidecar.istio.io/inject: "true"\` in a namespace without a label would start without a proxy: there should be none besides those of \`${DEFAULT_TAG}\`:`,
              shell('kubectl get namespaces --selector istio-injection=enabled\nkubectl get pods --all-namespaces --selector sidecar.istio.io/inject=true'),
            ] : []),
            `Configuration that names no revision is validated by ${next.version}.`,
            ...ways(to, helm, tag?.there),
          ],
          watch: [
            'Who leads where:', shell('istioctl tag list\nkubectl get validatingwebhookconfigurations --label-columns istio.io/rev'),
            ...(this.tag === undefined ? [] : [`A pod of the tag would have a proxy of ${next.version}:`, shell(probe('default', this.tag))]),
          ],
          back: ways(from, helmBack, tag?.back),
        };
      },
    };
  }

  private tagFiles(folder: string, isImplied: boolean): { readonly there: Applied; readonly back: Applied } {
    const { current, next } = this.installations;
    const apply = (files: readonly ControlPlaneUpgradeFile[]) => `kubectl apply ${files.map(({ name }) => `--filename ${folder}/${name}`).join(' ')}`;
    const objects = numberedFiles(revisionTag(this.tag!, next));
    if (!isImplied) {
      const back = numberedFiles(revisionTag(this.tag!, current)).map((file) => ({ ...file, name: `${BACK}${file.name}` }));
      return { there: { files: objects, commands: apply(objects) }, back: { files: back, commands: apply(back) } };
    }
    const { name, patch } = withoutDefaultInjector(current);
    const off = { name: `05-${name}.patch.yaml`, content: Yaml.stringify(patch) };
    const former = helmFiles(folder, this.installations.istiod(current), BACK);
    return {
      there: {
        files: [off, ...objects],
        commands: `kubectl patch mutatingwebhookconfiguration ${name} --type json --patch-file ${folder}/${off.name}\n${apply(objects)}`,
      },
      // The release writes its webhooks again, and answers as before.
      back: { files: former.files, commands: `${this.withoutTag()}\n${former.commands}` },
    };
  }

  /** What has to be gone before a control plane comes back that answers for the default revision by itself. */
  private beforeDefault(folder: string): Applied {
    if (this.installations.current.revision !== undefined) return { files: [], commands: '' };
    return together(labelFiles(folder, this.namespaces, ({ moved }) => moved, BACK), { files: [], commands: this.withoutTag() });
  }

  private withoutTag(): string {
    return revisionTag(this.tag!, this.installations.next)
      .map(({ kind, name, namespace }) => `kubectl delete ${kind.toLowerCase()} ${name}${namespace === '' ? '' : ` --namespace ${namespace}`}`).join('\n');
  }

  private settleNamespaces(): UpgradeStep {
    const { next } = this.installations;
    return {
      name: 'settle-namespaces',
      title: `The namespaces have the tag ${this.tag} again`,
      content: (folder) => {
        const there = labelFiles(folder, this.namespaces, ({ settled }) => settled!);
        const back = labelFiles(folder, this.namespaces, ({ moved }) => moved, BACK);
        const pinned = this.namespaces.filter(({ object, before, settled }) => object !== undefined && before !== settled);
        return {
          files: [...there.files, ...back.files],
          releases: [],
          effect: [
            'The labels become what the code says. The tag leads where these namespaces are already, so nothing has to be started anew.',
            shell(there.commands),
            ...pinned.map(({ name, object, settled }) => `Change the code too: [${object!.node.path}] labels ${name} with the revision itself; it has to be ${textOf(settled!)}.`),
          ],
          watch: [`Pods that start have a proxy of ${next.version}:`, shell(this.namespaces.map(({ name }) => probe(name)).join('\n'))],
          back: [shell(back.commands)],
        };
      },
    };
  }

  private removeCurrent(): UpgradeStep {
    const { current, next } = this.installations;
    const { from } = this.revisions;
    return {
      name: 'remove-current',
      title: `Istio ${current.version} is gone`,
      content: (folder) => {
        const authorities = this.installations.authorities([next]);
        const helm = authorities.length === 0 ? undefined : helmFiles(folder, authorities);
        const operator = operatorFile(folder, this.installations.operator(current, CONTROL_PLANE), BACK);
        const former = helmFiles(folder, [...this.installations.authorities([current, next]), ...this.installations.istiod(current)], BACK);
        const pinned = this.namespaces.filter(({ object, settled }) => object !== undefined && settled === undefined);
        const before = this.beforeDefault(folder);
        return {
          files: [...(helm?.files ?? []), ...before.files, ...operator.files, ...former.files],
          releases: authorities,
          effect: [
            `Nobody may be served by it: the first command lists nothing, and no tag leads to the revision ${from}.`,
            shell(`istioctl proxy-status | grep '${current.version.replace(/\./g, '\\.')}'\nistioctl tag list`),
            ...(current._props.servesRemoteClusters ? ['The clusters whose pods it serves (profile REMOTE) have to be led to the next control plane before.'] : []),
            'With istioctl:', shell(`istioctl uninstall --revision ${from}`),
            'With Helm:', shell([uninstall(this.installations.istiod(current)), ...(helm ? [helm.commands] : [])].join('\n')),
            ...pinned.map(({ name, object, moved }) => `Change the code before it is applied again: [${object!.node.path}] has to label ${name} with ${textOf(moved)}. With the label of a revision that is gone, pods start without a proxy.`),
            'Take `current` and this plan out of the code: the next upgrade begins with what is now `next`.',
          ],
          watch: ['One control plane is left, and serves every proxy:', shell(`kubectl get deployments --namespace ${this.system} --selector app=istiod --label-columns istio.io/rev\nistioctl proxy-status`)],
          back: before.files.length === 0
            ? ['It is installed again, and serves nobody until earlier steps are gone back from too.', ...this.ways(operator, former, current.version)]
            : [
              'It answers for the default revision as soon as it is there, so its tag goes before it, and the labels before that: two would answer. This goes back from the two steps before, too.',
              shell(before.commands),
              ...this.ways(operator, former, current.version),
            ],
        };
      },
    };
  }

  /** @param version of istioctl */
  private ways(istioctl: Applied, helm: Applied, version = this.installations.next.version): string[] {
    return [`With istioctl ${version}:`, shell(istioctl.commands), 'With Helm:', shell(helm.commands)];
  }
}

/** @param revision undefined for what the namespace says */
function probe(namespace: string, revision?: string): string {
  const label = revision === undefined ? '' : ` --labels istio.io/rev=${revision}`;
  return `kubectl run probe --namespace ${namespace} --image registry.k8s.io/pause:3.10${label} --dry-run=server --output yaml | grep 'istio.io/rev:'`;
}

function uninstall(releases: readonly ChartRelease[]): string {
  return releases.map(({ name, namespace }) => `helm uninstall ${name} --namespace ${namespace} --wait`).join('\n');
}
