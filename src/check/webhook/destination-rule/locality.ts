import {
  DestinationRuleTrafficPolicyLoadBalancerLocalityLbSetting as LocalityLbSetting,
  DestinationRuleTrafficPolicyLoadBalancerLocalityLbSettingFailover as Failover,
  DestinationRuleTrafficPolicyLoadBalancerZoneAwareLbSetting as ZoneAwareLbSetting,
} from '../../../manifest/generated/istio-specs';
import { FieldPath } from '../field-path';
import { quoted } from '../quoted';
import { WebhookReport } from '../webhook-check';
import { checkDistribute } from './locality-distribution';

const TOPOLOGY_LABELS = new Set(['topology.kubernetes.io/region', 'topology.kubernetes.io/zone', 'topology.istio.io/subzone']);

/** To which regions, zones and subzones requests go, by share or when endpoints nearby fail. */
export function checkLocality(setting: LocalityLbSetting, outliersEjected: boolean, at: FieldPath, report: WebhookReport): void {
  const distribute = setting.distribute ?? [];
  const failover = setting.failover ?? [];
  const priority = setting.failoverPriority ?? [];
  if (distribute.length > 0 && failover.length > 0) {
    report.error(`${at}`, 'The setting has both distribute and failover.',
      'Keep distribute to divide requests between localities always, or failover to say where they go when a region fails.');
  }
  const topology = failover.length > 0 ? priority.findIndex((label) => TOPOLOGY_LABELS.has(label)) : -1;
  if (topology >= 0) {
    report.error(`${at}.failoverPriority[${topology}]`, `The label ${priority[topology]} orders localities, and so does failover.`, 'Remove the label, or failover.');
  }
  checkDistribute(distribute, at, report);
  checkFailover(failover, priority, outliersEjected, at, report);
}

export function checkZoneAware(setting: ZoneAwareLbSetting, outliersEjected: boolean, at: FieldPath, report: WebhookReport): void {
  const priority = setting.failoverPriority ?? [];
  priority.forEach((label, i) => {
    if (!TOPOLOGY_LABELS.has(label)) return;
    report.error(`${at}.failoverPriority[${i}]`, `Load balancing by zones orders localities by itself, so the label ${label} has no place here.`, 'Remove it; regions are ordered by failover.');
  });
  checkFailover(setting.failover ?? [], priority, outliersEjected, at, report);
}

function checkFailover(
  failover: readonly Failover[], priority: readonly string[], outliersEjected: boolean, at: FieldPath, report: WebhookReport,
): void {
  if (!outliersEjected && failover.length + priority.length > 0) {
    report.warning(`${at}`, 'Without outlier detection no endpoint counts as failed, so nothing fails over.', 'Add outlierDetection beside loadBalancer, for example with consecutive5xxErrors: 5.');
  }
  for (let i = 0; i < failover.length; i++) {
    const { from = '', to = '' } = failover[i];
    if (from === to) report.error(`${at}.failover[${i}]`, `The region ${quoted(from)} fails over to itself.`, 'Name two different regions.');
    for (const [field, region] of [['from', from], ['to', to]]) {
      if (!/[/*]/.test(region)) continue;
      report.error(`${at}.failover[${i}].${field}`, `${quoted(region)} is not a region.`, 'Name one region, without zone, subzone or wildcard, such as us-east1.');
    }
  }
}
