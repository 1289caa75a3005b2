import { quoted } from './quoted';
import { checkReservedAnnotations } from './reserved-annotations';
import { WebhookCheck, WebhookReport } from './webhook-check';
import { checkWorkloadLabels } from './workload-labels';
import { WorkloadGroupProbe, WorkloadGroupSpec } from '../../manifest/generated/istio-specs';
import { probeHeaderNameProblem } from '../../semantics/http-header';

export const checkWorkloadGroup: WebhookCheck<WorkloadGroupSpec> = (object, report) => {
  const { spec } = object;
  checkReservedAnnotations(object, report);
  checkWorkloadLabels(spec.metadata?.labels, 'spec.metadata.labels', report);
  if (spec.probe !== undefined) checkProbe(spec.probe, report);
};

/** Ports, scheme and the numbers of seconds, and that there is one method at most, the schema has seen to. */
function checkProbe({ httpGet, tcpSocket, exec, grpc }: WorkloadGroupProbe, report: WebhookReport): void {
  if (httpGet !== undefined) {
    httpGet.httpHeaders?.forEach(({ name = '' }, i) => {
      // The schema also lets an underscore pass.
      if (probeHeaderNameProblem(name) === undefined) return;
      report.error(`spec.probe.httpGet.httpHeaders[${i}].name`,
        name === '' ? 'A header of the probe has no name.' : `${quoted(name)} is no name of a header here.`,
        'Use letters, digits and "-".');
    });
  } else if (exec !== undefined) {
    if (exec.command?.length) return;
    report.error('spec.probe.exec.command', 'The probe has no command to run.', 'Give the command with its arguments, as a list.');
  } else if (grpc !== undefined) {
    report.error('spec.probe.grpc', 'Istio does not accept a gRPC probe in a WorkloadGroup, though its schema has one.',
      'Use httpGet, tcpSocket on the same port, or exec.');
  } else if (tcpSocket === undefined) {
    report.error('spec.probe', 'The probe does not say how to probe.', 'Give it one of httpGet, tcpSocket and exec, or drop it.');
  }
}
