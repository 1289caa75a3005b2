import { ServiceEntryPorts, ServiceEntrySpec } from '../../../manifest/generated/istio-specs';
import { isPortName } from '../../../semantics/port-name';
import { isHttpProtocol, isTcpProtocol, isTlsProtocol, NamedProtocol, PROTOCOL_NAMES, protocolNamed } from '../../../semantics/protocol-field';
import { quoted } from '../quoted';
import { AdmittedObject, WebhookReport } from '../webhook-check';

/** What the proxy can forward to a name that it looks up request by request. */
const DYNAMIC: ReadonlySet<NamedProtocol | undefined> = new Set<NamedProtocol>(['HTTP', 'TLS', 'GRPC', 'HTTP2']);

export function checkPorts({ labels, spec }: AdmittedObject<ServiceEntrySpec>, report: WebhookReport): void {
  const { ports, hosts = [], addresses, resolution = 'NONE' } = spec;
  if (ports === undefined) return;
  const unaddressed = !addresses?.length && (resolution === 'NONE' || labels['networking.istio.io/enable-autoallocate-ip']?.toLowerCase() === 'false');
  const severalHosts = resolution !== 'NONE' && hosts.length > 1;
  const severalHostsOneAddress = severalHosts && !!addresses?.length && (resolution === 'DNS' || resolution === 'DNS_ROUND_ROBIN');
  ports.forEach((port, i) => {
    const protocol = checkPort(port, i, report);
    if (unaddressed && (!port.protocol || port.protocol === 'TCP')) {
      report.warning(`spec.ports[${i}]`, `Port ${port.number} carries TCP, which is told apart by addresses only, and the service has none.`,
        resolution === 'NONE' ? 'Give addresses, or name the protocol if it is HTTP or TLS.' : 'Give addresses, or drop the label that keeps Istio from allocating them.');
    }
    if (resolution === 'DYNAMIC_DNS' && !DYNAMIC.has(protocol)) {
      report.error(`spec.ports[${i}].protocol`, `With resolution DYNAMIC_DNS a port is HTTP, HTTP2, GRPC or TLS, and this is ${quoted(port.protocol ?? '')}.`,
        'Name one of these protocols.');
    }
    if (severalHosts && !isHttpProtocol(protocol) && !isTlsProtocol(protocol)) {
      report.error(`spec.ports[${i}].protocol`,
        `Port ${port.number} is ${port.protocol ? `of protocol ${quoted(port.protocol)}` : 'of no protocol'}, which does not tell the ${hosts.length} hosts apart.`,
        'Write one ServiceEntry a host, or name the protocol if it is HTTP or TLS.');
    }
    if (severalHostsOneAddress && isTcpProtocol(protocol)) {
      report.warning(`spec.ports[${i}].protocol`, `The ${hosts.length} hosts share the addresses of the service, and port ${port.number} (${protocol}) need not tell them apart.`,
        'Write one ServiceEntry a host, each with its own addresses.');
    }
  });
}

function checkPort({ name, protocol = '' }: ServiceEntryPorts, index: number, report: WebhookReport): NamedProtocol | undefined {
  if (!isPortName(name)) {
    report.error(`spec.ports[${index}].name`, `${quoted(name)} is no name of a port.`, 'Use letters, digits and inner dashes, at most 63.');
  }
  const named = protocolNamed(protocol);
  if (named === undefined && protocol !== '') {
    report.error(`spec.ports[${index}].protocol`, `Istio knows no protocol ${quoted(protocol)}.`, `It knows ${PROTOCOL_NAMES}.`);
  }
  return named;
}
