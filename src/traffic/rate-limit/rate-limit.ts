import { ApiObject, ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { CheckedLimit, checkedLimit, checkedRate, within } from './checked-limit';
import { Descriptor, descriptorsOf } from './descriptors';
import { UNITS } from './descriptors-file';
import { FilterSettings } from './filter-settings';
import { globalFilter } from './global-filter';
import { localFilter } from './local-filter';
import { pointlessLimits } from './pointless-limits';
import { RateLimitEnforcement } from './rate-limit-enforcement';
import { RateLimitEngine } from './rate-limit-engine';
import { RequestLimit, RequestRate } from './request-limit';
import type { EnvoyFilterSpec } from '../../imports/networking.istio.io';
import { HTTP_ROUTER, httpFilterMatch } from '../../model/envoy-listener';
import { checkFlags, checkList, checkProps, checkTarget } from '../../model/given';
import { IstioObject } from '../../model/istio-object';
import { selects } from '../../model/kubernetes-object';
import { locatedAt } from '../../model/located-at';
import { IMeshTarget } from '../../model/mesh-target';
import { validateOncePerSynth } from '../../model/once-per-synth';
import { keepPodsFresh, podsOf } from '../../model/pod-index';
import { registerConstruct } from '../../model/registered-construct';
import { selectorTooWide } from '../../model/selector-width';
import { Silence } from '../../model/silence';
import { checkPorts, targetPorts } from '../../model/target-ports';
import { describeValue } from '../../semantics/describe-value';
import { HEADER_VALUE_FIX, changedHeaderNameProblem, headerValueProblem, isHeaderName } from '../../semantics/http-header';
import { shortName } from '../../semantics/kubernetes-name';

export interface RateLimitProps {
  /**
   * Whose requests are limited: what comes in to the pods of a `MeshService` or a `MeshWorkload`. Their sidecars do it.
   *
   * @default - the pods of `gateway`
   */
  readonly target?: IMeshTarget;
  /**
   * The gateway whose requests are limited: its pods, as `MeshWorkload.fromLabels(...)`, say.
   *
   * @default - the pods of `target`
   */
  readonly gateway?: IMeshTarget;
  /**
   * On which ports: the Service's for a `MeshService`, the pods' own for a `MeshWorkload`. Each port is counted by itself.
   *
   * @default - a MeshService's HTTP ports; all that carry HTTP of a workload or a gateway
   */
  readonly ports?: number[];
  /** The limits. A request has to keep every one that it is about, whatever their order. At least one. */
  readonly limits: RequestLimit[];
  /**
   * The limit of the requests that none of `limits` is about.
   *
   * @default - none: they are not limited
   */
  readonly otherwise?: RequestRate;
  /**
   * Who counts: every proxy for itself, or a rate limit service for all of them together.
   *
   * @default RateLimitEngine.local()
   */
  readonly engine?: RateLimitEngine;
  /**
   * Whether requests beyond a limit are refused, or only counted.
   *
   * @default RateLimitEnforcement.full()
   */
  readonly enforcement?: RateLimitEnforcement;
  /**
   * Whether answers say what is left, in `x-ratelimit-limit`, `x-ratelimit-remaining` and `x-ratelimit-reset`: of the limit
   * that is closest to its end. Whoever tries out a limit learns from it, too.
   *
   * @default false
   */
  readonly rateLimitHeaders?: boolean;
  /**
   * Headers of the answer to a request that is refused.
   *
   * @default - none
   */
  readonly responseHeaders?: { readonly [name: string]: string };
  /**
   * Labels, annotations and the name of the EnvoyFilter. Its namespace is that of the pods.
   *
   * @default - the name `TARGET-rate-limit`
   */
  readonly metadata?: ApiObjectMetadata;
}

/** After those who give none, and what asks nobody before what asks a service. */
const PRIORITIES = { local: 10, global: 20 };

/**
 * Limits on requests, where they arrive: in front of a service's pods or on a gateway. A request beyond a limit gets 429 (a
 * gRPC call: status 8, RESOURCE_EXHAUSTED) and never reaches the application.
 *
 * It writes an EnvoyFilter, as Istio has no kind of its own for this. Requests are counted after authentication and
 * authorization: what those refuse uses up no limit. Of several RateLimits for the same pods, a request has to keep all.
 *
 * @see https://istio.io/latest/docs/tasks/policy-enforcement/rate-limit/
 */
export class RateLimit extends Construct {
  /** The EnvoyFilter. */
  public readonly envoyFilter: ApiObject;
  /**
   * What the names of its counters in Envoy begin with: `PREFIX.http_local_rate_limit.rate_limited` (local), or end with:
   * `cluster.….ratelimit.PREFIX.over_limit` (global).
   */
  public readonly statPrefix: string;

  private readonly props: RateLimitProps;
  private readonly target: IMeshTarget;
  private readonly engine: RateLimitEngine;

  /** @throws if a limit cannot be kept or would never decide */
  constructor(scope: Construct, id: string, props: RateLimitProps) {
    super(scope, id);
    registerConstruct(this, RateLimit);
    locatedAt(this, () => checkProps(props, "new RateLimit(scope, 'id', { target, limits: [{ requests: 100, window: Duration.seconds(1) }] })"));
    this.props = props;
    this.engine = props.engine ?? RateLimitEngine.local();
    this.target = locatedAt(this, () => this.checkProps());
    this.statPrefix = props.metadata?.name ?? shortName(`${this.target.name}-rate-limit`);
    locatedAt(this, () => this.descriptors(false));
    keepPodsFresh(this);
    this.envoyFilter = new IstioObject<EnvoyFilterSpec>(this, 'Resource', {
      kind: 'EnvoyFilter',
      metadata: { ...props.metadata, name: this.statPrefix, namespace: this.target.namespace },
      spec: () => this.spec(),
    });
    Silence.finding(this.envoyFilter, 'MESH2108', 'written by RateLimit for the Envoy of Istio 1.31; to be tested before an upgrade');
    this.engine._global?.domain._add(() => this.descriptors(true));
    validateOncePerSynth(this, () => this.mistakes());
  }

  private spec(): any {
    const { ports } = this;
    const patch = { operation: 'INSERT_BEFORE', value: { name: `rate-limit.${this.statPrefix}`, typed_config: this.filter() } };
    return {
      workloadSelector: { labels: this.target.selector },
      priority: this.engine._global ? PRIORITIES.global : PRIORITIES.local,
      configPatches: (ports ?? [undefined]).map((portNumber) => ({
        applyTo: 'HTTP_FILTER',
        match: {
          context: this.props.gateway ? 'GATEWAY' : 'SIDECAR_INBOUND',
          // In the root namespace, an EnvoyFilter would select pods of every namespace.
          proxy: { metadata: { NAMESPACE: this.target.namespace } },
          listener: httpFilterMatch(portNumber, HTTP_ROUTER),
        },
        patch,
      })),
    };
  }

  private filter(): object {
    const settings: FilterSettings = {
      statPrefix: this.statPrefix,
      enforcement: this.props.enforcement ?? RateLimitEnforcement.full(),
      rateLimitHeaders: this.props.rateLimitHeaders ?? false,
      responseHeaders: this.props.responseHeaders ?? {},
    };
    const { _local, _global } = this.engine;
    if (!_global) return localFilter(settings, this.descriptors(true), _local!.maxKeys);
    const { domain, timeout, failureModeDeny } = _global;
    return globalFilter(settings, this.descriptors(true), {
      domain: domain.domain, host: domain.service.host, port: domain.port.number, timeout, failureModeDeny,
    });
  }

  /** The pods' ports that are meant; undefined for all. */
  private get ports(): number[] | undefined {
    const { gateway, ports } = this.props;
    // A gateway reads requests behind TLS, which its Service knows nothing of.
    if (gateway) return ports && targetPorts(gateway, ports, undefined);
    return targetPorts(this.target, ports, 'rate limits');
  }

  private limits(final: boolean): CheckedLimit[] {
    return this.props.limits.map((limit, index) => checkedLimit(limit, index, final));
  }

  private descriptors(final: boolean): Descriptor[] {
    const { otherwise } = this.props;
    const limits = this.limits(final);
    const general = otherwise === undefined ? undefined : within('otherwise', () => {
      checkProps(otherwise, 'otherwise: { requests: 100, window: Duration.seconds(1) }');
      return checkedRate(otherwise);
    });
    const [problem] = pointlessLimits(limits, general, this.engine._global !== undefined);
    if (problem) throw new Error(problem);
    const label = (limit: string) => (this.engine._global ? `${this.target.namespace}/${this.statPrefix}/${limit}` : limit);
    return descriptorsOf(limits, general, label).map((descriptor) => within(descriptor.name, () => this.checkEngine(descriptor)));
  }

  private checkEngine(descriptor: Descriptor): Descriptor {
    const { rate } = descriptor;
    if (this.engine._global) {
      if (UNITS[rate.seconds] === undefined) {
        throw new Error(`\`window\` is ${rate.seconds} s, and a rate limit service counts by the second, minute, hour or day. `
          + `Give for example Duration.${rate.seconds < 60 ? 'seconds(1) or Duration.minutes(1)' : rate.seconds < 3600 ? 'minutes(1) or Duration.hours(1)' : 'hours(1) or Duration.days(1)'}, and \`requests\` for it.`);
      }
      if (rate.burstGiven) throw new Error('`burst` is given, and a rate limit service knows none: all requests of a window may come at once. Leave it out, or add a second limit with a shorter window.');
    }
    if (this.props.gateway && rate.keys.some(({ _needsIdentity }) => _needsIdentity)) {
      throw new Error('`per` has RateLimitKey.caller(), and clients of a gateway have no identity in the mesh. Count by RateLimitKey.clientIp() or a header.');
    }
    return descriptor;
  }

  private mistakes(): string[] {
    try {
      void this.ports;
      void this.filter();
      return [...selectorTooWide(this.target, podsOf(this), 'it'), ...this.withoutProxy()];
    } catch (error) {
      return [(error as Error).message];
    }
  }

  /** Of pods that this App renders, as far as all of them say that they want no sidecar. */
  private withoutProxy(): string[] {
    const { selector, namespace, name } = this.target;
    const selected = podsOf(this).inNamespace(namespace).filter(({ facts }) => selects(selector, facts.labels));
    const refusing = selected.filter(({ facts }) => facts.proxy.refused !== undefined);
    if (this.props.gateway || refusing.length === 0 || refusing.length < selected.length) return [];
    return refusing.map(({ object, facts }) => `the ${object.kind} [${object.node.path}] says ${facts.proxy.refused}, so the pods of ${name} have no sidecar, and nothing would limit their requests. `
      + 'Take that out, or limit the requests at a gateway.');
  }

  /** What a program without types may get wrong, and what cannot become right later. */
  private checkProps(): IMeshTarget {
    const { target, gateway, ports, limits, engine, enforcement, rateLimitHeaders, responseHeaders = {}, metadata } = this.props;
    if ((target === undefined) === (gateway === undefined)) {
      throw new Error(`${target === undefined ? 'neither' : 'both'} \`target\` ${target === undefined ? 'nor' : 'and'} \`gateway\` are given. Give \`target\` for requests to a service, or \`gateway\` for those that come in from outside.`);
    }
    const pods: unknown = target ?? gateway;
    checkTarget(pods);
    checkPorts(ports);
    checkList('limits', limits, '[{ requests: 100, window: Duration.seconds(1) }]');
    if (limits.length === 0) throw new Error('`limits` is empty, so nothing would be limited. Give at least one, for example { requests: 100, window: Duration.seconds(1) }.');
    if (engine !== undefined && !(engine instanceof RateLimitEngine)) throw new Error(`\`engine\` is ${describeValue(engine)}. Say RateLimitEngine.local() or RateLimitEngine.shared(domain).`);
    if (enforcement !== undefined && !(enforcement instanceof RateLimitEnforcement)) {
      throw new Error(`\`enforcement\` is ${describeValue(enforcement)}. Say RateLimitEnforcement.full(), .shadow() or .partial(10).`);
    }
    checkFlags({ rateLimitHeaders });
    checkProps(responseHeaders, 'responseHeaders: { \'x-limited-by\': \'reviews\' }');
    for (const [name, value] of Object.entries(responseHeaders)) {
      const problem = isHeaderName(name) ? changedHeaderNameProblem(name) : 'has a character that no header name has';
      if (problem) throw new Error(`\`responseHeaders\`: the name "${name}" ${problem}. Letters, digits and dashes are usual, for example "x-limited-by".`);
      const wrong = typeof value === 'string' ? headerValueProblem(value) : 'is not a text';
      if (wrong) throw new Error(`\`responseHeaders\`: the value ${describeValue(value)} of ${name} ${wrong}. ${HEADER_VALUE_FIX}`);
    }
    if (metadata?.namespace !== undefined && metadata.namespace !== pods.namespace) {
      throw new Error(`\`metadata.namespace\` is ${metadata.namespace}, but the pods are in ${pods.namespace}, and an EnvoyFilter selects pods of its own namespace. Leave it out.`);
    }
    if (gateway) this.checkOutside();
    return pods;
  }

  private checkOutside(): void {
    for (const [index, limit] of this.props.limits.entries()) {
      const { name = `limit-${index + 1}`, callers, callerNamespaces } = limit ?? {};
      if (callers ?? callerNamespaces) {
        throw new Error(`limit "${name}": \`${callers ? 'callers' : 'callerNamespaces'}\` is given, and clients of a gateway have no identity in the mesh. Match by a header, or count \`per\` RateLimitKey.clientIp().`);
      }
    }
  }
}
