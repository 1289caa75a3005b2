import { Construct } from 'constructs';
import { GatewayApi } from './gateway-api';
import { GatewayCertificate } from './gateway-certificate';
import { GatewayTls } from './gateway-tls';
import { INGRESS_CLAIMS, IngressClaim } from './ingress-claims';
import { IngressTlsOptions, PlainHttp } from './ingress-options';
import { checkListener, listenerName } from './kubernetes/gateway-listeners';
import { checkFlags } from '../model/given';
import { locatedAt } from '../model/located-at';
import { describeValue } from '../semantics/describe-value';
import { isWildcarded } from '../semantics/host-name';
import { isIpAddress } from '../semantics/ip-address';
import { isDnsLabel, isHost } from '../semantics/kubernetes-name';
import { isPortNumber } from '../semantics/port-number';

/** What is written for a gateway, and in which words. */
export interface SiteProps {
  readonly namespace: string;
  readonly name: string;
  /** Equal for gateways of the same pods. */
  readonly pods: string;
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly api: GatewayApi;
}

/** What the gateway writes beside itself. */
export interface SiteWriter {
  certificate(asked: AskedCertificate): void;
  /** Of the Gateway API, which has no word for it. */
  redirect(host: string): void;
}

/** A certificate that is asked for, and the hosts that it is for. */
export interface AskedCertificate {
  readonly credential: string;
  readonly certificate: GatewayCertificate;
  readonly owner: Construct;
  readonly hosts: string[];
}

/** One gateway and what is claimed at it, from wherever in the App. */
export class IngressSite {
  public readonly reference: string;
  private readonly certificates = new Map<string, AskedCertificate>();
  private readonly redirected = new Set<string>();

  constructor(
    private readonly gateway: Construct, public readonly props: SiteProps, private readonly writer: SiteWriter,
  ) {
    this.reference = `${props.namespace}/${props.name}`;
  }

  /** What is claimed until now. */
  public get claims(): readonly IngressClaim[] {
    return INGRESS_CLAIMS.of(this.gateway).filter(({ gateway }) => gateway === this.reference);
  }

  /** Claims hosts, for requests or for connections (at a port of their own, perhaps). */
  public claim(owner: Construct, hosts: readonly string[], namespace: string, options: IngressTlsOptions, stream?: { readonly port?: number }): void {
    const { tls, certificate } = options;
    checkTls(owner, tls);
    locatedAt(owner, () => checkFlags({ allowWildcards: options.allowWildcards }));
    checkHosts(owner, hosts, options);
    if (tls._mode !== 'AUTO_PASSTHROUGH') checkNamespace(owner, namespace);
    const plainHttp = this.plainHttp(owner, options, stream !== undefined, stream?.port);
    if (stream?.port !== undefined) this.checkPort(owner, stream.port, tls);
    const port = stream?.port ?? (tls._mode === 'NONE' ? this.props.httpPort : this.props.httpsPort);
    const { pods, api } = this.props;
    if (api === GatewayApi.KUBERNETES) {
      locatedAt(owner, () => checkListener(tls, stream !== undefined));
      if (plainHttp === PlainHttp.REDIRECT) for (const host of hosts) this.redirect(host);
    }
    INGRESS_CLAIMS.register(this.gateway, ...hosts.map((host) => ({
      owner, pods, gateway: this.reference, host, namespace, port, tls, plainHttp, stream: stream !== undefined, shared: api === GatewayApi.ISTIO,
    })));
    if (certificate !== undefined) this.ask(owner, hosts, tls, certificate);
  }

  private redirect(host: string): void {
    if (this.redirected.has(host)) return;
    this.redirected.add(host);
    this.writer.redirect(host);
  }

  /** The listeners that routes for these hosts attach to, in the Gateway API. */
  public listeners(owner: Construct): string[] {
    const { httpPort } = this.props;
    return this.claims.filter((claim) => claim.owner === owner).flatMap(({ host, port, tls, stream, plainHttp }) => [
      ...stream ? [listenerName(tls._mode === 'NONE' ? 'tcp' : 'tls', port, host)] : [],
      ...!stream && tls._mode !== 'NONE' ? [listenerName('https', port, host)] : [],
      ...!stream && plainHttp === PlainHttp.SERVED ? [listenerName('http', httpPort, host)] : [],
    ]);
  }

  /** Hosts that a certificate is used for and not made for. */
  public certificateMistakes(): string[] {
    return this.claims.flatMap(({ owner, host, tls }) => tls._credentials.flatMap((credential) => {
      const asked = this.certificates.get(credential);
      if (!asked || asked.hosts.some((name) => name === host || name === host.replace(/^[^.]+/, '*'))) return [];
      return [`[${owner.node.path}] serves ${host} with the certificate in "${credential}", which [${asked.owner.node.path}] lets cert-manager get for ${asked.hosts.join(', ')} alone. Give it the same \`certificate\`.`];
    }));
  }

  private checkPort({ node }: Construct, port: unknown, tls: GatewayTls): void {
    if (typeof port !== 'number' || !Number.isInteger(port) || !isPortNumber(port)) throw new Error(`[${node.path}] \`gatewayPort\` is ${describeValue(port)}. Give a port of the gateway's Service, a whole number from 1 to 65535.`);
    const { httpPort, httpsPort } = this.props;
    if (port === httpPort || (port === httpsPort && tls._mode === 'NONE')) {
      throw new Error(`[${node.path}] \`gatewayPort\` is ${port}, where the gateway speaks ${port === httpPort ? 'HTTP' : 'TLS'} with everybody. Give another port of its Service.`);
    }
  }

  private plainHttp(owner: Construct, { tls, plainHttp }: IngressTlsOptions, stream: boolean, port: number | undefined): PlainHttp {
    if (plainHttp !== undefined && !Object.values(PlainHttp).includes(plainHttp)) {
      throw new Error(`[${owner.node.path}] \`plainHttp\` is ${describeValue(plainHttp)}. Give ${Object.keys(PlainHttp).map((member) => `PlainHttp.${member}`).join(' or ')}.`);
    }
    if (tls._mode === 'NONE') {
      if (plainHttp !== undefined && plainHttp !== PlainHttp.SERVED) throw new Error(`[${owner.node.path}] \`plainHttp\` is ${plainHttp} beside GatewayTls.plaintext(), so nobody would be answered. Say what TLS there is, for example GatewayTls.simple('shop-cert'), or leave \`plainHttp\` out.`);
      return stream ? PlainHttp.CLOSED : PlainHttp.SERVED;
    }
    if (port !== undefined || tls._mode === 'AUTO_PASSTHROUGH') return PlainHttp.CLOSED;
    if (plainHttp === PlainHttp.SERVED && !tls._seesRequests) throw new Error(`[${owner.node.path}] \`plainHttp\` is SERVED beside ${tls._title}: the application ends TLS, so it does not take requests without. Leave it out, so that clients are sent to HTTPS.`);
    if (plainHttp !== undefined) return plainHttp;
    if (tls._mode === 'ISTIO_MUTUAL') return PlainHttp.CLOSED;
    const { httpPort, httpsPort } = this.props;
    if (httpPort !== 80 || httpsPort !== 443) {
      throw new Error(`[${owner.node.path}] the gateway listens at the ports ${httpPort} and ${httpsPort}, and a redirect leads to 443. `
        + 'Say PlainHttp.REDIRECT where clients see 80 and 443 (a load balancer in front), else PlainHttp.CLOSED.');
    }
    return PlainHttp.REDIRECT;
  }

  private ask(owner: Construct, hosts: readonly string[], tls: GatewayTls, certificate: GatewayCertificate): void {
    if (!(certificate instanceof GatewayCertificate)) throw new Error(`[${owner.node.path}] \`certificate\` is ${describeValue(certificate)}. Say for example GatewayCertificate.fromIssuer('letsencrypt').`);
    const [credential, second] = tls._credentials;
    if (credential === undefined) throw new Error(`[${owner.node.path}] \`certificate\` stands beside ${tls._title}, which has no Secret to put it into. Leave it out, or say GatewayTls.simple('shop-cert').`);
    if (second !== undefined) throw new Error(`[${owner.node.path}] \`certificate\` is one, and ${tls._title} are two Secrets. Leave \`secondCredential\` out, or make both Certificates yourself.`);
    const known = this.certificates.get(credential);
    if (!known) {
      const asked = { credential, certificate, owner, hosts: [...hosts] };
      this.certificates.set(credential, asked);
      this.writer.certificate(asked);
      return;
    }
    if (known.certificate._key !== certificate._key) {
      throw new Error(`[${owner.node.path}] asks for another certificate in the Secret "${credential}" than [${known.owner.node.path}]. Give both the same, or one of them another Secret.`);
    }
    known.hosts.push(...hosts.filter((host) => !known.hosts.includes(host)));
  }
}

function checkTls({ node }: Construct, tls: unknown): asserts tls is GatewayTls {
  if (tls instanceof GatewayTls) return;
  throw new Error(`[${node.path}] \`tls\` is ${describeValue(tls)}. Say what the gateway does with TLS, for example GatewayTls.simple('shop-cert'), where shop-cert is a Secret; without any, GatewayTls.plaintext().`);
}

function checkNamespace({ node }: Construct, namespace: unknown): void {
  if (typeof namespace === 'string' && isDnsLabel(namespace)) return;
  throw new Error(`[${node.path}] ${describeValue(namespace)} is not a namespace name: lower-case letters, digits and dashes, at most 63.`);
}

function checkHosts(owner: Construct, hosts: readonly string[], { tls, allowWildcards }: IngressTlsOptions): void {
  const fail = (message: string) => new Error(`[${owner.node.path}] ${message}`);
  if (!Array.isArray(hosts) || hosts.length === 0) throw fail(`\`hosts\` is ${describeValue(hosts)}. Give a list, for example ['shop.example.com'].`);
  for (const host of hosts) {
    if (typeof host !== 'string' || (host !== '*' && !isHost(host))) throw fail(`${describeValue(host)} is not a host: a DNS name in lower case without scheme, port or path, or *.DOMAIN.`);
    if (!host.includes('.') && host !== '*') throw fail(`${host} has no dot: Istio would take it for a Service of the routes\' namespace, and nobody outside knows it. Give the full name, for example shop.example.com.`);
    if (tls._mode !== 'NONE' && isIpAddress(host)) {
      throw fail(`${host} is an address, and TLS needs a name: clients ask for a name when they shake hands, and never for an address. Give a host, for example shop.example.com.`);
    }
    if (!isWildcarded(host)) continue;
    const problem = wildcardProblem(host, tls);
    if (problem) throw fail(problem);
    if (allowWildcards !== true) {
      throw fail(`${host} is a wildcard: it takes every name ${host === '*' ? 'there is' : `that ends in ${host.slice(1)}`}, also those that nobody has thought of. `
        + 'Name the hosts, or say `allowWildcards: true` where that is meant.');
    }
  }
  const twice = hosts.find((host, index) => hosts.indexOf(host) !== index);
  if (twice !== undefined) throw fail(`the host ${twice} is given twice.`);
}

/** Where TLS needs a name, and an asterisk is none. */
function wildcardProblem(host: string, tls: GatewayTls): string | undefined {
  const labels = host.split('.').length;
  if (tls._hasCertificate && labels < 3) {
    return `${host} with ${tls._title}: TLS needs a name that the certificate is for, and no certificate is for ${host === '*' ? 'every name' : `every name below .${host.slice(2)}`}. `
      + 'Name a domain, for example *.example.com, or the hosts.';
  }
  if (tls._mode === 'PASSTHROUGH' && host === '*') {
    return '* with TLS PASSTHROUGH: connections are led by the name that clients ask for, so the application needs one; with * it would get what is meant for every other. Name its hosts, or a domain, for example *.example.com.';
  }
  return undefined;
}
