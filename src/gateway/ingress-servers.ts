import { createHash } from 'node:crypto';
import { IngressClaim } from './ingress-claims';
import { PlainHttp } from './ingress-options';
import type { GatewaySpecServers } from '../imports/networking.istio.io';
import type { Spec } from '../model/istio-object';

type Server = Spec<GatewaySpecServers>;

/** The servers of a Gateway, for all that is claimed at it: hosts with one TLS at one port share a server, whoever claims them. */
export function gatewayServers(claims: readonly IngressClaim[], httpPort: number): Server[] {
  const servers = new Map<string, { server: Omit<Server, 'hosts'>; hosts: string[] }>();
  const add = (server: Omit<Server, 'hosts'>, { namespace, host }: IngressClaim) => {
    const known = servers.get(server.port.name) ?? { server, hosts: [] };
    // A redirect is for the host as it stands: where no HTTP routes are for it, Istio would take the namespace for a part of the name.
    known.hosts.push(namespace === '*' || server.tls?.httpsRedirect ? host : `${namespace}/${host}`);
    servers.set(server.port.name, known);
  };
  for (const claim of claims) {
    const { tls, port, plainHttp, stream, gateway } = claim;
    if (tls._mode !== 'NONE' || stream) add({ port: { number: port, name: portName(claim), protocol: protocolOf(claim) }, tls: tls._spec(gateway.split('/')[0]) }, claim);
    if (plainHttp === PlainHttp.SERVED) add({ port: { number: httpPort, name: 'http', protocol: 'HTTP' } }, claim);
    if (plainHttp === PlainHttp.REDIRECT) add({ port: { number: httpPort, name: 'http-redirect', protocol: 'HTTP' }, tls: { httpsRedirect: true } }, claim);
  }
  return [...servers.values()]
    .sort((a, b) => a.server.port.number - b.server.port.number || (a.server.port.name < b.server.port.name ? -1 : 1))
    .map(({ server, hosts }) => ({ ...server, hosts: [...new Set(hosts)].sort() }));
}

function protocolOf({ tls, stream }: IngressClaim): string {
  if (!stream) return 'HTTPS';
  return tls._mode === 'NONE' ? 'TCP' : 'TLS';
}

/** Of what is said alone, so that no other host changes it: Envoy's routes are named by it. */
function portName(claim: IngressClaim): string {
  const { tls, port } = claim;
  const { minProtocolVersion, ...further } = tls._settings;
  const said = Object.entries(further).filter(([, value]) => value !== undefined);
  const own = tls._hasCertificate && (said.length > 0 || tls._caConfigMap !== undefined || minProtocolVersion !== 'TLSV1_2' || tls._credentials.some((name) => name.includes('.')))
    ? [createHash('sha256').update(tls._key).digest('hex').slice(0, 8)] : [];
  const mode = tls._mode === 'SIMPLE' || tls._mode === 'NONE' ? [] : [tls._mode.toLowerCase().replaceAll('_', '-')];
  return [protocolOf(claim).toLowerCase(), `${port}`, ...mode, ...tls._credentials.map((name) => name.replaceAll('.', '-')), ...own].join('-');
}
