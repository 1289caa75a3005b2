import { quoted } from './quoted';
import { checkReservedAnnotations } from './reserved-annotations';
import { checkScopedHost, HostScope } from './scoped-host';
import { checkServerTls } from './server-tls';
import { isUnixAddress, UNIX_ADDRESS_FIX, unixAddressProblem } from './unix-address';
import { AdmittedObject, WebhookCheck, WebhookReport } from './webhook-check';
import { GatewayServers, GatewayServersPort, GatewayServersTls, GatewaySpec } from '../../manifest/generated/istio-specs';
import { member, stringOr } from '../../manifest/json';
import { isHostLabel } from '../../semantics/host-name';
import { describeBadAddress, isIpAddress } from '../../semantics/ip-address';
import { isPortNumber } from '../../semantics/port-number';
import { isHttpProtocol, isTlsProtocol, NamedProtocol, PROTOCOL_NAMES, protocolNamed } from '../../semantics/protocol-field';

/** Marks what istiod itself has made of a Gateway of the Gateway API. */
const SEMANTICS = 'internal.istio.io/gateway-semantics';

export const checkGateway: WebhookCheck<GatewaySpec> = (object, report) => {
  const { annotations, spec } = object;
  const name = nameOf(object);
  checkReservedAnnotations(object, report);
  const fromGatewayApi = annotations[SEMANTICS] === 'gateway';
  if (!fromGatewayApi && !isHostLabel(name)) {
    report.error('metadata.name', `${quoted(name)} cannot be the name of a Gateway: Istio wants letters, digits and "-", at most 63.`,
      'Choose a name without dots.');
  }
  if (!spec.servers?.length) {
    report.error('spec.servers', 'The Gateway has no server, so it opens no port.', 'Give it at least one server with port and hosts.');
    return;
  }
  const scope = fromGatewayApi ? HostScope.GATEWAY_API : HostScope.GATEWAY;
  const portNames = new Set<string>();
  spec.servers.forEach((server, i) => {
    checkHosts(server.hosts, scope, i, report);
    const protocol = checkPort(server, portNames, i, report);
    checkBind(server, i, report);
    if (server.tls !== undefined) checkServerTls(server.tls, 'servers', i, report);
    checkTlsFitsPort(server.tls, server.port, protocol, i, report);
  });
};

/** The API server makes the rest of a name that is only begun, and cuts it so that it fits. */
function nameOf({ name, json }: AdmittedObject): string {
  const prefix = name === '' ? stringOr(member(json.metadata, 'generateName')) : undefined;
  return prefix === undefined ? name : `${prefix.slice(0, 58)}00000`;
}

function checkHosts(hosts: readonly string[], scope: HostScope, server: number, report: WebhookReport): void {
  if (hosts.length === 0) {
    report.error(`spec.servers[${server}].hosts`, 'The server has no host, so it answers nobody.',
      'Give it the hosts it answers for, or "*" for any.');
  }
  hosts.forEach((host, i) => checkScopedHost(host, scope, 'servers', server, i, report));
}

function checkPort({ port, bind }: GatewayServers, names: Set<string>, server: number, report: WebhookReport): NamedProtocol | undefined {
  const protocol = protocolNamed(port.protocol);
  if (protocol === undefined) {
    report.error(`spec.servers[${server}].port.protocol`, `Istio knows no protocol ${quoted(port.protocol)}.`,
      `It knows ${PROTOCOL_NAMES}.`);
  }
  if (!isPortNumber(port.number) && !(port.number === 0 && isUnixAddress(bind))) {
    report.error(`spec.servers[${server}].port.number`, `${port.number} is no port.`, 'Ports go from 1 to 65535.');
  }
  if (port.targetPort) {
    report.error(`spec.servers[${server}].port.targetPort`, 'A Gateway does not forward to a targetPort.',
      'Drop it; where requests go is said by a VirtualService.');
  }
  if (port.name === '') {
    report.error(`spec.servers[${server}].port.name`, 'The port has no name.', 'Name it, such as http or https-shop.');
  }
  if (names.has(port.name)) {
    report.error(`spec.servers[${server}].port.name`, `Another server's port has the name ${quoted(port.name)}, too.`,
      'Give each port of the Gateway its own name.');
  }
  names.add(port.name);
  return protocol;
}

function checkBind({ port, bind }: GatewayServers, server: number, report: WebhookReport): void {
  if (!bind) return;
  const path = `spec.servers[${server}].bind`;
  if (!isUnixAddress(bind)) {
    if (!isIpAddress(bind)) {
      report.error(path, `bind ${describeBadAddress(bind)}.`, 'Give an IP address of the proxy, such as 0.0.0.0, or a socket, unix://…, or drop it.');
    }
    return;
  }
  const problem = unixAddressProblem(bind);
  if (problem !== undefined) report.error(path, `bind is ${quoted(bind)}, which ${problem}.`, UNIX_ADDRESS_FIX);
  if (port.number !== 0) {
    report.error(`spec.servers[${server}].port.number`, `bind is a Unix domain socket, which has no port ${port.number}.`, 'Write number: 0.');
  }
}

function checkTlsFitsPort(
  tls: GatewayServersTls | undefined, port: GatewayServersPort, protocol: NamedProtocol | undefined, server: number, report: WebhookReport,
): void {
  const path = `spec.servers[${server}].tls`;
  if (tls?.httpsRedirect && !isHttpProtocol(protocol)) {
    report.warning(`${path}.httpsRedirect`, `httpsRedirect answers plain HTTP requests, and none come to a port of protocol ${quoted(port.protocol)}.`,
      'Put it on a server of protocol HTTP.');
  }
  if (protocol === undefined) return;
  if (isTlsProtocol(protocol)) {
    if (tls === undefined) {
      report.error(path, `A server of protocol ${quoted(port.protocol)} must say what to do with TLS.`,
        'Give it tls, for example {mode: SIMPLE, credentialName: my-certificate}.');
    }
  } else if (tls !== undefined) {
    const mode = tls.mode ?? 'PASSTHROUGH';
    if (!isHttpProtocol(protocol)) {
      report.error(path, `A server of protocol ${quoted(port.protocol)} sees no TLS, so it has no tls settings.`, 'Use protocol TLS or HTTPS, or drop tls.');
    } else if ((mode !== 'PASSTHROUGH' && mode !== 'AUTO_PASSTHROUGH') || tls.caCertificates || tls.privateKey || tls.serverCertificate) {
      report.error(path, `A server of protocol ${quoted(port.protocol)} speaks plain text, so its tls cannot hold mode ${mode} and certificates.`,
        'Use protocol HTTPS, or keep of tls only httpsRedirect.');
    }
  }
}
