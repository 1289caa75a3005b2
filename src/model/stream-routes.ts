import { IConstruct } from 'constructs';
import type { Spec } from './istio-object';
import { MeshPort } from './mesh-port';
import type { RouteDestination } from './route-layers';
import { ServiceDestination } from './service-destination';
import type { VirtualServiceSpec, VirtualServiceSpecTcp, VirtualServiceSpecTls } from '../imports/networking.istio.io';
import { isHostWithin } from '../semantics/host-name';
import { PortProtocol, isHttp } from '../semantics/port-protocol';

/** What the proxy can tell connections by: of TLS it reads the server name, of other bytes nothing. */
export type StreamKind = 'tcp' | 'tls';

/** Conditions on a connection; all of them must hold. */
export interface StreamMatch {
  /** The Service's port. */
  readonly port?: number;
  /** Labels of the calling pod, all of them. */
  readonly sourceLabels?: Readonly<Record<string, string>>;
  /** The namespace of the calling pod. */
  readonly sourceNamespace?: string;
  /** Any of these addresses or subnets. */
  readonly destinationSubnets?: readonly string[];
  /** Any of these server names; the names of the service unless given. Of TLS alone. */
  readonly sniHosts?: readonly string[];
}

/** One contributor's word on where connections go. */
export interface StreamLayer {
  readonly owner: IConstruct;
  readonly kind: StreamKind;
  readonly match: StreamMatch;
  /** A higher one is tried before a lower one; 0 unless given. */
  readonly priority?: number;
  readonly destinations: readonly RouteDestination[];
}

/** What the rules are written for. */
export interface StreamService {
  readonly host: string;
  /** The names that clients call it by, the host first. */
  readonly names: readonly string[];
  /** All but UDP. */
  readonly ports: readonly MeshPort[];
}

/** One rule for one port and, of TLS, one server name: Envoy refuses two lists that share a name. */
export interface StreamRule {
  readonly owner: IConstruct;
  readonly port: MeshPort;
  readonly sniHost?: string;
  readonly match: StreamMatch;
  readonly priority: number;
  readonly destinations: readonly RouteDestination[];
}

/** How the proxy reads a port that has connections and no requests; undefined for the others. */
export function streamKindOf({ protocol }: MeshPort): StreamKind | undefined {
  if (protocol === PortProtocol.TLS || protocol === PortProtocol.HTTPS) return 'tls';
  return isHttp(protocol) || protocol === PortProtocol.UDP || protocol === PortProtocol.AUTOMATIC ? undefined : 'tcp';
}

/** Where the connections of one service go, by port, caller and server name. */
export class StreamRoutes {
  private readonly layers: StreamLayer[] = [];

  public get all(): readonly StreamLayer[] {
    return this.layers;
  }

  /** The subsets of the service itself that a layer leads to, with the construct that says so. */
  public get subsets(): { subset: string; owner: IConstruct }[] {
    return this.layers.flatMap(({ owner, destinations }) => destinations
      .flatMap(({ subset, host }) => (subset === undefined || host !== undefined ? [] : [{ subset, owner }])));
  }

  public add(layer: StreamLayer): void {
    this.layers.push(layer);
  }

  /**
   * The rules of one kind in the order in which Istio must try them.
   *
   * @param split where connections of a port go that no rule is about, if anybody said so
   */
  public rules(kind: StreamKind, service: StreamService, split: StreamSplit): StreamRule[] {
    return this.ordered(kind, service, split).flatMap((rules) => rules.filter((rule) => !takerOf(rule, rules)));
  }

  /** The layers that no connection is left for, each with those that come before and take them all. */
  public unreachable(kind: StreamKind, service: StreamService, split: StreamSplit): { layer: StreamLayer; by: IConstruct[] }[] {
    const placed = this.ordered(kind, service, split).flatMap((rules) => rules.map((rule) => ({ rule, taker: takerOf(rule, rules) })));
    return this.layers.flatMap((layer) => {
      const own = placed.filter(({ rule }) => rule.match === layer.match);
      if (own.length === 0 || own.some(({ taker }) => !taker)) return [];
      return [{ layer, by: [...new Set(own.map(({ taker }) => taker!.owner))] }];
    });
  }

  /** By port, as no rule is about two. */
  private ordered(kind: StreamKind, service: StreamService, split: StreamSplit): StreamRule[][] {
    return service.ports
      .filter((port) => streamKindOf(port) === kind)
      .map((port) => [
        ...this.layers.filter((layer) => layer.kind === kind && (layer.match.port ?? port.number) === port.number),
        ...generalLayer(kind, split(port.number)),
      ].flatMap((layer) => byName(layer, port, service)).sort(compareRules));
  }

  /** The lists `tcp` and `tls` of the VirtualService; left out where nobody contributed. */
  public render(service: StreamService, split: StreamSplit): Pick<Spec<VirtualServiceSpec>, 'tcp' | 'tls'> {
    const tcp = this.rules('tcp', service, split).map((rule) => renderTcp(rule, service));
    const tls = this.rules('tls', service, split).map((rule) => renderTls(rule, service));
    return { tcp: tcp.length > 0 ? tcp : undefined, tls: tls.length > 0 ? tls : undefined };
  }

  /**
   * Where connections to a port go that come through a gateway: nobody knows there who calls, nor for which address. The
   * port is always said, as that of the gateway is another.
   */
  public throughGateway(service: StreamService, split: StreamSplit, port: MeshPort): NonNullable<Spec<VirtualServiceSpecTcp>['route']> {
    const kind = streamKindOf(port);
    const rule = kind && this.rules(kind, service, split).find(({ port: { number }, match: { port: _, ...conditionsOfCallers } }) =>
      number === port.number && Object.values(conditionsOfCallers).every((condition) => condition === undefined));
    return renderDestinations({ destinations: rule?.destinations ?? [{}], port }, service, true);
  }

  /** Istio takes a server name only of the hosts of the VirtualService. */
  public furtherHosts(service: StreamService, split: StreamSplit): string[] {
    const hosts = this.rules('tls', service, split).map(({ sniHost }) => sniHost!).filter((sniHost) => !isHostWithin(sniHost, service.host));
    return [...new Set(hosts)].sort();
  }
}

/** Where the connections of a port go unless a rule says otherwise. */
export type StreamSplit = (port: number) => Pick<StreamLayer, 'owner' | 'destinations'> | undefined;

/** Behind every rule, whatever its priority. */
const LAST = Number.NEGATIVE_INFINITY;

function generalLayer(kind: StreamKind, split: ReturnType<StreamSplit>): StreamLayer[] {
  return split ? [{ ...split, kind, match: {}, priority: LAST }] : [];
}

function byName({ owner, kind, match, priority = 0, destinations }: StreamLayer, port: MeshPort, { names }: StreamService): StreamRule[] {
  const rule = { owner, port, match, priority, destinations };
  return kind === 'tcp' ? [rule] : (match.sniHosts ?? names).map((sniHost) => ({ ...rule, sniHost }));
}

/**
 * The exact server name before a wildcard and the longer before the shorter, which Envoy does whatever the order; then the
 * higher priority, then more conditions. What is still equal is put in the order of its text.
 */
function compareRules(a: StreamRule, b: StreamRule): number {
  const [x, y] = [rank(a), rank(b)];
  const at = x.findIndex((value, index) => value !== y[index]);
  return at < 0 ? (ruleKey(a) < ruleKey(b) ? -1 : 1) : y[at] - x[at];
}

function rank({ sniHost, match, priority }: StreamRule): number[] {
  return [
    sniHost?.startsWith('*') ? 0 : 1,
    sniHost?.length ?? 0,
    priority,
    conditions(match),
  ];
}

function conditions({ port, sourceLabels, sourceNamespace, destinationSubnets }: StreamMatch): number {
  return Object.keys(sourceLabels ?? {}).length
    + [port, sourceNamespace, destinationSubnets].filter((condition) => condition !== undefined).length;
}

/** The earlier rule for the same port that leaves nothing for this one. */
function takerOf(rule: StreamRule, rules: readonly StreamRule[]): StreamRule | undefined {
  return rules.slice(0, rules.indexOf(rule)).find((earlier) => takesAll(earlier, rule));
}

/** Whether the earlier rule takes every connection of the later one. */
function takesAll(earlier: StreamRule, later: StreamRule): boolean {
  const [a, b] = [earlier.match, later.match];
  return earlier.sniHost === later.sniHost
    && Object.entries(a.sourceLabels ?? {}).every(([key, value]) => b.sourceLabels?.[key] === value)
    && (a.sourceNamespace === undefined || a.sourceNamespace === b.sourceNamespace)
    && (a.destinationSubnets === undefined || (b.destinationSubnets?.every((subnet) => a.destinationSubnets!.includes(subnet)) ?? false));
}

function ruleKey({ sniHost, match: { sourceLabels, sourceNamespace, destinationSubnets } }: StreamRule): string {
  return JSON.stringify([sniHost ?? null, Object.entries(sourceLabels ?? {}).sort(), sourceNamespace ?? null, [...destinationSubnets ?? []].sort()]);
}

function renderTcp(rule: StreamRule, service: StreamService): Spec<VirtualServiceSpecTcp> {
  const match = renderMatch(rule, service);
  const everything = Object.values(match).every((condition) => condition === undefined);
  return { match: everything ? undefined : [match], route: renderDestinations(rule, service) };
}

function renderTls(rule: StreamRule, service: StreamService): Spec<VirtualServiceSpecTls> {
  return { match: [{ ...renderMatch(rule, service), sniHosts: [rule.sniHost!] }], route: renderDestinations(rule, service) };
}

function renderMatch({ port, match }: StreamRule, { ports }: StreamService) {
  const { sourceLabels, sourceNamespace, destinationSubnets } = match;
  return { port: ports.length > 1 ? port.number : undefined, destinationSubnets, sourceLabels, sourceNamespace };
}

function renderDestinations(
  { destinations, port: own }: Pick<StreamRule, 'destinations' | 'port'>, { host: ownHost, ports }: StreamService, alwaysPort: boolean = false,
) {
  return summedUp(destinations.map((destination) => {
    const { subset, weight } = destination;
    const elsewhere = destination instanceof ServiceDestination ? streamPort(destination, streamKindOf(own)!) : undefined;
    const port = elsewhere ?? (alwaysPort || ports.length > 1 ? own : undefined);
    return { destination: { host: (elsewhere && destination.host) ?? ownHost, subset, port: port && { number: port.number } }, weight };
  }));
}

/** Shares that differ in nothing but headers, as those of a cookie do, are one where there are no headers. */
function summedUp<T extends { readonly destination: object; readonly weight: number | undefined }>(shares: readonly T[]): T[] {
  const all = new Map<string, T>();
  for (const share of shares) {
    const key = JSON.stringify(share.destination);
    const same = all.get(key);
    all.set(key, same ? { ...same, weight: (same.weight ?? 0) + (share.weight ?? 0) } : share);
  }
  return [...all.values()];
}

/** The port of another service that connections of a kind go to. Throws when it must be said which. */
export function streamPort({ service, portAsked }: ServiceDestination, kind: StreamKind): MeshPort {
  const path = `[${service.node.path}]`;
  const { streams } = service._ports;
  if (portAsked !== undefined) {
    const port = streams.find(({ number }) => number === portAsked);
    if (!port) throw new Error(`${path} there is no port ${portAsked}; the Service has ${service._ports.list()}.`);
    return port;
  }
  const ofKind = streams.filter((port) => streamKindOf(port) === kind);
  if (ofKind.length === 1) return ofKind[0];
  if (streams.length === 1) return streams[0];
  throw new Error(`${path} ${ofKind.length === 0 ? 'no port is known to carry' : 'several ports carry'} ${kind.toUpperCase()}; the Service has ${service._ports.list()}. Give the port that is meant.`);
}
