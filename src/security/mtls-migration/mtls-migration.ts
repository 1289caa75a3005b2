import { Construct } from 'constructs';
import { edgeText } from './edge-table';
import { edgesOf } from './edges';
import { MigratedMesh } from './migrated-mesh';
import { MigrationReadme } from './migration-readme';
import { MtlsEdge, MtlsEdgeOutcome, MtlsPhase } from './mtls-edge';
import { MtlsMigrationPlan } from './mtls-migration-plan';
import type { MtlsMigrationProps } from './mtls-migration-props';
import { OpenPorts } from './open-ports';
import { objectsOfPhase } from './phases';
import { checkMigrationProps } from './props-check';
import { plaintextQuery } from './verification';
import { checkConstructProps } from '../../model/given';
import { locatedAt } from '../../model/located-at';
import { numberedFiles } from '../../model/plan-files';
import { registerConstruct } from '../../model/registered-construct';
import { Injection } from '../injection';
import { WrittenPeerAuthentication, peerAuthenticationsOf } from '../peer-authentications';

/** What a migration was asked about, read from the App as it is now. */
interface Reading {
  readonly mesh: MigratedMesh;
  readonly open: OpenPorts;
  readonly edges: readonly MtlsEdge[];
}

/**
 * The way of namespaces from plaintext to STRICT mutual TLS, in phases: install, inject, PERMISSIVE, verify, STRICT.
 *
 * It writes nothing into the chart: `plan()` makes a folder a phase, each a complete state with a README. It reads the App for
 * whoever would break, and keeps the STRICT phase back while somebody would, unless that was said to be fine. When the last
 * phase stands, an `MtlsPolicy` takes its place.
 *
 * @see https://istio.io/latest/docs/tasks/security/authentication/mtls-migration/
 */
export class MtlsMigration extends Construct {
  private readonly props: MtlsMigrationProps;

  constructor(scope: Construct, id: string, props: MtlsMigrationProps) {
    super(scope, id);
    registerConstruct(this, MtlsMigration);
    checkConstructProps(this, props, "{ namespaces: ['shop'] }");
    locatedAt(this, () => checkMigrationProps(props));
    this.props = { ...props, namespaces: [...new Set(props.namespaces)] };
  }

  /** Who calls the namespaces, and what becomes of it, as far as the App shows. To be asked when the App is complete. */
  public edges(): MtlsEdge[] {
    return [...this.read().edges];
  }

  /** The same as text: those first that somebody has to look at. */
  public report(): string {
    return edgeText(this.read().edges);
  }

  /**
   * The phases. To be asked when the App is complete.
   *
   * Throws where a PeerAuthentication of the App stands in the way of those of the plan, and where `despite` names a caller that
   * does not break.
   */
  public plan(): MtlsMigrationPlan {
    const { mesh, open, edges } = this.read();
    const withheld = edges.filter(({ outcome }) => outcome === MtlsEdgeOutcome.BREAKS);
    const phases = Object.values(MtlsPhase).filter((phase) => phase !== MtlsPhase.STRICT || withheld.length === 0);
    const readme = new MigrationReadme(mesh, phases, edges, open, this.injection);
    const steps = phases.map((phase, index) => ({
      name: readme.folders[index],
      files: [
        ...numberedFiles(objectsOfPhase(phase, mesh, this.injection, open)),
        ...phase === MtlsPhase.VERIFY ? [{ name: 'has-to-be-empty.promql', content: `${plaintextQuery(mesh.namespaces)}\n` }] : [],
      ],
      readme: readme.ofPhase(index),
    }));
    return MtlsMigrationPlan._of(this.node.path, steps, readme.ofAll(), edges, withheld.map(({ caller, target, port, why, remedy }) =>
      `${caller} → ${target}${port === undefined ? '' : `:${port}`}: ${why}. ${remedy}`));
  }

  private get injection(): Injection {
    return this.props.injection ?? Injection.enabled();
  }

  private read(): Reading {
    return locatedAt(this, () => {
      const { namespaces, meshNamespaces = [], openPorts = [] } = this.props;
      const mesh = new MigratedMesh(this.node.root, namespaces, meshNamespaces);
      const written = peerAuthenticationsOf(this);
      const open = new OpenPorts(mesh, openPorts, written);
      this.refuse([...this.ofWholeNamespace(written), ...open.rivals()]);
      const edges = edgesOf(this, mesh, open, this.props);
      this.refuse(this.unused(edges));
      return { mesh, open, edges };
    });
  }

  /** What is synthesized beside the plan would be applied beside it, and undo its phases. */
  private ofWholeNamespace(written: readonly WrittenPeerAuthentication[]): string[] {
    return written.filter(({ namespace, labels }) => labels === undefined && this.props.namespaces.includes(namespace))
      .map(({ object, namespace }) => `[${object.node.path}] writes a PeerAuthentication for namespace ${namespace}, which would undo what the phases of the plan say. Leave one of them out: it takes the place of the migration when that is done.`);
  }

  /** A word for a caller that is spelt otherwise, or that is fine by now. */
  private unused(edges: readonly MtlsEdge[]): string[] {
    const breaking = [...new Set(edges.filter(({ breaksAt }) => breaksAt !== undefined).map(({ caller }) => caller))];
    return (this.props.despite ?? [])
      .filter(({ caller, target }) => !edges.some((edge) =>
        edge.outcome === MtlsEdgeOutcome.ACCEPTED && edge.caller === caller && (target ?? edge.target) === edge.target))
      .map(({ caller, target }) => `\`despite\` names "${caller}"${target === undefined ? '' : ` calling ${target}`}, which does not break. Those that would: ${breaking.join(', ') || 'none'}.`);
  }

  private refuse(mistakes: readonly string[]): void {
    if (mistakes.length > 0) throw new Error(mistakes.join('\n  '));
  }
}
