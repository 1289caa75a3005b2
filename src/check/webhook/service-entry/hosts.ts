import { ServiceEntrySpec } from '../../../manifest/generated/istio-specs';
import { fqdnProblem, isWildcarded, wildcardHostProblem } from '../../../semantics/host-name';
import { quoted } from '../quoted';
import { WebhookReport } from '../webhook-check';

const NAMES = 'Write a DNS name, such as api.example.com.';

export function checkHosts({ hosts = [], resolution = 'NONE', endpoints }: ServiceEntrySpec, report: WebhookReport): void {
  const lookedUp = (resolution === 'DNS' || resolution === 'DNS_ROUND_ROBIN') && !endpoints?.length;
  const dynamic = resolution === 'DYNAMIC_DNS';
  hosts.forEach((host, i) => {
    const problem = wildcardHostProblem(host);
    if (problem !== undefined) report.error(`spec.hosts[${i}]`, `The host ${quoted(host)} ${problem}.`, `${NAMES} A wildcard, *.example.com, is one, too.`);
    if (dynamic && !isWildcarded(host)) {
      report.error(`spec.hosts[${i}]`, `With resolution DYNAMIC_DNS hosts have a wildcard, and ${quoted(host)} has none.`,
        'Write resolution: DNS for a single name, or a host such as *.example.com.');
    }
    const notOneName = lookedUp && problem === undefined ? fqdnProblem(host) : undefined;
    if (notOneName !== undefined) {
      report.error(`spec.hosts[${i}]`, `With resolution ${resolution} and no endpoints the proxy looks up the host itself, but ${quoted(host)} ${
        isWildcarded(host) ? 'stands for many names' : notOneName}.`,
      'Write single names, or give endpoints to send to, or use resolution DYNAMIC_DNS or NONE.');
    }
    if (!dynamic && host.includes('*') && !host.startsWith('*.')) {
      report.warning(`spec.hosts[${i}]`, `The wildcard in ${quoted(host)} covers a part of a label, which Istio does not support here.`,
        'Let it cover the whole first label: *.example.com.');
    }
  });
}
