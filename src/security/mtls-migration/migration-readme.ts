import { edgeTable } from './edge-table';
import { MigratedMesh } from './migrated-mesh';
import { MtlsEdge, MtlsEdgeOutcome, MtlsPhase } from './mtls-edge';
import { OpenPorts } from './open-ports';
import { plaintextQuery, podsWithoutSidecar } from './verification';
import { fenced, page, shell, table } from '../../model/markdown';
import { Injection } from '../injection';
import { MtlsMode } from '../mtls-mode';

/** What a phase is about, for people. */
interface PhaseText {
  readonly title: string;
  /** What the phase does. */
  readonly effect: readonly string[];
  /** What to look at. */
  readonly watch: readonly string[];
  /** When the next one may begin. */
  readonly when: string;
}

/** What a migration says to the person who applies it. */
export class MigrationReadme {
  /** The folders, in the order of the phases. */
  public readonly folders: string[];
  private readonly texts: PhaseText[];

  constructor(
    private readonly mesh: MigratedMesh,
    private readonly phases: readonly MtlsPhase[],
    private readonly edges: readonly MtlsEdge[],
    private readonly open: OpenPorts,
    private readonly injection: Injection,
  ) {
    this.folders = phases.map((phase, index) => `${String(index).padStart(2, '0')}-${phase}`);
    this.texts = phases.map((phase) => this.textOf(phase));
  }

  public ofAll(): string {
    return page([
      `# From plaintext to mutual TLS: ${this.namespaces}`,
      'One folder after the other is applied, each of them a complete state: the same objects in every one. Going back to any earlier folder is always '
      + 'possible, and takes effect when the sidecars have it, within seconds; only pods that got a sidecar keep it until they are started anew.',
      table(['Folder', 'What happens'], this.folders.map((folder, index) => [`[${folder}](${folder}/README.md)`, this.texts[index].title])),
      ...this.withheld(),
      '## Who calls, and what becomes of it',
      this.edges.length === 0 ? 'Nothing in the App calls these namespaces in a way that could break.' : edgeTable(this.edges),
      'This is what the App shows: its manifests, its declared calls, and the callers that were named to the migration. Who is in none of them is found by the '
      + 'verify phase only, so let that one see a whole week, with its nightly jobs.',
      ...this.openPorts(),
      '## Going on',
      shell(`kubectl apply -f ${this.folders[0]}/`),
      'With GitOps, commit one folder\'s files at a time. Write the plan anew when the App has changed: it is of one moment.',
      '## Going back',
      'To the folder before, at any time:',
      shell(`kubectl apply -f ${this.folders.at(-2)}/`),
    ]);
  }

  public ofPhase(index: number): string {
    const { title, effect, watch, when } = this.texts[index];
    const [folder, next, former] = [this.folders[index], this.folders[index + 1], this.folders[index - 1]];
    return page([
      `# ${folder}: ${title}`,
      ...effect,
      shell(`kubectl apply -f ${folder}/`),
      ...this.breakingIn(this.phases[index]),
      '## What to look at',
      ...watch,
      '## How to go on',
      ...next === undefined ? this.end(this.phases[index]) : [`${when}:`, shell(`kubectl apply -f ${next}/`)],
      '## How to go back',
      ...former === undefined
        ? ['There is nothing to go back to: nothing is different for anybody yet.']
        : [`To \`${former}\`:`, shell(`kubectl apply -f ${former}/`), ...this.phases[index] === MtlsPhase.INJECT ? this.withoutSidecars() : []],
    ]);
  }

  private get namespaces(): string {
    return this.mesh.namespaces.join(', ');
  }

  private textOf(phase: MtlsPhase): PhaseText {
    switch (phase) {
      case MtlsPhase.INSTALL: return this.install();
      case MtlsPhase.INJECT: return this.inject();
      case MtlsPhase.PERMISSIVE: return this.permissive();
      case MtlsPhase.VERIFY: return this.verify();
      case MtlsPhase.STRICT: return this.strict();
    }
  }

  private install(): PhaseText {
    const revision = this.injection._label === 'istio.io/rev' ? ` of the revision (or tag) ${this.injection._value}` : '';
    return {
      title: 'Istio is there, and changes nothing yet',
      effect: [
        `Istio's CRDs (the chart \`base\`) and its control plane (the chart \`istiod\`)${revision} have to be installed before. No pod has a sidecar yet.`,
        'This folder says PERMISSIVE for the namespaces before the first sidecar comes, so that a STRICT of the whole mesh closes nobody out.',
      ],
      watch: [
        'istiod is ready, and the webhook that injects sidecars is there:',
        shell(`kubectl get deployments -n istio-system -l app=istiod\nkubectl get mutatingwebhookconfigurations -l app=sidecar-injector${revision === '' ? '' : ' --show-labels'}`),
        'Nothing that selects these namespaces is wrong:',
        shell(this.mesh.namespaces.map((namespace) => `istioctl analyze -n ${namespace}`).join('\n')),
      ],
      when: 'When istiod is ready',
    };
  }

  private inject(): PhaseText {
    const label = `${this.injection._label}: ${this.injection._value}`;
    return {
      title: 'New pods get sidecars',
      effect: [
        `The namespaces get the label \`${label}\`. Pods that run keep running as they are; those that are started from now on have a sidecar. Pods with and pods without `
        + 'one answer side by side: clients with a sidecar speak mutual TLS to those that have one, and plaintext to the others.',
        'After applying, start the pods anew, one workload after the other, and look at each. Jobs get theirs with their next run.',
      ],
      watch: [
        ...this.mesh.namespaces.flatMap((namespace) => [
          `Start the pods of ${namespace} anew:`,
          shell(`kubectl rollout restart deployment,statefulset,daemonset -n ${namespace}\nkubectl get pods -n ${namespace} --watch`),
          'Pods that have no sidecar yet. In the end there are none, but those of the table that never get one:',
          shell(podsWithoutSidecar(namespace)),
        ]),
        'Every proxy has its configuration:',
        shell('istioctl proxy-status'),
      ],
      when: 'When every pod that is to have a sidecar has one, and is ready',
    };
  }

  private permissive(): PhaseText {
    return {
      title: 'Every pod takes plaintext and mutual TLS',
      effect: [
        'The objects are those of the phase before. What is different is that every pod has its sidecar now, so this is the state in which callers are brought over: '
        + 'each one that gets a sidecar speaks mutual TLS from its first request on, without a change of its own.',
      ],
      watch: [
        'What a pod takes, and which policies say so:',
        shell(this.mesh.namespaces.map((namespace) => `istioctl experimental describe pod POD -n ${namespace}`).join('\n')),
        'Bring over the callers of this table that break, one by one.',
        this.tableOf(({ outcome }) => outcome === MtlsEdgeOutcome.BREAKS || outcome === MtlsEdgeOutcome.UNKNOWN),
      ],
      when: 'When the callers that you know of are over',
    };
  }

  private verify(): PhaseText {
    return {
      title: 'Who still speaks plaintext is seen',
      effect: ['Nothing changes. This phase ends when nobody has spoken plaintext for as long as the rarest caller needs to call: a day, a week, the end of a month.'],
      watch: [
        'This query (`has-to-be-empty.promql`) names everybody who spoke plaintext to the namespaces in the last hour. It has to be empty, but for callers of ports that stay open:',
        fenced('promql', plaintextQuery(this.mesh.namespaces)),
        'Where it is empty because nothing is measured, it says nothing. There have to be requests with mutual TLS:',
        fenced('promql', plaintextQuery(this.mesh.namespaces).split('\n')[0].replace('!=', '=')),
        'Callers whose protocol no metric tells (a port that passes by the sidecar, a pod without one) are in the table of the first page only.',
        ...this.phases.includes(MtlsPhase.STRICT) ? [
          'What the checker says of the App together with the next phase, before that is applied, and who then gets in. Under `Reached without mTLS`, nothing of these namespaces may stand but ports that stay open and pods without a sidecar:',
          shell(`npx cdk8s-istio check dist/ ${this.folders.at(-1)}/\nnpx cdk8s-istio access dist/ ${this.folders.at(-1)}/`),
        ] : [],
      ],
      when: 'When it has been empty for long enough',
    };
  }

  private strict(): PhaseText {
    return {
      title: 'Plaintext is refused',
      effect: [
        'Sidecars reset connections that are not mutual TLS: a caller without a sidecar sees a reset without a status, one with a sidecar that was told to speak plaintext sees 503. '
        + 'The ports that stay open are opened before, in the order of the files.',
      ],
      watch: [
        'A caller outside of the mesh is refused (`Connection reset by peer`), from a namespace without sidecars:',
        shell(`kubectl run plaintext --rm -it --restart=Never -n default --image=curlimages/curl -- curl -sv http://SERVICE.${this.mesh.namespaces[0]}:PORT/`),
        'Nobody in the mesh gets 503 who did not before:',
        fenced('promql', `sum by (source_workload, destination_service_name, response_flags) (rate(istio_requests_total{reporter="source", destination_service_namespace=~"${this.mesh.namespaces.join('|')}", response_code="503"}[5m])) > 0`),
      ],
      when: '',
    };
  }

  private breakingIn(phase: MtlsPhase): string[] {
    const broken = this.edges.filter((edge) => edge.breaksAt === phase && edge.outcome !== MtlsEdgeOutcome.UNKNOWN);
    return broken.length === 0 ? [] : ['## Who breaks here', edgeTable(broken)];
  }

  private tableOf(concerns: (edge: MtlsEdge) => boolean): string {
    const edges = this.edges.filter(concerns);
    return edges.length === 0 ? 'There are none.' : edgeTable(edges);
  }

  private withheld(): string[] {
    if (this.phases.includes(MtlsPhase.STRICT)) return [];
    return [
      '## STRICT is not here yet',
      'The last phase is not written while somebody would break who is known to call:',
      this.tableOf(({ outcome }) => outcome === MtlsEdgeOutcome.BREAKS),
      'Do what the last column says, or keep a port open (`openPorts`), or say that a caller may break and why (`despite`). Then write the plan anew.',
    ];
  }

  private openPorts(): string[] {
    const { rows } = this.open;
    return rows.length === 0 ? [] : [
      '## Ports that stay open',
      'They go on taking plaintext when everything else is STRICT. Who calls them without a sidecar has no identity, so nothing can be allowed to it by name. '
      + 'Where it says DISABLE, nobody has one: callers in the mesh speak plaintext there, too.',
      table(['Pods', 'Ports', 'Why'], rows.map(({ target, ports, reason }) => [target, ports, reason.replaceAll('|', '\\|')])),
    ];
  }

  private end(phase: MtlsPhase): string[] {
    if (phase !== MtlsPhase.STRICT) return ['The next phase would be STRICT. It is not written yet; the first page says why.'];
    const labelled = this.mesh.namespaces.flatMap((namespace) => {
      const written = this.mesh.namespaceObject(namespace);
      return written ? [`\`${namespace}\` [${written.object.node.path}]`] : [];
    });
    return [
      'This is the last phase. Say it in the App now, in the place of the migration, and leave these folders to history:',
      fenced('ts', this.mesh.namespaces.map((namespace) => `new MtlsPolicy(chart, 'mtls-${namespace}', { scope: PolicyScope.namespace('${namespace}') });`).join('\n')),
      ...labelled.length === 0 ? [] : [`The App renders ${labelled.length === 1 ? 'the Namespace' : 'the Namespaces'} ${labelled.join(', ')}: `
        + `${this.injection._label}: ${this.injection._value} has to stand there, too, or the next deployment takes it away.`],
      ...this.open.rows.length === 0 ? [] : [
        'And one `MtlsPolicy` with `ports` for each of the workloads whose ports stay open. When it is there, take away the one of this plan: of two for the same pods, '
        + 'Istio takes the older.',
        shell(this.open.objects(MtlsMode.STRICT).map(({ name, namespace }) => `kubectl delete peerauthentication ${name} -n ${namespace}`).join('\n')),
      ],
    ];
  }

  private withoutSidecars(): string[] {
    return ['Pods that have a sidecar keep it until they are started anew:', shell(this.mesh.namespaces
      .map((namespace) => `kubectl rollout restart deployment,statefulset,daemonset -n ${namespace}`).join('\n'))];
  }
}
