import { quoted } from './quoted';
import { WebhookReport } from './webhook-check';
import { isHostLabel, wildcardHostProblem } from '../../semantics/host-name';
import { isIpAddress } from '../../semantics/ip-address';

/** Where a `namespace/host` stands. */
export enum HostScope {
  /** The namespace may be left out; an IP address may stand for the host. */
  GATEWAY,
  /** As GATEWAY; `~` says that no namespace is meant. */
  GATEWAY_API,
  /** There must be a namespace; with `~` before it, it is left out. */
  SIDECAR,
}

/** `hosts[item]` of `spec.<list>[index]`: a host, with the namespace whose services are meant before a slash. */
export function checkScopedHost(
  text: string, scope: HostScope, list: 'servers' | 'egress', index: number, item: number, report: WebhookReport,
): void {
  const slash = text.indexOf('/');
  const host = slash < 0 ? text : text.slice(slash + 1);
  const problem = slash < 0
    ? (scope === HostScope.SIDECAR ? 'names no namespace' : hostProblem(host, scope))
    : namespaceProblem(text.slice(0, slash), scope) ?? hostProblem(host, scope);
  if (problem === undefined) return;
  report.error(`spec.${list}[${index}].hosts[${item}]`, `The host ${quoted(text)} ${problem}.`, scope === HostScope.SIDECAR
    ? 'Write namespace/host, such as ./reviews.shop.svc.cluster.local, shop/*, or */*.'
    : 'Write a full name such as shop.example.com, *.example.com or *; the namespace of its VirtualServices may stand before it: shop/*.example.com.');
}

function namespaceProblem(namespace: string, scope: HostScope): string | undefined {
  if (namespace === '') return 'has nothing before the slash';
  if (namespace === '~' && scope !== HostScope.GATEWAY) return undefined;
  const name = scope === HostScope.SIDECAR && namespace.startsWith('~') ? namespace.slice(1) : namespace;
  return name === '*' || name === '.' || isHostLabel(name) ? undefined : `has the namespace ${quoted(name)}, which is none`;
}

function hostProblem(host: string, scope: HostScope): string | undefined {
  if (host === '*') return undefined;
  if (host === '') return 'is empty where the name should stand';
  if (!host.includes('.')) return 'is a short name, which means another service in each namespace';
  const problem = wildcardHostProblem(host);
  if (problem !== undefined && (scope === HostScope.SIDECAR || !isIpAddress(host))) return problem;
  return host.includes('*') && !host.startsWith('*.') ? 'has a wildcard that covers only a part of a label' : undefined;
}
