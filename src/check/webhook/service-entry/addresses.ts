import { ServiceEntrySpec } from '../../../manifest/generated/istio-specs';
import { describeBadAddress, isIpSubnet } from '../../../semantics/ip-address';
import { quoted } from '../quoted';
import { WebhookReport } from '../webhook-check';

export function checkAddresses({ addresses, resolution }: ServiceEntrySpec, report: WebhookReport): void {
  if (addresses === undefined || addresses.length === 0) return;
  addresses.forEach((address, i) => {
    if (isIpSubnet(address)) return;
    report.error(`spec.addresses[${i}]`,
      address.includes('/') ? `${quoted(address)} is no subnet.` : `The address ${describeBadAddress(address)}.`,
      'Give an IP address, such as 240.240.0.1, or a subnet, such as 10.0.0.0/8.');
  });
  if (resolution === 'DYNAMIC_DNS') {
    report.error('spec.addresses', 'With resolution DYNAMIC_DNS requests are told apart by their hosts, so there are no addresses.', 'Drop addresses.');
  }
}
