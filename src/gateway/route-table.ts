import { Construct } from 'constructs';
import { claimsNeverThere } from './claim-routes';
import { GatewayAnswerOptions, GatewayDelegateOptions, GatewayRouteOptions } from './route-options';
import { Choice, Reached, eachAlone, eachFirstMatch } from '../model/first-match';
import { checkOptions } from '../model/given';
import { HttpMatch } from '../model/http-match';
import { HttpRoute, renderMatch, renderRoute } from '../model/http-routes';
import { locatedAt } from '../model/located-at';
import { EVERY_REQUEST, MatchAtom, MatchAtoms, covers, readsClaims } from '../model/match-atom';
import { bySpecificity, matchKey } from '../model/match-order';
import { MeshService } from '../model/mesh-service';
import { RouteLayer, RouteLayers, RouteValue } from '../model/route-layers';
import { uniquelyNamed } from '../model/rule-names';
import { delegationConflict } from '../semantics/delegation';
import { describeValue } from '../semantics/describe-value';
import { isLabelValue } from '../semantics/kubernetes-name';
import { DirectResponse } from '../traffic/direct-response';
import { Redirect } from '../traffic/redirect';
import { delegateNamed } from '../traffic/route-action';
import { RoutePolicy, policyLayers, withContentType } from '../traffic/route-policy';

/** One alternative of a route's match: each ranks by itself. */
interface Entry extends Choice {
  /** For messages: what the requests are led to. */
  readonly target: string;
  readonly priority: number;
  readonly name?: string;
  readonly layers: readonly RouteLayer[];
  readonly service?: MeshService;
  readonly port?: number;
}

/** What a table knows of the place that its rules are written for. */
export interface TablePlace {
  /** The gateways that its VirtualService is bound to; none where another VirtualService delegates to it. */
  readonly gateways?: readonly string[];
  /** Whether a destination always says its port: on the mesh, the one that was called would be taken. */
  readonly alwaysPort: boolean;
  /** What is matched before a request comes to the table. */
  readonly within?: MatchAtoms;
}

/** Routes of one VirtualService that is no service's own: which requests are led where, in the order in which they are tried. */
export class RouteTable {
  private readonly entries: Entry[] = [];

  constructor(private readonly owner: Construct, private readonly place: TablePlace) {}

  public addRoute(match: HttpMatch, service: MeshService, options: GatewayRouteOptions): void {
    if (!(service instanceof MeshService)) throw this.error(`addRoute: the service is ${describeValue(service)}. Give a MeshService.`);
    this.checkOptions('addRoute', options);
    const { port } = options;
    if (port !== undefined && !Number.isInteger(port)) throw this.error(`addRoute: \`port\` is ${describeValue(port)}. Give the number of a port of the Service.`);
    this.add('addRoute', match, options, { target: service.host, service, port });
  }

  public addRedirect(match: HttpMatch, redirect: Redirect, options: GatewayAnswerOptions): void {
    if (!(redirect instanceof Redirect)) throw this.error(`addRedirect: the redirect is ${describeValue(redirect)}. Say for example Redirect.toHttps().`);
    this.checkOptions('addRedirect', options);
    this.add('addRedirect', match, options, { target: 'a redirect' }, { redirect: redirect._spec });
  }

  public addResponse(match: HttpMatch, response: DirectResponse, options: GatewayAnswerOptions): void {
    if (!(response instanceof DirectResponse)) throw this.error(`addResponse: the response is ${describeValue(response)}. Say for example DirectResponse.text(503, 'closed').`);
    this.checkOptions('addResponse', options);
    const typed = withContentType(options, response._contentType);
    this.add('addResponse', match, typed, { target: 'a direct response' }, { directResponse: response._spec });
  }

  public addDelegate(match: HttpMatch, delegate: string, options: GatewayDelegateOptions): void {
    const value = locatedAt(this.owner, () => ({ delegate: delegateNamed(delegate) }));
    this.checkOptions('addDelegate', options);
    this.add('addDelegate', match, options, { target: `the delegate ${delegate}` }, value);
  }

  /** The rules in the order in which Istio must try them. */
  public rules(): HttpRoute[] {
    return this.walk().rules;
  }

  public mistakes(): string[] {
    if (this.entries.length === 0) return ['no route was added, so every request would get a 404. Call addRoute(match, service).'];
    try {
      const { rules, reached } = this.walk();
      return [
        ...this.place.gateways && this.entries.some(({ requests }) => readsClaims(requests)) ? claimsNeverThere(this.owner, this.place.gateways) : [],
        ...rules.flatMap((rule) => this.dropped(rule)),
        ...this.entries.filter((entry) => !reached.has(entry)).map((entry) =>
          `the route for ${describeMatch(entry.requests)} to ${entry.target} is never reached: routes that are tried before it take all of its requests. `
          + 'Give it a higher `priority` or a more specific match, or remove it.'),
      ];
    } catch (error) {
      return [(error as Error).message];
    }
  }

  private add(
    method: string, match: HttpMatch, options: RoutePolicy & { name?: string }, entry: Pick<Entry, 'target' | 'service' | 'port'>, action?: RouteValue,
  ): void {
    this.checkMatch(method, match);
    const { name } = options;
    if (name !== undefined && (typeof name !== 'string' || name === '' || !isLabelValue(name))) {
      throw this.error(`${method}: \`name\` is ${describeValue(name)}. Letters, digits, dashes, dots and underscores are allowed, at most 63.`);
    }
    // Its options are for all of these requests, so that the service's own never fill in for some of them.
    const atoms = [...match._atoms];
    const layers = [
      ...action ? [{ owner: this.owner, aspect: 'action' as const, match: atoms, value: action }] : [],
      ...locatedAt(this.owner, () => policyLayers(this.owner, atoms, options)),
    ];
    for (const atom of atoms) {
      const key = matchKey([atom]);
      const taken = this.entries.find(({ requests }) => matchKey(requests) === key);
      if (taken) throw this.error(`the same requests are led to both ${taken.target} and ${entry.target}. Keep one route, or make one match more specific.`);
      this.entries.push({ ...entry, requests: [atom], priority: options.priority ?? 0, name, layers });
    }
  }

  private walk(): { rules: HttpRoute[]; reached: Set<Entry> } {
    const sorted = [...this.entries].sort((a, b) => b.priority - a.priority || bySpecificity(a.requests, b.requests));
    const choices = eachAlone(sorted.map((entry) => ({ entry, requests: entry.requests })));
    const taken = new Reached();
    const before = new Reached();
    const reached = new Set<Entry>();
    const rules: { rule: HttpRoute; entry: Entry | undefined }[] = [];
    eachFirstMatch(EVERY_REQUEST, choices, taken, (part, choice) => {
      const open = taken.take(part);
      if (open.length === 0) return;
      if (choice) reached.add(choice.entry);
      rules.push(...(choice ? this.rulesOf(choice.entry, open, before) : this.notFound(open)).map((rule) => withName(rule, choice?.entry)));
      before.take(open);
    });
    // What no rule matches is not found anyway.
    while (rules.length > 0 && !rules.at(-1)!.entry) rules.pop();
    return { rules: uniquelyNamed(rules.map(({ rule }) => rule)), reached };
  }

  /** An exception that no route is for, and that the rule behind it would take. */
  private notFound(requests: MatchAtoms): HttpRoute[] {
    return renderRoute({ match: this.boundTo(requests), value: { directResponse: { status: 404 } } }, '');
  }

  /** @param before what rules of other entries take: the service's own may be about that alone */
  private rulesOf({ service, port: number, layers, requests: own }: Entry, requests: MatchAtoms, before: Reached): HttpRoute[] {
    if (!service) return new RouteLayers().routes(this.boundTo(requests), layersFor(own, layers)).flatMap((route) => renderRoute(route, ''));
    const port = service._ports.httpPort(number);
    const destinationPort = service._ports.needNumber || this.place.alwaysPort ? port.number : undefined;
    const change = layers.find(({ match, value }) => value.rewrite?.path && covers(match, own))?.value.rewrite?.path;
    const ofService = change ? service._routeLayers.beforeRewrite(change, own[0].uri) : service._routeLayers;
    const routes = ofService.routes(requests.map((atom) => ({ ...atom, port: port.number })), layersFor(own, layers));
    return routes.flatMap(({ match, ...route }) => {
      const here = before.without(this.boundTo(match.map(({ port: _, ...atom }) => atom)));
      return here.length === 0 ? [] : renderRoute({ ...route, match: here }, service.host, destinationPort);
    });
  }

  /**
   * What of a service's own rules is asked at this place. At a gateway the caller is the gateway, never a pod with labels;
   * and a gateway that is the only one need not be named.
   */
  private boundTo(atoms: MatchAtoms): MatchAtoms {
    const { gateways } = this.place;
    if (!gateways) return atoms;
    return atoms.flatMap(({ gateways: named, ...atom }): MatchAtom[] => {
      if (atom.sourceLabels || atom.sourceNamespace !== undefined) return [];
      const here = named && gateways.filter((gateway) => named.includes(gateway));
      if (!here || here.length === gateways.length) return [atom];
      return here.length === 0 ? [] : [{ ...atom, gateways: here }];
    });
  }

  /** Istio drops a rule of a delegate that is not plainly within the rule that delegates. */
  private dropped({ match: leaves = [] }: HttpRoute): string[] {
    const roots = this.place.within && renderMatch(this.place.within);
    if (!roots) return [];
    return leaves.flatMap((leaf) => {
      const conflicts = roots.map((root) => delegationConflict(root, leaf));
      if (conflicts.includes(undefined)) return [];
      return [
        `the rule for ${JSON.stringify(leaf)} does not fit within ${roots.map((root) => JSON.stringify(root)).join(' or ')}: ${conflicts[0]}. `
        + 'Istio joins the two only where one is plainly within the other (a prefix or an exact path below a prefix), and else drops the rule, so its requests get a 404. '
        + 'Match the whole path, as clients send it, or leave that condition out of one of the two.',
      ];
    });
  }

  private checkOptions(method: string, options: unknown): void {
    locatedAt(this.owner, () => checkOptions(method, options, '{ priority: 10 }'));
  }

  private checkMatch(method: string, match: HttpMatch): void {
    if (!(match instanceof HttpMatch)) {
      throw this.error(`${method}: the match is ${describeValue(match)}. Say for example HttpMatch.path(StringMatch.prefix('/')).`);
    }
    const { gateways } = this.place;
    for (const atom of match._atoms.flatMap((one) => [one, ...one.except ?? []])) {
      if (atom.port !== undefined) {
        throw this.error('a match by port is about a Service\'s port, which a request at a gateway does not name. Give the service\'s port as an option of addRoute.');
      }
      if (gateways && (atom.sourceLabels || atom.sourceNamespace !== undefined)) {
        throw this.error('a match by the labels or the namespace of the caller says nothing at a gateway, as requests come from outside. Leave it out; to tell clients apart, match a header.');
      }
      if (!gateways && readsClaims([atom])) {
        throw this.error('a match by a claim of a token stands in routes that another VirtualService delegates to, and Istio takes it only where gateways are named. Match the claim in the route that delegates: `addDelegate` of GatewayRoutes.');
      }
      const unknown = atom.gateways?.find((gateway) => !gateways?.includes(gateway));
      if (unknown !== undefined) {
        throw this.error(`a match names the gateway ${unknown}, ${gateways ? `but the routes are for ${gateways.join(', ')}` : 'and a delegate is bound to none'}. `
          + (gateways ? 'Name one of those, or add it to `gateways`.' : 'Match the gateway in the route that delegates.'));
      }
    }
  }

  private error(message: string): Error {
    return new Error(`[${this.owner.node.path}] ${message}`);
  }
}

/**
 * What is said of one alternative, for requests that are known to match it. What it excepts, and what other alternatives
 * take, has rules before: asked again, it would have rules that nothing reaches.
 */
function layersFor(own: MatchAtoms, layers: readonly RouteLayer[]): RouteLayer[] {
  return layers.filter(({ match }) => match.some((atom) => own.includes(atom))).map((layer) => ({ ...layer, match: EVERY_REQUEST }));
}

/** A rule that its service names is found by that name, by an engine say. */
function withName(rule: HttpRoute, entry: Entry | undefined): { rule: HttpRoute; entry: Entry | undefined } {
  return { rule: entry?.name === undefined || rule.name !== undefined ? rule : { ...rule, name: entry.name }, entry };
}

/** As it stands in a VirtualService. */
function describeMatch(atoms: MatchAtoms): string {
  return JSON.stringify(renderMatch(atoms)?.[0] ?? {});
}
