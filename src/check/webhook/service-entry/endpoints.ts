import { ServiceEntryEndpoints, ServiceEntrySpec } from '../../../manifest/generated/istio-specs';
import { describeBadAddress, isIpAddress } from '../../../semantics/ip-address';
import { quoted } from '../quoted';
import { isUnixAddress } from '../unix-address';
import { WebhookReport } from '../webhook-check';
import { checkAddressIsThere, checkIpOrName } from '../workload-entry';
import { checkWorkloadLabels } from '../workload-labels';

/** How endpoints are read depends on the resolution. That there is one at most for DNS_ROUND_ROBIN, the schema has seen to. */
export function checkEndpoints({ endpoints, resolution, ports = [] }: ServiceEntrySpec, report: WebhookReport): void {
  if (endpoints === undefined || endpoints.length === 0) return;
  if (resolution === 'DYNAMIC_DNS') {
    report.error('spec.endpoints', 'With resolution DYNAMIC_DNS requests go to the host that they name, so there are no endpoints.', 'Drop endpoints.');
    return;
  }
  const portNames = new Set<string>();
  for (const port of ports) portNames.add(port.name);
  endpoints.forEach((endpoint, i) => {
    const path = `spec.endpoints[${i}]`;
    if (resolution === 'STATIC') {
      checkStatic(endpoint, portNames, path, report);
    } else if (!isIpAddress(endpoint.address ?? '')) {
      checkIpOrName(endpoint.address ?? '', `${path}.address`, report);
    }
    checkWorkloadLabels(endpoint.labels, `${path}.labels`, report);
    for (const name in endpoint.ports) {
      if (portNames.has(name)) continue;
      report.error(`${path}.ports[${name}]`, `The service has no port ${quoted(name)}.`,
        portNames.size === 0 ? 'List the port in spec.ports first.' : `Name one of its ports: ${quoted([...portNames].join(', '))}.`);
    }
  });
}

function checkStatic({ address = '', network }: ServiceEntryEndpoints, portNames: ReadonlySet<string>, path: string, report: WebhookReport): void {
  if (!checkAddressIsThere(address, network, path, report)) return;
  if (isUnixAddress(address)) {
    if (portNames.size === 1) return;
    report.error(`${path}.address`, `A Unix domain socket is one port, and the service has ${portNames.size}.`, 'Give the service exactly one port.');
  } else if (!isIpAddress(address)) {
    report.error(`${path}.address`, `With resolution STATIC an endpoint has an IP address, and this ${describeBadAddress(address)}.`,
      'Give an IP address, or write resolution: DNS if it is a name.');
  }
}
