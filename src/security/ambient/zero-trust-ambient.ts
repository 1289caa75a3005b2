import { ApiObject } from 'cdk8s';
import { DataPlane } from './data-plane';
import { AMBIENT_LABELS, useWaypointLabels } from '../../model/ambient-mesh';
import { MeshService } from '../../model/mesh-service';
import { IWaypoint } from '../../model/mesh-waypoint';
import { AllowRule, Trust } from '../allow-rule';
import { EgressPolicy } from '../egress-scope';
import { Injection } from '../injection';
import { ZeroTrustNamespaceProps } from '../zero-trust-props';

/** What a namespace in the ambient mesh cannot be. */
export function checkPlane({ namespace, injection, existing }: ZeroTrustNamespaceProps, plane: DataPlane): void {
  if (!plane._isAmbient) {
    if (injection?._label === Injection.ambient()._label) throw new Error('`injection` is Injection.ambient(), and the policies of sidecars are not those of ztunnel. Say dataPlane: DataPlane.ambient() instead.');
    if (injection?._value === Injection.none()._value) throw new Error('`injection` is Injection.none(): pods would have no sidecar, so nothing would enforce these policies. Leave it out.');
    return;
  }
  if (injection !== undefined && !existing) throw new Error('`injection` is given, and pods of the ambient mesh have no sidecar. Leave it out, or say dataPlane: DataPlane.sidecars().');
  const waypoint = plane._waypoint;
  if (waypoint === undefined) return;
  if (waypoint.namespace !== namespace) {
    throw new Error(`the waypoint ${waypoint.namespace}/${waypoint.name} is in another namespace, where no policy of ${namespace} can say that it refuses what is not allowed. Give ${namespace} a waypoint of its own.`);
  }
  const { traffic = 'service' } = waypoint as { readonly traffic?: string };
  if (traffic !== 'service' && traffic !== 'all') {
    throw new Error(`the waypoint ${waypoint.namespace}/${waypoint.name} takes no traffic of Services (traffic: ${traffic}), and callers are judged there. Say WaypointTraffic.SERVICE or WaypointTraffic.ALL.`);
  }
}

/** The labels of a Namespace by which its pods are in the ambient mesh. */
export function ambientLabels(namespace: string, plane: DataPlane): Record<string, string> {
  const waypoint = plane._waypoint;
  return {
    [AMBIENT_LABELS.mode]: 'ambient',
    // What gateways let in is judged like what anybody else sends.
    ...waypoint === undefined ? {} : { ...useWaypointLabels(waypoint, namespace), [AMBIENT_LABELS.ingressUseWaypoint]: 'true' },
  };
}

/** Why a Namespace with these labels is not what the policies are written for; undefined when it is. */
export function ambientMistake(labels: Readonly<Record<string, string>>, namespace: string, plane: DataPlane): string | undefined {
  const injected = ['istio-injection', 'istio.io/rev'].find((label) => label in labels && labels[label] !== 'disabled');
  if (injected !== undefined) return `the label ${injected}: ${labels[injected]} asks for sidecars, and the policies are written for ztunnel (dataPlane). Take the label out.`;
  const wanted = ambientLabels(namespace, plane);
  const wrong = Object.keys(wanted).find((label) => label !== AMBIENT_LABELS.ingressUseWaypoint && labels[label] !== wanted[label]);
  return wrong === undefined ? undefined : `the label ${wrong} is ${labels[wrong] === undefined ? 'missing' : `"${labels[wrong]}"`}, and the policies are written for ${wanted[wrong]}. `
    + `Write ${wrong}: ${wanted[wrong]}.`;
}

/** Whether callers of a rule are judged by the waypoint: those with an identity, who call a Service and not the addresses of its pods. */
export function isAtWaypoint({ caller, target }: Pick<AllowRule, 'caller' | 'target'>, plane: DataPlane | undefined): boolean {
  return plane?._waypoint !== undefined && caller !== undefined && target instanceof MeshService && !target._isExternalHost && !target._headless;
}

/** Who ztunnel has to let in, where a waypoint judges all others: the waypoint, and no trust domain but the mesh's own where that is said. */
export function waypointSource({ name, namespace }: IWaypoint, { own }: Trust): object {
  return own === undefined ? { serviceAccounts: [`${namespace}/${name}`] } : { principals: [`${own}/ns/${namespace}/sa/${name}`] };
}

/** Allows of which ztunnel would let in nobody, as it sees no requests. */
export function unjudged(rules: readonly AllowRule[], plane: DataPlane): AllowRule[] {
  if (!plane._isAmbient) return [];
  return rules.filter((rule) => !isAtWaypoint(rule, plane) && (rule.allowed.methods !== undefined || rule.allowed.paths !== undefined));
}

/** What is said of a namespace. */
export interface Described {
  readonly namespace: string;
  readonly rules: readonly AllowRule[];
  readonly exceptions: readonly ApiObject[];
  readonly egress: EgressPolicy;
  readonly dryRun: boolean;
}

/** In what a namespace of the ambient mesh differs from one of sidecars with the same description; a sentence or two each. */
export function ambientDifferences(plane: DataPlane, { namespace, rules, exceptions, egress, dryRun }: Described): string[] {
  if (!plane._isAmbient) return [];
  const waypoint = plane._waypoint;
  const through = rules.filter((rule) => isAtWaypoint(rule, plane));
  const direct = [...new Set(rules.filter((rule) => !isAtWaypoint(rule, plane)).map(({ title }) => title))].sort();
  return [
    waypoint === undefined
      ? 'What is refused is a connection that ends, and no answer 403: nobody reads requests.'
      : `Callers of Services are judged by the waypoint ${waypoint.namespace}/${waypoint.name}, with 403. Who calls the address of a pod gets around it, and is refused by ztunnel, which lets in the waypoint`
        + `${direct.length === 0 ? ' alone' : ` and, past the waypoint, ${direct.join(', ')}`}.`,
    ...waypoint === undefined ? [] : [
      `What gateways let in goes through the waypoint, too (the label ${AMBIENT_LABELS.ingressUseWaypoint}): without that it would be refused.`,
      ...through.length === 0 ? [] : ['Ports in the policies are those of the Services, where a sidecar sees those of the pods.'],
    ],
    ...[...new Set(unjudged(rules, plane).map(({ title }) => title))].sort().map((title) =>
      `allow ${title}: lets in nobody, as ztunnel sees no requests and leaves out rules about methods and paths.`),
    ...exceptions.length === 0 ? [] : ['Ports that are excepted from mutual TLS accept both, also where the exception is DISABLE: callers of the mesh keep their identity there.'],
    ...egress === EgressPolicy.OPEN ? [] : [
      `Nothing keeps pods of ${namespace} from calling elsewhere: no Sidecar is written, as ztunnel reads none. A NetworkPolicy does.`,
    ],
    ...dryRun ? [`A dry run reports ${waypoint === undefined ? 'nothing' : 'what the waypoint would refuse, and nothing of ztunnel'}: ztunnel is not given policies that only watch.`] : [],
  ];
}
