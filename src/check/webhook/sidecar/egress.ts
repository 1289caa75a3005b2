import { checkBindAddress, checkListenerPort } from './listener';
import { SidecarEgress, SidecarEgressPort } from '../../../manifest/generated/istio-specs';
import { isPortNumber } from '../../../semantics/port-number';
import { quoted } from '../quoted';
import { checkScopedHost, HostScope } from '../scoped-host';
import { isUnixAddress, UNIX_ADDRESS_FIX, unixAddressProblem } from '../unix-address';
import { WebhookReport } from '../webhook-check';

export function checkEgress(egress: readonly SidecarEgress[] | undefined, namespace: string, report: WebhookReport): void {
  if (egress === undefined) return;
  const ports = new Set<number>();
  const sockets = new Set<string>();
  egress.forEach((listener, i) => {
    if (listener.port === undefined) {
      if (i < egress.length - 1) {
        report.error(`spec.egress[${i}]`, 'A listener without a port is for all the rest, so only the last one can be it.',
          'Move it to the end of egress, or give it a port.');
      }
    } else {
      checkPort(listener, listener.port, i, report);
      checkUnique(listener, listener.port.number ?? 0, ports, sockets, i, report);
    }
    checkHosts(listener.hosts, namespace, i, report);
  });
}

function checkPort({ bind, captureMode }: SidecarEgress, port: SidecarEgressPort, index: number, report: WebhookReport): void {
  checkListenerPort(port, 'egress', index, report);
  const number = port.number ?? 0;
  if (number !== 0) {
    if (!isPortNumber(number)) report.error(`spec.egress[${index}].port.number`, `${number} is no port.`, 'Ports go from 1 to 65535.');
    checkBindAddress(bind, 'egress', index, report);
    return;
  }
  if (!isUnixAddress(bind)) {
    report.error(`spec.egress[${index}].port.number`, 'A listener without a number of its port is a Unix domain socket, and bind names none.',
      'Give the number of the port, or drop port altogether, or write bind: unix:///path/of/the/socket.');
  } else {
    const problem = unixAddressProblem(bind);
    if (problem !== undefined) report.error(`spec.egress[${index}].bind`, `bind is ${quoted(bind)}, which ${problem}.`, UNIX_ADDRESS_FIX);
  }
  if (captureMode === 'IPTABLES') {
    report.error(`spec.egress[${index}].captureMode`, 'Nothing is captured by iptables on a Unix domain socket.', 'Write captureMode: NONE, or drop it.');
  }
}

function checkUnique(
  { bind = '' }: SidecarEgress, port: number, ports: Set<number>, sockets: Set<string>, index: number, report: WebhookReport,
): void {
  if (port !== 0) {
    if (ports.has(port)) {
      report.error(`spec.egress[${index}].port.number`, `Another egress listener has port ${port}, too, and the addresses do not tell them apart.`,
        'Put their hosts into one listener.');
    }
    ports.add(port);
  } else {
    if (sockets.has(bind)) {
      report.error(`spec.egress[${index}].bind`, `Another egress listener has the socket ${quoted(bind)}, too.`, 'Put their hosts into one listener.');
    }
    sockets.add(bind);
  }
}

function checkHosts(hosts: readonly string[], namespace: string, index: number, report: WebhookReport): void {
  if (hosts.length === 0) {
    report.error(`spec.egress[${index}].hosts`, 'The listener has no host, so nothing can be reached through it.',
      'Name what is called, such as ./*, shop/reviews.shop.svc.cluster.local or */*; ~/* is nothing at all.');
  }
  const seen = new Map<string, Set<string>>();
  const dotted = hosts.some((host) => host.startsWith('./')) ? namespace : undefined;
  hosts.forEach((host, i) => {
    checkScopedHost(host, HostScope.SIDECAR, 'egress', index, i, report);
    const slash = host.indexOf('/');
    if (slash < 0 || host.startsWith('~')) return;
    const scope = host.slice(0, slash) === '.' ? namespace : host.slice(0, slash);
    const name = host.slice(slash + 1);
    const names = seen.get(scope);
    if (names === undefined) {
      seen.set(scope, new Set([name]));
      return;
    }
    if (name === '*' || names.has(name) || names.has('*')) {
      report.warning(`spec.egress[${index}].hosts[${i}]`, `${quoted(host)} and another host of the same namespace say the same, in part or whole.`,
        scope === dotted
          ? 'Keep the wider of the two. Of the root namespace keep both: there ./ is the namespace of each client.'
          : 'Keep the wider of the two.');
    }
    names.add(name);
  });
  if (seen.size > 1 && seen.get('*')?.has('*')) {
    report.warning(`spec.egress[${index}].hosts`, '*/* already means every service of every namespace; the other hosts add nothing.', 'Keep */* alone, or drop it.');
  }
}
