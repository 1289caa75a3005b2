import { SidecarEgressPort } from '../../../manifest/generated/istio-specs';
import { describeBadAddress, isIpAddress } from '../../../semantics/ip-address';
import { isPortName } from '../../../semantics/port-name';
import { PROTOCOL_NAMES, protocolNamed } from '../../../semantics/protocol-field';
import { quoted } from '../quoted';
import { WebhookReport } from '../webhook-check';

/** What ports of listeners in both directions have in common: name, protocol, no targetPort. */
export function checkListenerPort({ name, protocol, targetPort }: SidecarEgressPort, list: 'ingress' | 'egress', index: number, report: WebhookReport): void {
  if (name && !isPortName(name)) {
    report.error(`spec.${list}[${index}].port.name`, `${quoted(name)} is no name of a port.`, 'Use letters, digits and inner dashes, at most 63.');
  }
  if (protocol && protocolNamed(protocol) === undefined) {
    report.error(`spec.${list}[${index}].port.protocol`, `Istio knows no protocol ${quoted(protocol)}.`, `It knows ${PROTOCOL_NAMES}.`);
  }
  if (targetPort) {
    report.error(`spec.${list}[${index}].port.targetPort`, 'A Sidecar does not map ports, so targetPort has no meaning here.',
      list === 'ingress' ? 'Drop it, and name the port of the application in defaultEndpoint.' : 'Drop it.');
  }
}

export function checkBindAddress(bind: string | undefined, list: 'ingress' | 'egress', index: number, report: WebhookReport): void {
  if (!bind || isIpAddress(bind)) return;
  report.error(`spec.${list}[${index}].bind`, `bind ${describeBadAddress(bind)}.`,
    list === 'ingress' ? 'Give an IP address, such as 0.0.0.0, or drop it.' : 'Give an IP address, such as 127.0.0.1, or drop it; a socket, unix://…, goes with port number 0.');
}
