import { WebhookReport } from './webhook-check';

/** What a policy may be attached to, as `group/kind`; the core group has no name. */
const ALLOWED = new Map<string, readonly string[]>([
  ['', ['Service']],
  // Istio reads "core" as the core group, too.
  ['core', ['Service']],
  ['networking.istio.io', ['ServiceEntry']],
  ['gateway.networking.k8s.io', ['Gateway', 'GatewayClass']],
]);

interface TargetRef { readonly group?: string; readonly kind: string; readonly name: string; readonly namespace?: string }

interface Targeted {
  readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly targetRef?: TargetRef;
  readonly targetRefs?: readonly TargetRef[];
}

/**
 * What a policy is attached to. That there is one way only, that names are given and that no other namespace is
 * named, the schema has seen to; the kinds are the webhook's.
 */
export function checkTargets(spec: Targeted, report: WebhookReport): void {
  checkSelector(spec.selector, report);
  if (spec.targetRef !== undefined) checkTargetRef(spec.targetRef, 'spec.targetRef', report);
  spec.targetRefs?.forEach((targetRef, i) => checkTargetRef(targetRef, `spec.targetRefs[${i}]`, report));
}

/** Warns of a selector that selects every workload, which an absent one would say more clearly. */
export function checkSelector(selector: Targeted['selector'], report: WebhookReport): void {
  if (selector === undefined || !isEmpty(selector.matchLabels)) return;
  report.warning('spec.selector', 'The selector has no matchLabels, so it selects every workload that is in reach.',
    'Name the labels of the workloads that are meant, for example matchLabels: {app: reviews}, or drop the selector.');
}

function checkTargetRef({ group = '', kind }: TargetRef, path: string, report: WebhookReport): void {
  if (ALLOWED.get(group)?.includes(kind)) return;
  report.error(path, `The target is a ${kind} of ${group === '' ? 'the core group' : `the group ${group}`}, which no policy can be attached to.`,
    'Allowed are: kind Service (no group), ServiceEntry (group networking.istio.io), Gateway and GatewayClass '
    + '(group gateway.networking.k8s.io). For workloads behind an Istio Gateway use a selector.');
}

export function isEmpty(map: object | undefined): boolean {
  for (const _ in map) return false;
  return true;
}
