import { AS_ISTIO, NoEquivalent } from './no-equivalent';
import { nameOf } from '../gateway-routes';
import { GatewayTls, TlsVersion } from '../gateway-tls';
import { IngressClaim } from '../ingress-claims';
import { PlainHttp } from '../ingress-options';

/** What the CRD takes. */
const MOST_LISTENERS = 64;

/** The listeners of a Gateway of the Gateway API: one for each host at each port, as each has one host. */
export function gatewayListeners(claims: readonly IngressClaim[], httpPort: number): object[] {
  const listeners = claims.flatMap((claim) => [
    ...claim.tls._mode !== 'NONE' || claim.stream ? [secureListener(claim)] : [],
    ...claim.plainHttp === PlainHttp.CLOSED ? [] : [plainListener(claim, httpPort)],
  ]).sort((a, b) => a.port - b.port || (a.name < b.name ? -1 : 1));
  if (listeners.length > MOST_LISTENERS) {
    throw new NoEquivalent(`a Gateway for so many hosts (${listeners.length} listeners, of ${MOST_LISTENERS} that there may be)`, 'Make several Gateways, or cover the hosts by a wildcard.');
  }
  return listeners;
}

/** The listener that routes for a host attach to. */
export function listenerName(protocol: 'http' | 'https' | 'tls' | 'tcp', port: number, host: string): string {
  return protocol === 'tcp' ? `tcp-${port}` : `${protocol}-${port}-${nameOf(host)}`;
}

/** Throws for what a listener cannot say. */
export function checkListener({ _mode, _settings, _caConfigMap }: GatewayTls, stream: boolean): void {
  const { minProtocolVersion, subjectAltNames, verifyCertificateHash } = _settings;
  if (_mode === 'AUTO_PASSTHROUGH') throw new NoEquivalent('a port for other clusters (AUTO_PASSTHROUGH)', `${AS_ISTIO}.`);
  if (_mode === 'OPTIONAL_MUTUAL') {
    // Measured: Istio hands the authority of the clients to the gateway for MUTUAL alone, and the port does not open.
    throw new NoEquivalent('TLS with a certificate of the client that may be missing (GatewayTls.optionalMutual)', `Say GatewayTls.mutual or GatewayTls.simple. ${AS_ISTIO}.`);
  }
  if (stream && _mode !== 'NONE' && _mode !== 'PASSTHROUGH') throw new NoEquivalent('TLS that the gateway ends for connections without requests', `Let the application end it (GatewayTls.passthrough()). ${AS_ISTIO}.`);
  if (minProtocolVersion !== undefined && minProtocolVersion !== TlsVersion.V1_2) throw new NoEquivalent(`a minimum version of TLS other than Istio's own 1.2 (${minProtocolVersion})`, `${AS_ISTIO}.`);
  if (subjectAltNames) throw new NoEquivalent('a list of the clients\' names (subjectAltNames)', `${AS_ISTIO}.`);
  if (verifyCertificateHash) throw new NoEquivalent('a list of the clients\' certificates (certificateHashes)', `${AS_ISTIO}.`);
  if (_caConfigMap !== undefined) {
    throw new NoEquivalent('the authority of the clients of one host in a ConfigMap (caConfigMap)', 'Put ca.crt into the credential, or into a Secret beside it whose name ends in -cacert.');
  }
}

interface Listener {
  readonly name: string;
  readonly port: number;
  readonly [field: string]: unknown;
}

function secureListener({ host, port, tls, stream, namespace, gateway }: IngressClaim): Listener {
  if (stream && tls._mode === 'NONE') return { name: listenerName('tcp', port, host), port, protocol: 'TCP', allowedRoutes: allowed(namespace, gateway, 'TCPRoute') };
  return {
    name: listenerName(stream ? 'tls' : 'https', port, host),
    hostname: hostnameOf(host),
    port,
    protocol: stream ? 'TLS' : 'HTTPS',
    tls: stream ? { mode: 'Passthrough' } : { mode: 'Terminate', certificateRefs: certificateRefs(tls), options: optionsOf(tls) },
    allowedRoutes: allowed(namespace, gateway, stream ? 'TLSRoute' : 'HTTPRoute'),
  };
}

function plainListener({ host, namespace, gateway, plainHttp }: IngressClaim, port: number): Listener {
  // Where clients are sent to HTTPS, the route is the gateway's own, and nobody else's is let in.
  const routes = plainHttp === PlainHttp.REDIRECT ? gateway.split('/')[0] : namespace;
  return { name: listenerName('http', port, host), hostname: hostnameOf(host), port, protocol: 'HTTP', allowedRoutes: allowed(routes, gateway, 'HTTPRoute') };
}

function hostnameOf(host: string): string | undefined {
  return host === '*' ? undefined : host;
}

function allowed(namespace: string, gateway: string, kind: string): object {
  const kinds = [{ group: 'gateway.networking.k8s.io', kind }];
  if (gateway.startsWith(`${namespace}/`)) return { namespaces: { from: 'Same' }, kinds };
  // Kubernetes gives every namespace this label.
  return { namespaces: { from: 'Selector', selector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } }, kinds };
}

function certificateRefs(tls: GatewayTls): object[] | undefined {
  return tls._hasCertificate ? tls._credentials.map((name) => ({ group: '', kind: 'Secret', name })) : undefined;
}

/** What Istio reads beside the words of the Gateway API. */
function optionsOf({ _mode, _settings: { cipherSuites } }: GatewayTls): object | undefined {
  const options = {
    ..._mode === 'SIMPLE' ? {} : { 'gateway.istio.io/tls-terminate-mode': _mode },
    ...cipherSuites ? { 'gateway.istio.io/tls-cipher-suites': cipherSuites.join(',') } : {},
  };
  return Object.keys(options).length > 0 ? options : undefined;
}
