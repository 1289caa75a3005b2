import { CalledPods } from './finding';
import { MigratedMesh } from './migrated-mesh';
import type { MtlsMigrationOpenPorts } from './mtls-migration-props';
import { isServerFirst } from './special-ports';
import { selects } from '../../model/kubernetes-object';
import { IMeshTarget } from '../../model/mesh-target';
import { PlannedObject } from '../../model/plan-files';
import { DistinctNames, Nameable, selectorKey } from '../distinct-name';
import { MtlsMode } from '../mtls-mode';
import { WrittenPeerAuthentication } from '../peer-authentications';
import { portLevelMtls, portModes } from '../port-modes';

interface OpenTarget extends Nameable {
  readonly target: IMeshTarget;
  readonly modes: ReadonlyMap<number, MtlsMode>;
  readonly reasons: readonly string[];
}

/** Why a port takes plaintext when everything else is STRICT, and in which mode. */
export interface Opening {
  readonly mode: string;
  readonly why: string;
}

/** The ports that stay open: those that the migration names, and those of policies that stand in the App. */
export class OpenPorts {
  private readonly targets: OpenTarget[];

  constructor(mesh: MigratedMesh, said: readonly MtlsMigrationOpenPorts[], private readonly written: readonly WrittenPeerAuthentication[]) {
    this.targets = [...new Set(said.map(({ target }) => target))].map((target) => {
      const own = said.filter((one) => one.target === target);
      const pods = mesh.selected(target.namespace, target.selector);
      const ports = portModes(target, own.map((one) => ({ ports: one.ports, mode: MtlsMode.PERMISSIVE })), 'open');
      return {
        target,
        // Measured: PERMISSIVE waits for the caller's first bytes to tell TLS from plaintext, STRICT and it alike.
        modes: new Map([...ports].map(([port]) => [port, isServerFirst(mesh, pods, port) ? MtlsMode.DISABLE : MtlsMode.PERMISSIVE])),
        reasons: own.map(({ reason }) => reason),
        base: `mtls-migration-${target.name}`,
        key: () => selectorKey(target.selector),
      };
    });
  }

  /** What keeps a port of pods open; undefined where nothing does. */
  public opening(pods: CalledPods, port: number | undefined): Opening | undefined {
    if (port === undefined) return undefined;
    const own = this.targets.find(({ target, modes }) => modes.has(port) && target.namespace === pods.namespace && matches(target.selector, pods));
    if (own) return { mode: own.modes.get(port)!, why: own.reasons.join('; ') };
    const policy = this.written.find(({ namespace, labels }) => labels !== undefined && namespace === pods.namespace && matches(labels, pods));
    const mode = policy?.portModes.get(port) ?? policy?.mode;
    return mode === MtlsMode.PERMISSIVE || mode === MtlsMode.DISABLE
      ? { mode, why: `PeerAuthentication ${policy!.namespace}/${policy!.name} [${policy!.object.node.path}] says ${mode}` }
      : undefined;
  }

  /** The policies of the open ports: in every phase, so that going on and going back are the same. */
  public objects(mode: MtlsMode): PlannedObject[] {
    const names = new DistinctNames(this.targets);
    return this.targets.map((one) => {
      const { target, modes } = one;
      const name = names.of(one);
      return {
        kind: 'PeerAuthentication',
        namespace: target.namespace,
        name,
        json: {
          apiVersion: 'security.istio.io/v1',
          kind: 'PeerAuthentication',
          metadata: { name, namespace: target.namespace },
          spec: { selector: { matchLabels: { ...target.selector } }, mtls: { mode }, portLevelMtls: portLevelMtls(modes) },
        },
      };
    });
  }

  /** For people: what stays open, and why. */
  public get rows(): { target: string; ports: string; reason: string }[] {
    return this.targets.map(({ target, modes, reasons }) => ({
      target: `${target.namespace}/${target.name}`,
      ports: [...modes].map(([port, mode]) => `${port} (${mode})`).join(', '),
      reason: reasons.join('; '),
    }));
  }

  /** Those of the App that stand in the way of ours: of two, Istio takes the older. */
  public rivals(): string[] {
    const meet = (labels: Readonly<Record<string, string>>, { selector }: IMeshTarget) => selects(labels, selector) || selects(selector, labels);
    return this.targets.flatMap(({ target }) => this.written
      .filter(({ namespace, labels }) => labels !== undefined && namespace === target.namespace && meet(labels, target))
      .map(({ object }) => `[${object.node.path}] is a PeerAuthentication for pods of ${target.name}, too, and Istio takes only the older one. Name the open ports there, and leave them out of \`openPorts\`.`));
  }
}

function matches(selector: Readonly<Record<string, string>>, { labels }: CalledPods): boolean {
  return labels !== undefined && selects(selector, labels);
}
