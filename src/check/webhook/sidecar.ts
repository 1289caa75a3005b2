import { checkConnectionPool } from './destination-rule/connection-pool';
import { FieldPath } from './field-path';
import { quoted } from './quoted';
import { checkReservedAnnotations } from './reserved-annotations';
import { checkEgress } from './sidecar/egress';
import { checkIngress } from './sidecar/ingress';
import { WebhookCheck, WebhookReport } from './webhook-check';
import { checkWorkloadSelector } from './workload-selector';
import { SidecarOutboundTrafficPolicy, SidecarSpec } from '../../manifest/generated/istio-specs';
import { fqdnProblem, isHostLabel } from '../../semantics/host-name';
import { isPortNumber } from '../../semantics/port-number';

const INBOUND_POOL = new FieldPath('spec', 'inboundConnectionPool');

export const checkSidecar: WebhookCheck<SidecarSpec> = (object, report) => {
  const { namespace, spec } = object;
  checkReservedAnnotations(object, report);
  checkWorkloadSelector(spec.workloadSelector, 'Sidecar', report);
  if (!spec.egress?.length && !spec.ingress?.length && spec.outboundTrafficPolicy === undefined && spec.inboundConnectionPool === undefined) {
    report.error('spec', 'The Sidecar configures nothing.', 'Give it egress, ingress, outboundTrafficPolicy or inboundConnectionPool, or delete it.');
  }
  checkIngress(spec.ingress, report);
  if (spec.inboundConnectionPool !== undefined) checkConnectionPool(spec.inboundConnectionPool, INBOUND_POOL, report);
  checkEgress(spec.egress, namespace, report);
  checkOutboundTrafficPolicy(spec.outboundTrafficPolicy, report);
};

const PROXY = 'spec.outboundTrafficPolicy.egressProxy';

function checkOutboundTrafficPolicy(policy: SidecarOutboundTrafficPolicy | undefined, report: WebhookReport): void {
  if (policy?.egressProxy === undefined) return;
  if (policy.mode !== 'ALLOW_ANY') {
    report.error(PROXY, 'An egress proxy is where unknown traffic goes, and in mode REGISTRY_ONLY (which an absent mode means) none goes anywhere.',
      'Write mode: ALLOW_ANY, or drop egressProxy.');
    return;
  }
  const { host, port, subset } = policy.egressProxy;
  const problem = fqdnProblem(host);
  if (problem !== undefined) {
    report.error(`${PROXY}.host`, `The host ${quoted(host)} ${problem}.`, 'Write the full name of the service, such as egress.istio-system.svc.cluster.local.');
  }
  if (port === undefined || !isPortNumber(port.number ?? 0)) {
    report.error(`${PROXY}.port`, port?.number === undefined ? 'The egress proxy has no port.' : `${port.number} is no port.`,
      'Write port: {number: …}, from 1 to 65535.');
  }
  if (subset && !isHostLabel(subset)) {
    report.error(`${PROXY}.subset`, `${quoted(subset)} is no name of a subset.`, 'Use letters, digits and inner dashes, at most 63.');
  }
}
