import {
  DestinationRuleTrafficPolicyLoadBalancer as LoadBalancer, DestinationRuleTrafficPolicyLoadBalancerConsistentHash as ConsistentHash,
  DestinationRuleTrafficPolicyLoadBalancerConsistentHashHttpCookie as HttpCookie, DestinationRuleTrafficPolicyLoadBalancerWarmup as Warmup,
} from '../../../manifest/generated/istio-specs';
import { checkDuration, checkReadableDuration } from '../duration';
import { FieldPath } from '../field-path';
import { quoted } from '../quoted';
import { WebhookReport } from '../webhook-check';
import { checkLocality, checkZoneAware } from './locality';

/** Envoy's largest Maglev table is below this. */
const TABLE_LIMIT = 5_000_011;

/**
 * Which endpoint a request goes to.
 * @param outliersEjected whether outlier detection stands beside it: without, nothing ever fails over
 */
export function checkLoadBalancer(balancer: LoadBalancer, outliersEjected: boolean, at: FieldPath, report: WebhookReport): void {
  if (balancer.consistentHash) checkConsistentHash(balancer.consistentHash, at.field('consistentHash'), report);
  const { localityLbSetting, zoneAwareLbSetting } = balancer;
  if (localityLbSetting && zoneAwareLbSetting) {
    report.error(`${at}.zoneAwareLbSetting`, 'The load balancer has both localityLbSetting and zoneAwareLbSetting.', 'Keep one of them.');
  }
  if (localityLbSetting) checkLocality(localityLbSetting, outliersEjected, at.field('localityLbSetting'), report);
  if (zoneAwareLbSetting) checkZoneAware(zoneAwareLbSetting, outliersEjected, at.field('zoneAwareLbSetting'), report);
  if (balancer.warmup) checkWarmup(balancer.warmup, at.field('warmup'), report);
}

function checkConsistentHash(hash: ConsistentHash, at: FieldPath, report: WebhookReport): void {
  if (hash.httpCookie) checkCookie(hash.httpCookie, at.field('httpCookie'), report);
  if (hash.minimumRingSize) {
    report.warning(`${at}.minimumRingSize`, 'The field minimumRingSize of consistentHash is deprecated.', `Write ringHash: {minimumRingSize: ${hash.minimumRingSize}}.`);
    const algorithm = hash.ringHash ? 'ringHash' : hash.maglev ? 'maglev' : undefined;
    if (algorithm) report.error(`${at}.minimumRingSize`, `The field minimumRingSize does not go together with ${algorithm}.`, 'Remove it; its place is within ringHash.');
  }
  if (!hash.maglev) return;
  const { tableSize = 0 } = hash.maglev;
  if (tableSize < TABLE_LIMIT && isPrime(tableSize)) return;
  report.error(`${at}.maglev.tableSize`, tableSize === 0 ? 'The size of the table is not given.' : `The size of the table is ${tableSize}.`,
    `Write a prime number below ${TABLE_LIMIT}, such as 65537.`);
}

function checkCookie({ name, attributes, ttl }: HttpCookie, at: FieldPath, report: WebhookReport): void {
  if (name === '') report.error(`${at}.name`, 'The cookie has no name.', 'Write one, such as session-id.');
  checkReadableDuration(ttl, at.field('ttl'), report);
  const names = new Set<string>();
  attributes?.forEach((attribute, i) => {
    if (attribute.name === '') report.error(`${at}.attributes[${i}].name`, 'The attribute has no name.', 'Write one, such as SameSite.');
    else if (names.has(attribute.name)) report.error(`${at}.attributes[${i}].name`, `The attribute ${quoted(attribute.name)} stands twice.`, 'Name it once.');
    names.add(attribute.name);
  });
}

/** That the percentage is one, the schema has seen to. */
function checkWarmup({ duration, aggression }: Warmup, at: FieldPath, report: WebhookReport): void {
  checkDuration(duration, at.field('duration'), report);
  if (typeof aggression === 'number' && aggression <= 0) {
    report.error(`${at}.aggression`, `The aggression is ${aggression}.`, 'Write a number above 0: 1 raises the load evenly, a larger one faster at first.');
  }
}

/** As Envoy counts: 1 is one. */
function isPrime(size: number): boolean {
  if (size < 4) return size > 0;
  if (size % 2 === 0) return false;
  for (let factor = 3; factor * factor <= size; factor += 2) if (size % factor === 0) return false;
  return true;
}
