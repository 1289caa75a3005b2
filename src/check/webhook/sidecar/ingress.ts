import { checkBindAddress, checkListenerPort } from './listener';
import { SidecarIngress, SidecarIngressTls } from '../../../manifest/generated/istio-specs';
import { splitHostPort } from '../../../semantics/host-port';
import { isPortNumber } from '../../../semantics/port-number';
import { isHttpProtocol, isTlsProtocol, NamedProtocol, protocolNamed } from '../../../semantics/protocol-field';
import { checkConnectionPool } from '../destination-rule/connection-pool';
import { FieldPath } from '../field-path';
import { quoted } from '../quoted';
import { checkServerTls } from '../server-tls';
import { isUnixAddress, UNIX_ADDRESS_FIX, unixAddressProblem } from '../unix-address';
import { WebhookReport } from '../webhook-check';

/** Where the application may listen: nowhere but beside its proxy. */
const OWN_ADDRESSES: ReadonlySet<string> = new Set(['', '127.0.0.1', '0.0.0.0', '::1', '::']);

export function checkIngress(ingress: readonly SidecarIngress[] | undefined, report: WebhookReport): void {
  if (ingress === undefined) return;
  const ports = new Set<number>();
  ingress.forEach((listener, i) => {
    const { port, bind, defaultEndpoint, tls, connectionPool } = listener;
    const number = port.number ?? 0;
    checkListenerPort(port, 'ingress', i, report);
    if (!isPortNumber(number)) report.error(`spec.ingress[${i}].port.number`, `${number} is no port.`, 'Ports go from 1 to 65535.');
    if (ports.has(number)) {
      report.error(`spec.ingress[${i}].port.number`, `Another ingress listener has port ${number}, too.`, 'Keep one listener a port.');
    }
    ports.add(number);
    checkBindAddress(bind, 'ingress', i, report);
    if (defaultEndpoint) checkDefaultEndpoint(defaultEndpoint, i, report);
    const protocol = protocolNamed(port.protocol ?? '');
    if (tls !== undefined) checkTls(tls, protocol, i, report);
    if (connectionPool === undefined) return;
    checkConnectionPool(connectionPool, new FieldPath('spec', 'ingress', i).field('connectionPool'), report);
    if (connectionPool.http !== undefined && !isHttpProtocol(protocol)) {
      report.warning(`spec.ingress[${i}].connectionPool.http`,
        `Port ${number} is ${port.protocol ? `of protocol ${quoted(port.protocol)}` : 'of no protocol'}, so the settings for HTTP are ignored; only those for TCP count.`,
        'Name an HTTP protocol in port.protocol, or drop connectionPool.http.');
    }
  });
}

function checkDefaultEndpoint(endpoint: string, index: number, report: WebhookReport): void {
  const path = `spec.ingress[${index}].defaultEndpoint`;
  if (isUnixAddress(endpoint)) {
    const unixProblem = unixAddressProblem(endpoint);
    if (unixProblem !== undefined) report.error(path, `defaultEndpoint is ${quoted(endpoint)}, which ${unixProblem}.`, UNIX_ADDRESS_FIX);
    return;
  }
  const problem = hostPortProblem(endpoint);
  if (problem !== undefined) {
    report.error(path, `defaultEndpoint ${quoted(endpoint)} ${problem}.`, 'Write 127.0.0.1:8080, 0.0.0.0:8080, [::1]:8080, [::]:8080, or unix:///path/of/the/socket.');
  }
}

function hostPortProblem(endpoint: string): string | undefined {
  const parts = splitHostPort(endpoint);
  if (parts === undefined) return 'is not made of an address, a colon and a port';
  if (!OWN_ADDRESSES.has(parts.host)) return `names the address ${quoted(parts.host)}, which is not the application's own`;
  // As Go reads a number: signs and leading zeroes are fine.
  if (!/^[-+]?[0-9]+$/.test(parts.port) || !isPortNumber(Number(parts.port))) return 'has no port from 1 to 65535';
  return undefined;
}

function checkTls(tls: SidecarIngressTls, protocol: NamedProtocol | undefined, index: number, report: WebhookReport): void {
  const path = `spec.ingress[${index}].tls`;
  for (const field of ['subjectAltNames', 'credentialName', 'credentialNames', 'tlsCertificates'] as const) {
    if (!tls[field]?.length) continue;
    report.error(`${path}.${field}`, `A Sidecar cannot have ${field}.`, field === 'subjectAltNames'
      ? 'Drop it; who may call is said by an AuthorizationPolicy.'
      : 'Give certificate and key as files of the proxy, serverCertificate and privateKey.');
  }
  if (tls.httpsRedirect) report.error(`${path}.httpsRedirect`, 'A Sidecar does not redirect to HTTPS.', 'Drop it, or redirect at a Gateway.');
  if (tls.mode === 'ISTIO_MUTUAL' || tls.mode === 'AUTO_PASSTHROUGH') {
    report.error(`${path}.mode`, `A Sidecar cannot have mode ${tls.mode}.`,
      'Use SIMPLE or MUTUAL; whether calls inside the mesh must be mutual TLS is said by a PeerAuthentication.');
  }
  if (!isTlsProtocol(protocol)) {
    report.error(path, 'The port is not of protocol HTTPS or TLS, so it has no tls settings.', 'Write protocol: HTTPS (or TLS), or drop tls.');
  }
  checkServerTls(tls, 'ingress', index, report);
}
