import { IConstruct } from 'constructs';
import { otherTls } from './client-tls';
import { declaredCallers, possibleCallers } from './declared-callers';
import { Finding, titleOf } from './finding';
import { MigratedMesh } from './migrated-mesh';
import { MtlsEdge, MtlsEdgeOutcome, MtlsPhase } from './mtls-edge';
import type { MtlsMigrationBreak, MtlsMigrationProps } from './mtls-migration-props';
import { OpenPorts } from './open-ports';
import { outsideCallers } from './outside-callers';
import { isServerFirst, specialPorts } from './special-ports';
import { PodTemplate } from '../../model/pod-index';
import { MtlsMode } from '../mtls-mode';

/** Every caller that the App tells of, in the order in which people have to look at them. */
export function edgesOf(migration: IConstruct, mesh: MigratedMesh, open: OpenPorts, { callers = [], despite = [] }: MtlsMigrationProps): MtlsEdge[] {
  const known = [...declaredCallers(migration, mesh, callers), ...outsideCallers(mesh), ...otherTls(mesh), ...specialPorts(mesh)];
  const edges = [...known, ...possibleCallers(mesh, known)].map((finding) => decide(finding, mesh, open, despite));
  return distinct(edges).sort((a, b) => rank(a) - rank(b)
    || compare(a.target, b.target) || compare(a.caller, b.caller) || (a.port ?? 0) - (b.port ?? 0));
}

function decide(found: Finding, mesh: MigratedMesh, open: OpenPorts, despite: readonly MtlsMigrationBreak[]): MtlsEdge {
  const finding = earlier(found, mesh);
  const { caller, target, port, why, remedy, source, breaksAt } = finding;
  const edge = { caller, target: titleOf(target), ...port === undefined ? {} : { port }, why, source };
  const says = (outcome: MtlsEdgeOutcome, what: string): MtlsEdge => ({ ...edge, outcome, remedy: what });
  if (finding.notEnforced || isPassedBy(finding, mesh)) return says(MtlsEdgeOutcome.NOT_ENFORCED, remedy);
  const opening = open.opening(target, port);
  // There is no mutual TLS for anybody at such a port, with a sidecar or without one.
  const hasNone = opening?.mode === MtlsMode.DISABLE;
  if (breaksAt === undefined) return hasNone ? says(MtlsEdgeOutcome.STAYS_OPEN, `Stays open, in plaintext: ${opening.why}`) : says(MtlsEdgeOutcome.WORKS, '');
  if (opening && (!finding.needsDisable || hasNone)) return says(MtlsEdgeOutcome.STAYS_OPEN, `Stays open: ${opening.why}`);
  const accepted = despite.find((one) => one.caller === caller && (one.target ?? edge.target) === edge.target);
  if (accepted) return { ...says(MtlsEdgeOutcome.ACCEPTED, `Accepted: ${accepted.reason}`), breaksAt };
  return { ...says(finding.undeclared ? MtlsEdgeOutcome.UNKNOWN : MtlsEdgeOutcome.BREAKS, remedy), breaksAt };
}

/** Whoever waits for the server to speak waits for ever as soon as there is a sidecar, whatever it accepts beside mutual TLS. */
function earlier(finding: Finding, mesh: MigratedMesh): Finding {
  if (finding.breaksAt !== MtlsPhase.STRICT || !isServerFirst(mesh, podsOf(finding, mesh), finding.port)) return finding;
  return {
    ...finding,
    breaksAt: MtlsPhase.INJECT,
    needsDisable: true,
    why: `${finding.why}; and as the server speaks first there, a sidecar that waits for TLS or plaintext waits for ever, in PERMISSIVE, too`,
  };
}

/** Whether there is nothing that could refuse it: pods without a sidecar, or a port that passes by it. */
function isPassedBy(finding: Finding, mesh: MigratedMesh): boolean {
  const pods = finding.breaksAt === MtlsPhase.STRICT ? podsOf(finding, mesh) : [];
  const { port } = finding;
  return pods.length > 0 && pods.every((pod) => mesh.withoutSidecar(pod) !== undefined || (port !== undefined && !mesh.captures(pod, port)));
}

function podsOf({ target: { namespace, labels } }: Finding, mesh: MigratedMesh): PodTemplate[] {
  return labels === undefined ? [] : mesh.selected(namespace, labels);
}

const ORDER = Object.values(MtlsEdgeOutcome);
const FIRST = [MtlsEdgeOutcome.BREAKS, MtlsEdgeOutcome.UNKNOWN, MtlsEdgeOutcome.ACCEPTED, MtlsEdgeOutcome.STAYS_OPEN, MtlsEdgeOutcome.NOT_ENFORCED];

function rank({ outcome }: MtlsEdge): number {
  const first = FIRST.indexOf(outcome);
  return first >= 0 ? first : FIRST.length + ORDER.indexOf(outcome);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function distinct(edges: readonly MtlsEdge[]): MtlsEdge[] {
  return [...new Map(edges.map((edge) => [JSON.stringify([edge.caller, edge.target, edge.port, edge.why]), edge])).values()];
}
