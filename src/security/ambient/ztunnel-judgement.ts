import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { AmbientMesh, ambientMeshOf } from '../../model/ambient-mesh';
import { resolveLazy, selects } from '../../model/kubernetes-object';
import { MeshService } from '../../model/mesh-service';
import { IWaypoint } from '../../model/mesh-waypoint';
import { validateOncePerSynth } from '../../model/once-per-synth';
import { PolicyScope } from '../../model/policy-scope';
import { warnLate } from '../../model/warning';
import { Identity, JudgedPolicy, JudgedRule, asksForCaller, isFromIdentity, isKnownToZtunnel, requestConditions } from '../../semantics/ztunnel';

/** A policy as it is written, and who wrote it. */
export interface WrittenPolicy {
  readonly owner: Construct;
  readonly scope: PolicyScope;
  readonly object: ApiObject;
}

/** Judges a policy when manifests are final: errors where it would let in too much, a warning where too little. */
export function judgeInAmbient(policy: WrittenPolicy): void {
  validateOncePerSynth(policy.owner, () => openInAmbient(policy));
  warnLate(policy.owner, () => stricterInAmbient(policy));
}

/** What is wrong with a policy in the ambient mesh: there it would let in what it is to refuse. */
export function openInAmbient(policy: WrittenPolicy): string[] {
  const { owner, scope } = policy;
  const mesh = ambientMeshOf(owner);
  if (scope._atWaypoint) return withoutWaypoint(scope, mesh);
  if (!isForAmbient(scope, mesh)) return [];
  const { action = 'ALLOW', rules = [] } = specOf(policy.object);
  if (action === 'CUSTOM') {
    return [`it leaves the decision to a provider, and namespace ${scope._namespace} is in the ambient mesh, where ztunnel asks nobody: everything would be let in. ${atWaypoint(scope)}`];
  }
  const waypoint = waypointBefore(scope, mesh);
  if (action !== 'DENY' || waypoint === undefined) return [];
  return rules.flatMap((rule, index) => (asksForCaller(rule) && !isFromIdentity(rule, identityOf(waypoint), scope._namespace) ? [
    `rules[${index}]: it refuses some callers, and what comes through the waypoint ${waypoint.namespace}/${waypoint.name} has the waypoint's identity when ztunnel sees it: they would be let in. ${atWaypoint(scope)}`,
  ] : []));
}

/** What a policy refuses in the ambient mesh beyond what it says; undefined where it holds as it is. */
export function stricterInAmbient(policy: WrittenPolicy): string | undefined {
  const { owner, scope, object } = policy;
  const mesh = ambientMeshOf(owner);
  if (scope._atWaypoint || !isForAmbient(scope, mesh)) return undefined;
  const { action = 'ALLOW', rules = [] } = specOf(object);
  if (action === 'CUSTOM') return undefined;
  if (!isKnownToZtunnel({ action })) return `namespace ${scope._namespace} is in the ambient mesh, where ztunnel knows no ${action} policies: nothing comes of it. ${atWaypoint(scope)}`;
  if (isDryRun(object)) return `namespace ${scope._namespace} is in the ambient mesh, and ztunnel is not given policies that only watch: nothing is reported. ${atWaypoint(scope)}`;
  const fields = [...new Set(rules.flatMap(requestConditions))].sort();
  if (fields.length > 0) {
    return `namespace ${scope._namespace} is in the ambient mesh, where ztunnel sees no requests and cannot judge ${fields.join(', ')}: `
      + `${action === 'ALLOW' ? 'rules that ask for them let in nobody' : 'rules that ask for them refuse whatever the rest of the rule says'}. ${atWaypoint(scope)}`;
  }
  const waypoint = waypointBefore(scope, mesh);
  if (waypoint === undefined) return undefined;
  const through = `what comes through the waypoint ${waypoint.namespace}/${waypoint.name} has the waypoint's identity when ztunnel sees it`;
  if (action === 'DENY') {
    return rules.some((rule) => asksForCaller(rule) && isFromIdentity(rule, identityOf(waypoint), scope._namespace))
      ? `${through}, so all of it is refused. ${atWaypoint(scope)}` : undefined;
  }
  const letsIn = (rule: JudgedRule) => requestConditions(rule).length === 0 && isFromIdentity(rule, identityOf(waypoint), scope._namespace);
  // A policy that lets in nothing is meant so.
  return rules.length === 0 || allowsOf(policy).some(letsIn) ? undefined
    : `${through}, and no policy lets it in: all of it is refused. ${atWaypoint(scope)}`;
}

/** Where nobody would verify tokens. */
export function tokensInAmbient(owner: Construct, scope: PolicyScope): string[] {
  const mesh = ambientMeshOf(owner);
  if (scope._atWaypoint) return withoutWaypoint(scope, mesh);
  return isForAmbient(scope, mesh)
    ? [`namespace ${scope._namespace} is in the ambient mesh, where ztunnel sees no requests: nobody would verify tokens. ${atWaypoint(scope)}`] : [];
}

/** A policy at a waypoint that nobody reads. */
export function withoutWaypoint({ _target: service, _namespace: namespace }: PolicyScope, mesh: AmbientMesh): string[] {
  if (!(service instanceof MeshService) || mesh.waypointOf(namespace, service.name) !== undefined) return [];
  return [
    mesh.optsOut(namespace, service.name)
      ? `the Service ${namespace}/${service.name} does without a waypoint (istio.io/use-waypoint: none), so nobody would read the policy, and it would refuse nothing. Take the label away, or say PolicyScope.workload(…) and what ztunnel can judge.`
      : `neither the Service ${namespace}/${service.name} nor its Namespace names a waypoint, so nobody would read the policy, and it would refuse nothing. `
        + 'Give one to the namespace (new AmbientNamespace(…, { waypoint })) or to the Service (waypoint.serve(service)).',
  ];
}

/** Whether all pods that a policy is for are known to be ztunnel's. */
export function isForAmbient(scope: PolicyScope, mesh: AmbientMesh): boolean {
  if (scope._isMesh || scope._byTargetRefs || !mesh.isAmbient(scope._namespace)) return false;
  try {
    return mesh.holdsAll(scope._namespace, scope._labels());
  } catch {
    return false; // labels that cannot be known are reported with the policy
  }
}

/** What to do instead. */
export function atWaypoint(scope: PolicyScope): string {
  return scope._target === undefined
    ? 'Say it where requests are judged: PolicyScope.waypoint(waypoint).'
    : 'Say it where requests are judged: PolicyScope.service(service), with a waypoint.';
}

/** The waypoint through which calls of a Service reach the pods of a policy. */
function waypointBefore({ _target: target, _namespace: namespace }: PolicyScope, mesh: AmbientMesh): IWaypoint | undefined {
  const found = mesh.waypointOf(namespace, target instanceof MeshService ? target.name : undefined);
  return found === 'unknown' ? undefined : found;
}

function identityOf({ name, namespace }: IWaypoint): Identity {
  return { namespace, serviceAccount: name };
}

/** The rules of all policies of the App that let something in to the same pods. */
function allowsOf({ owner, scope, object }: WrittenPolicy): JudgedRule[] {
  const labels = scope._labels();
  return owner.node.root.node.findAll()
    .filter((one): one is ApiObject => ApiObject.isApiObject(one) && one.kind === 'AuthorizationPolicy' && one.apiGroup === 'security.istio.io')
    .filter((one) => resolveLazy(one.metadata.namespace) === scope._namespace)
    .flatMap((one) => {
      const spec = one === object ? specOf(object) : specOf(one);
      const others = spec.selector?.matchLabels;
      const reaches = spec.targetRefs === undefined && (others === undefined || (labels !== undefined && selects(others, labels)));
      return reaches && (spec.action ?? 'ALLOW') === 'ALLOW' ? spec.rules ?? [] : [];
    });
}

interface WrittenSpec extends JudgedPolicy {
  readonly selector?: { readonly matchLabels?: Record<string, string> };
  readonly targetRefs?: readonly unknown[];
}

function specOf(object: ApiObject): WrittenSpec {
  try {
    return object.toJson().spec ?? {};
  } catch {
    return {}; // what cannot be written is reported on its own
  }
}

function isDryRun(object: ApiObject): boolean {
  return object.toJson().metadata?.annotations?.['istio.io/dry-run'] === 'true';
}
