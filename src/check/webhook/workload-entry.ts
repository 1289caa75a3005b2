import { quoted } from './quoted';
import { checkReservedAnnotations } from './reserved-annotations';
import { isUnixAddress } from './unix-address';
import { WebhookCheck, WebhookReport } from './webhook-check';
import { checkWorkloadLabels } from './workload-labels';
import { WorkloadEntrySpec } from '../../manifest/generated/istio-specs';
import { fqdnProblem } from '../../semantics/host-name';
import { describeBadAddress, isIpAddress } from '../../semantics/ip-address';

/** Names and numbers of ports, and the form of Unix addresses, the schema has seen to. */
export const checkWorkloadEntry: WebhookCheck<WorkloadEntrySpec> = (object, report) => {
  const { spec } = object;
  checkReservedAnnotations(object, report);
  const address = spec.address ?? '';
  if (checkAddressIsThere(address, spec.network, 'spec', report) && !isUnixAddress(address) && !isIpAddress(address)) {
    checkIpOrName(address, 'spec.address', report);
  }
  checkWorkloadLabels(spec.labels, 'spec.labels', report);
};

/** An address, or at least a network, through whose gateway the workload is reached. Answers whether there is an address. */
export function checkAddressIsThere(address: string, network: string | undefined, path: string, report: WebhookReport): boolean {
  if (address !== '') return true;
  if (!network) {
    report.error(`${path}.address`, 'There is neither an address nor a network.',
      'Give the address of the workload, such as 10.0.0.7, or the network through whose gateway it is reached.');
  } else {
    report.warning(`${path}.address`, `There is no address, only the network ${quoted(network)}.`,
      'That is right only if the workload is reached through the gateway of that network; otherwise give its address.');
  }
  return false;
}

/** For an address that was found to be no IP address. */
export function checkIpOrName(address: string, path: string, report: WebhookReport): void {
  const problem = fqdnProblem(address);
  if (problem === undefined) return;
  report.error(path, `The address ${describeBadAddress(address)}, and no DNS name: it ${problem}.`,
    'Give an IP address, such as 10.0.0.7, or a DNS name, such as vm.example.com.');
}
