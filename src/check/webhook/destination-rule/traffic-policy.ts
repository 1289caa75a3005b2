import {
  DestinationRuleTrafficPolicy as TrafficPolicy, DestinationRuleTrafficPolicyPortLevelSettings as PortLevelSettings,
  DestinationRuleTrafficPolicyTunnel as Tunnel,
} from '../../../manifest/generated/istio-specs';
import { isFqdn } from '../../../semantics/host-name';
import { isIpAddress } from '../../../semantics/ip-address';
import { isPortNumber } from '../../../semantics/port-number';
import { checkReadableDuration } from '../duration';
import { FieldPath } from '../field-path';
import { quoted } from '../quoted';
import { WebhookReport } from '../webhook-check';
import { withoutWarnings } from '../without-warnings';
import { checkClientTls } from './client-tls';
import { checkConnectionPool } from './connection-pool';
import { checkLoadBalancer } from './load-balancer';
import { checkOutlierDetection } from './outlier-detection';

/** How clients connect to a service, a subset of it or one of its ports. */
export function checkTrafficPolicy(policy: TrafficPolicy, at: FieldPath, namespace: string, report: WebhookReport): void {
  const { portLevelSettings, tunnel, proxyProtocol, retryBudget } = policy;
  const ports = portLevelSettings !== undefined && portLevelSettings.length > 0;
  if (!hasSettings(policy) && !ports && !tunnel && !proxyProtocol && !retryBudget) {
    report.error(`${at}`, 'The traffic policy is empty.', 'Give it one of loadBalancer, connectionPool, outlierDetection, tls, portLevelSettings, tunnel, proxyProtocol and retryBudget, or remove it.');
  }
  if (tunnel && proxyProtocol) report.error(`${at}`, 'The traffic policy has both tunnel and proxyProtocol.', 'Keep one of them.');
  checkSettings(policy, at, namespace, report);
  if (ports) {
    const withErrorsOnly = withoutWarnings(report);
    for (let i = 0; i < portLevelSettings.length; i++) checkPort(portLevelSettings[i], at.item('portLevelSettings', i), namespace, withErrorsOnly);
  }
  if (tunnel) checkTunnel(tunnel, at.field('tunnel'), report);
  if (retryBudget) checkReadableDuration(retryBudget.budgetInterval, at.field('retryBudget.budgetInterval'), report);
}

/** What a policy and the settings of a port have in common. */
type Settings = Pick<TrafficPolicy, 'connectionPool' | 'loadBalancer' | 'outlierDetection' | 'tls'>;

function hasSettings({ connectionPool, loadBalancer, outlierDetection, tls }: Settings): boolean {
  return connectionPool !== undefined || loadBalancer !== undefined || outlierDetection !== undefined || tls !== undefined;
}

function checkSettings(settings: Settings, at: FieldPath, namespace: string, report: WebhookReport): void {
  const { connectionPool, loadBalancer, outlierDetection, tls } = settings;
  if (outlierDetection) checkOutlierDetection(outlierDetection, at.field('outlierDetection'), report);
  if (connectionPool) checkConnectionPool(connectionPool, at.field('connectionPool'), report);
  if (loadBalancer) checkLoadBalancer(loadBalancer, outlierDetection !== undefined, at.field('loadBalancer'), report);
  if (tls) checkClientTls(tls, at.field('tls'), namespace, report);
}

/** Istio wants a port there, and does not look at its number. */
function checkPort(settings: PortLevelSettings, at: FieldPath, namespace: string, report: WebhookReport): void {
  if (!settings.port) report.error(`${at}.port`, 'The settings are for no port.', 'Write port: {number: <port of the service>}.');
  if (!hasSettings(settings)) {
    report.error(`${at}`, 'The settings of the port are empty.', 'Give them one of loadBalancer, connectionPool, outlierDetection and tls, or remove them.');
  }
  checkSettings(settings, at, namespace, report);
}

function checkTunnel({ protocol, targetHost, targetPort }: Tunnel, at: FieldPath, report: WebhookReport): void {
  if (protocol && protocol !== 'CONNECT' && protocol !== 'POST') {
    report.error(`${at}.protocol`, `The protocol is ${quoted(protocol)}.`, 'Write CONNECT or POST; without it, CONNECT is used.');
  }
  if (!isFqdn(targetHost) && !isIpAddress(targetHost)) {
    report.error(`${at}.targetHost`, `${quoted(targetHost)} is neither a name nor an IP address.`, 'Write one such as db.example.com or 10.1.2.3, without a wildcard and without a port.');
  }
  if (!isPortNumber(targetPort)) report.error(`${at}.targetPort`, `The port ${targetPort} does not exist.`, 'Write a number from 1 to 65535.');
}
