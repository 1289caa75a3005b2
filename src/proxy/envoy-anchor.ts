import { EnvoyClusterOptions, EnvoyListenerOptions, EnvoyRouteOptions } from './envoy-anchor-options';
import { EnvoyChange } from './envoy-change';
import { clusterMatch, listenerMatch, routeMatch } from './envoy-match';
import type { EnvoyPatchContext } from './envoy-patch-context';
import { checkEnvoyValue } from './envoy-value';
import { HTTP_CONNECTION_MANAGER, HTTP_ROUTER, httpFilterMatch } from '../model/envoy-listener';
import { checkOptions } from '../model/given';
import { describeValue } from '../semantics/describe-value';

type Operation = 'INSERT_FIRST' | 'INSERT_BEFORE' | 'INSERT_AFTER' | 'MERGE' | 'REPLACE' | 'REMOVE' | 'ADD';

/** How each is called. */
const METHODS: Readonly<Record<Operation, string>> = {
  INSERT_FIRST: 'insertFirst', INSERT_BEFORE: 'insertBefore', INSERT_AFTER: 'insertAfter', MERGE: 'merge', REPLACE: 'replace', REMOVE: 'remove', ADD: 'add',
};

const IN_A_LIST: readonly Operation[] = ['INSERT_BEFORE', 'INSERT_AFTER', 'MERGE', 'REPLACE', 'REMOVE'];
const ALONE: readonly Operation[] = ['MERGE', 'REMOVE'];

/**
 * A place in the configuration that Istio makes for Envoy, and what can be done there. What Istio would ignore in such a place is an
 * error.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/
 */
export class EnvoyAnchor {
  /** The name of the HTTP filter that comes last and sends requests on: almost everything is inserted before it. */
  public static readonly ROUTER: string = HTTP_ROUTER;

  /**
   * An HTTP filter by its name, such as `envoy.filters.http.router`: `insertBefore`, `insertAfter`, `merge`, `replace`, `remove`.
   * Where there is no such filter, nothing happens.
   */
  public static httpFilter(filter: string, options: EnvoyListenerOptions = {}): EnvoyAnchor {
    const title = titled('httpFilter', filter);
    checkName(title, 'filter', filter, HTTP_ROUTER);
    checkOptions(title, options, '{ port: 9080 }');
    // The router answers: nothing comes after it, and without it nothing is answered.
    const allowed = IN_A_LIST.filter((operation) => filter !== HTTP_ROUTER || (operation !== 'INSERT_AFTER' && operation !== 'REMOVE'));
    return new EnvoyAnchor(title, 'HTTP_FILTER', allowed, (context) =>
      listenerMatch(title, options, context, 'HTTP filters', (port, chain) => httpFilterMatch(port, filter, chain)));
  }

  /** The list of HTTP filters: `insertFirst`, which comes before authentication and authorization. */
  public static httpFilters(options: EnvoyListenerOptions = {}): EnvoyAnchor {
    checkOptions('EnvoyAnchor.httpFilters', options, '{ port: 9080 }');
    return new EnvoyAnchor('EnvoyAnchor.httpFilters()', 'HTTP_FILTER', ['INSERT_FIRST'], (context) =>
      listenerMatch('EnvoyAnchor.httpFilters()', options, context, 'HTTP filters', (port, chain) => httpFilterMatch(port, undefined, chain)));
  }

  /**
   * A network filter by its name, such as `envoy.filters.network.tcp_proxy`: `insertBefore`, `insertAfter`, `merge`, `replace`,
   * `remove`.
   */
  public static networkFilter(filter: string, options: EnvoyListenerOptions = {}): EnvoyAnchor {
    const title = titled('networkFilter', filter);
    checkName(title, 'filter', filter, 'envoy.filters.network.tcp_proxy');
    checkOptions(title, options, '{ port: 3306 }');
    const http = filter === HTTP_CONNECTION_MANAGER ? 'the HTTP connection manager and its filters' : undefined;
    return new EnvoyAnchor(title, 'NETWORK_FILTER', IN_A_LIST, (context) =>
      listenerMatch(title, options, context, http, (portNumber, chain) => ({ portNumber, filterChain: { ...chain, filter: { name: filter } } })));
  }

  /** Whole listeners: `merge`, `remove`. What is merged into lists is added to them. */
  public static listener(options: EnvoyListenerOptions = {}): EnvoyAnchor {
    checkOptions('EnvoyAnchor.listener', options, '{ port: 9080 }');
    return new EnvoyAnchor('EnvoyAnchor.listener()', 'LISTENER', ALONE, (context) =>
      listenerMatch('EnvoyAnchor.listener()', options, context, undefined, (portNumber, chain) => {
        if (Object.keys(chain).length > 0) throw new Error('EnvoyAnchor.listener(): it is whole listeners, and `filterChain` or `sni` choose among the chains of one. Say EnvoyAnchor.filterChain().');
        return { portNumber };
      }));
  }

  /** Filter chains of listeners: `merge`, `remove`. */
  public static filterChain(options: EnvoyListenerOptions = {}): EnvoyAnchor {
    checkOptions('EnvoyAnchor.filterChain', options, '{ port: 9080 }');
    return new EnvoyAnchor('EnvoyAnchor.filterChain()', 'FILTER_CHAIN', ALONE, (context) =>
      listenerMatch('EnvoyAnchor.filterChain()', options, context, undefined, (portNumber, filterChain) =>
        ({ portNumber, filterChain: Object.keys(filterChain).length === 0 ? undefined : filterChain })));
  }

  /** Clusters by what they lead to: `merge`, `remove`. */
  public static cluster(options: EnvoyClusterOptions): EnvoyAnchor {
    checkOptions('EnvoyAnchor.cluster', options, '{ service: reviews, port: 9080 }');
    const title = 'EnvoyAnchor.cluster()';
    if (Object.values(options).every((value) => value === undefined)) throw new Error(`${title}: it says nothing, so it is every cluster. Say which: { service: reviews }; or EnvoyAnchor.clusters() for all of them.`);
    return new EnvoyAnchor(title, 'CLUSTER', ALONE, (context) => clusterMatch(title, options, context));
  }

  /** All clusters: `add` one of your own, or `merge` into every one. */
  public static clusters(): EnvoyAnchor {
    return new EnvoyAnchor('EnvoyAnchor.clusters()', 'CLUSTER', ['ADD', 'MERGE'], () => ({}));
  }

  /** Whole route configurations: `merge`. */
  public static routeConfiguration(options: EnvoyRouteOptions = {}): EnvoyAnchor {
    const title = 'EnvoyAnchor.routeConfiguration()';
    checkOptions(title, options, "{ routeConfiguration: '9080' }");
    if (options.virtualHost !== undefined || options.domain !== undefined) {
      throw new Error(`${title}: it is whole route configurations, and Istio ignores \`virtualHost\` and \`domain\` there. Say EnvoyAnchor.virtualHost().`);
    }
    return new EnvoyAnchor(title, 'ROUTE_CONFIGURATION', ['MERGE'], (context) => routeMatch(title, options, context, undefined));
  }

  /** Virtual hosts: what the routes of a host are called together. `merge`, `remove`. */
  public static virtualHost(options: EnvoyRouteOptions = {}): EnvoyAnchor {
    checkOptions('EnvoyAnchor.virtualHost', options, "{ domain: 'shop.example.com' }");
    return new EnvoyAnchor('EnvoyAnchor.virtualHost()', 'VIRTUAL_HOST', ALONE, (context) =>
      routeMatch('EnvoyAnchor.virtualHost()', options, context, undefined));
  }

  /** A route by its name, which is that of the rule in its VirtualService: `merge`, `remove`, `insertBefore`, `insertAfter`. */
  public static route(name: string, options: EnvoyRouteOptions = {}): EnvoyAnchor {
    const title = titled('route', name);
    checkName(title, 'route', name, 'reviews-canary');
    checkOptions(title, options, "{ domain: 'shop.example.com' }");
    return new EnvoyAnchor(title, 'HTTP_ROUTE', ['MERGE', 'REMOVE', 'INSERT_BEFORE', 'INSERT_AFTER'], (context) =>
      routeMatch(title, options, context, name));
  }

  private constructor(
    private readonly title: string,
    private readonly applyTo: string,
    private readonly allowed: readonly Operation[],
    private readonly match: (context: EnvoyPatchContext) => object,
  ) {}

  /** Puts something at the beginning of the list. */
  public insertFirst(value: any): EnvoyChange {
    return this.change('INSERT_FIRST', value);
  }

  /** Puts something before it. */
  public insertBefore(value: any): EnvoyChange {
    return this.change('INSERT_BEFORE', value);
  }

  /** Puts something after it. */
  public insertAfter(value: any): EnvoyChange {
    return this.change('INSERT_AFTER', value);
  }

  /** Changes some of its fields, as protobuf merges: fields are replaced, lists get longer. */
  public merge(value: any): EnvoyChange {
    return this.change('MERGE', value);
  }

  /** Puts something else in its place. */
  public replace(value: any): EnvoyChange {
    return this.change('REPLACE', value);
  }

  /** Adds one. */
  public add(value: any): EnvoyChange {
    return this.change('ADD', value);
  }

  /** Takes it out. */
  public remove(): EnvoyChange {
    return this.change('REMOVE', undefined);
  }

  private change(operation: Operation, value: unknown): EnvoyChange {
    const { title, applyTo, allowed, match } = this;
    const what = `${title}.${METHODS[operation]}`;
    if (!allowed.includes(operation)) {
      throw new Error(`${what}: Istio would ignore it, or no request would be answered. Here are ${allowed.map((each) => METHODS[each]).join(', ')}.`);
    }
    if (operation !== 'REMOVE') checkEnvoyValue(what, value, applyTo.endsWith('FILTER') && operation !== 'MERGE');
    return EnvoyChange._of(what, (context) => ({ applyTo, match: match(context), patch: { operation, ...operation === 'REMOVE' ? {} : { value } } }));
  }
}

function titled(factory: string, name: unknown): string {
  return `EnvoyAnchor.${factory}(${describeValue(name)})`;
}

function checkName(title: string, what: string, name: unknown, example: string): void {
  if (typeof name !== 'string' || name === '') throw new Error(`${title}: that is no name of a ${what}. Give one, for example '${example}'.`);
}
