import { IConstruct } from 'constructs';
import { AllowPolicies } from './allow-policies';
import { AllowRule } from './allow-rule';
import { zeroTrustOf } from './zero-trust-registry';
import { callerNamespaces, callsFrom } from '../model/called-hosts';
import { IMeshCaller } from '../model/identity';
import { MeshService } from '../model/mesh-service';
import { IMeshTarget } from '../model/mesh-target';

/** One edge of a call graph: who may call whom, and how. */
export interface CallEdge {
  /** `NAMESPACE/NAME`, as `shop/frontend`; undefined for callers without an identity (`allowPlaintext`, `allowScrape`). */
  readonly caller?: string;
  /** `NAMESPACE/NAME`, as `data/payments`, or the host of what is outside of the cluster. */
  readonly target: string;
  /** The ports: those of the Service for a `MeshService`, the pods' own for a `MeshWorkload`; undefined for every port. */
  readonly ports?: number[];
  /** The HTTP methods; undefined for all. */
  readonly methods?: string[];
  /** The paths as an AuthorizationPolicy has them, `/reviews/*` say; undefined for all. */
  readonly paths?: string[];
  /**
   * Whether a policy of this App refuses every other call there: not for services of other teams and hosts outside, which
   * callers are only let out to.
   */
  readonly guarded: boolean;
}

/** What is allowed in some namespaces and what their callers are let out to, each once, in an order of its own. */
export function edgesOf(app: IConstruct, namespaces: readonly string[]): CallEdge[] {
  const guarded = namespaces.flatMap((namespace) => AllowPolicies.of(app, namespace).rules).map((rule) => edgeOf(rule, true));
  const out = namespaces.flatMap((namespace) => callsFrom(app, namespace))
    .filter(({ target, letOut }) => letOut && !(namespaces.includes(target.namespace) && knowsPods(target)))
    .map(({ caller, target, options }) => {
      const isGuarded = knowsPods(target) && zeroTrustOf(app, target.namespace) !== undefined;
      return edgeOf(new AllowRule({ caller, target, ...options }), isGuarded);
    });
  const edges = new Map([...guarded, ...out].map((edge) => [titleOf(edge), edge]));
  return [...edges].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, edge]) => edge);
}

/** `shop/frontend → shop/reviews: port 80, GET, /reviews/*`. */
export function titleOf({ caller = 'anyone without an identity', target, ports, methods, paths, guarded }: CallEdge): string {
  const how = [
    ports === undefined ? 'every port' : `port${ports.length > 1 ? 's' : ''} ${ports.join(', ')}`, methods?.join(' '), paths?.join(' '), guarded ? undefined : 'let out only',
  ];
  return `${caller} → ${target}: ${how.filter((part) => part !== undefined).join('; ')}`;
}

/** Whether a policy can be written for it. */
export function knowsPods(target: IMeshTarget): boolean {
  return !(target instanceof MeshService) || target._knowsPods;
}

function edgeOf({ caller, target, allowed: { ports, methods, paths } }: AllowRule, guarded: boolean): CallEdge {
  return {
    caller: caller && callerTitle(caller),
    target: target instanceof MeshService && target._isExternalHost ? target.host : `${target.namespace}/${target.name}`,
    ports: ports && [...ports],
    methods: methods && [...methods],
    paths: paths && [...paths],
    guarded,
  };
}

function callerTitle(caller: IMeshCaller): string {
  const [namespace, ...others] = callerNamespaces(caller);
  return namespace === undefined || others.length > 0 ? caller.callerName : `${namespace}/${caller.callerName}`;
}
