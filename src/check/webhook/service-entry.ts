import { checkExportTo } from './export-to';
import { checkReservedAnnotations } from './reserved-annotations';
import { checkAddresses } from './service-entry/addresses';
import { checkEndpoints } from './service-entry/endpoints';
import { checkHosts } from './service-entry/hosts';
import { checkPorts } from './service-entry/ports';
import { WebhookCheck } from './webhook-check';
import { checkWorkloadSelector } from './workload-selector';
import { ServiceEntrySpec } from '../../manifest/generated/istio-specs';

/**
 * That there are hosts, none of them `*`, that names and numbers of ports are there once, that endpoints stand beside
 * neither a selector nor resolution NONE, and CIDRs beside no DNS: the schema has seen to it.
 */
export const checkServiceEntry: WebhookCheck<ServiceEntrySpec> = (object, report) => {
  const { spec } = object;
  checkReservedAnnotations(object, report);
  checkWorkloadSelector(spec.workloadSelector, 'ServiceEntry', report);
  if (spec.workloadSelector !== undefined && (spec.resolution ?? 'NONE') === 'NONE') {
    report.warning('spec.workloadSelector', 'With resolution NONE requests go to the address that they were sent to, so the selected workloads get none.',
      'Write resolution: STATIC, or drop the selector.');
  }
  checkHosts(spec, report);
  checkAddresses(spec, report);
  checkPorts(object, report);
  checkEndpoints(spec, report);
  checkDynamicDns(object, report);
  checkExportTo(spec.exportTo, object.namespace, report, true);
};

/** What the waypoint and the forward proxy cannot do for names that are looked up request by request. */
const checkDynamicDns: WebhookCheck<ServiceEntrySpec> = ({ labels, spec }, report) => {
  if (spec.resolution !== 'DYNAMIC_DNS' || spec.location !== 'MESH_INTERNAL') return;
  const waypoint = labels['istio.io/use-waypoint'];
  if (!waypoint || waypoint.toLowerCase() === 'none') return;
  report.error('spec.location', `With resolution DYNAMIC_DNS a service inside the mesh cannot use a waypoint, here ${waypoint}.`,
    'Write location: MESH_EXTERNAL, or drop the label istio.io/use-waypoint.');
};
