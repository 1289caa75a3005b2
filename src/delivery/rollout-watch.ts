import { Duration } from 'cdk8s';
import type { ResolvedVersion } from './canary-version';
import type { RolloutGate } from './rollout-gate';
import type { Watch } from './rollout-state';
import { selects } from '../model/kubernetes-object';
import type { MeshService } from '../model/mesh-service';
import { QueryTarget, latency, requestRate, successRate } from '../observability/golden-queries';
import { PortProtocol } from '../semantics/port-protocol';

const WINDOW = Duration.minutes(1);
const PERCENTILE = 95;

/** The figures of the service as its callers have them, requests included that never reached a pod. */
export function callersOf(service: MeshService): QueryTarget {
  return { reporter: 'source', service: service.name, serviceNamespace: service.namespace, grpc: service.ports.some(({ protocol }) => protocol === PortProtocol.GRPC) };
}

/**
 * The figures of one version's pods; undefined where Istio's standard metrics have no label that tells them apart: they
 * know the pods' label `version`, and the workload.
 */
export function answersOf(service: MeshService, version: ResolvedVersion): QueryTarget | undefined {
  const target: QueryTarget = { ...callersOf(service), reporter: 'destination' };
  if (version.labels.version !== undefined) return { ...target, version: version.labels.version };
  const workloads = workloadsOf(service, version);
  return workloads?.length === 1 ? { ...target, workload: workloads[0].name, workloadNamespace: service.namespace } : undefined;
}

export interface VersionWorkload {
  readonly kind: string;
  readonly name: string;
}

/** A version's workloads; undefined where they are not known. */
export function workloadsOf(service: MeshService, version: ResolvedVersion): VersionWorkload[] | undefined {
  const pods = service.workloads.map((workload) => ({ workload, facts: workload._podFacts() }));
  if (pods.length === 0 || pods.some(({ facts }) => facts === undefined)) return undefined;
  return pods
    .filter(({ facts }) => selects(version.labels, facts!.allLabels))
    .map(({ workload }) => ({ kind: workload.rendered!.kind, name: workload.name }));
}

/** What to look at while a version answers: what its gates ask for, and what is missing of success, latency and rate. */
export function watchAnswers(service: MeshService, version: ResolvedVersion, gates: readonly RolloutGate[]): Watch[] {
  const target = answersOf(service, version);
  const callers = callersOf(service);
  const asked = gates.map((gate) => ({ title: `Gate ${gate._name}: ${gate._title}`, query: gate._query(target ?? callers) }));
  const missing = (name: string) => !gates.some((gate) => gate._name.startsWith(name));
  const whose = target === undefined ? `to ${service.name} (Istio's metrics do not tell its versions apart: give their pods a label \`version\`)` : `to ${version.subset}`;
  return [
    ...asked,
    { title: `Requests per second ${whose}; there have to be some, or the other figures mean nothing`, query: requestRate(target ?? callers, WINDOW) },
    ...(missing('success-rate') ? [{ title: `Percent of requests ${whose} that succeed`, query: successRate(target ?? callers, WINDOW) }] : []),
    ...(missing('latency') ? [{ title: `Milliseconds within which ${PERCENTILE} % of requests ${whose} are answered`, query: latency(target ?? callers, PERCENTILE, WINDOW) }] : []),
    { title: `Percent of requests to ${service.name} that succeed, as its callers see it`, query: successRate(callers, WINDOW) },
  ];
}

/** What to look at while a version answers nobody yet, or nobody any more. */
export function watchCallers(service: MeshService): Watch[] {
  return [{ title: `Percent of requests to ${service.name} that succeed, as its callers see it`, query: successRate(callersOf(service), WINDOW) }];
}
