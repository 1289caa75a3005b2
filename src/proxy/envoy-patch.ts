import { ApiObject, ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { EnvoyChange } from './envoy-change';
import { EnvoyTraffic } from './envoy-traffic';
import type { EnvoyFilterSpec } from '../imports/networking.istio.io';
import { checkConstructProps, checkList, checkMember, checkProps } from '../model/given';
import { IstioObject } from '../model/istio-object';
import { locatedAt } from '../model/located-at';
import { validateOncePerSynth } from '../model/once-per-synth';
import { PolicyScope, checkScope } from '../model/policy-scope';
import { registerConstruct } from '../model/registered-construct';
import { Silence } from '../model/silence';
import { describeValue } from '../semantics/describe-value';
import { shortName } from '../semantics/kubernetes-name';

export interface EnvoyPatchProps {
  /** Whose proxies: those of a workload, of a namespace or of the mesh, or the gateway of a Kubernetes `Gateway`. */
  readonly scope: PolicyScope;
  /** What of them: what comes in, what is sent, or what a gateway does. */
  readonly traffic: EnvoyTraffic;
  /** The changes, in this order. At least one. */
  readonly changes: EnvoyChange[];
  /**
   * Why Istio's own kinds cannot do it: for whoever has to test it before the next upgrade. It silences the warning about
   * EnvoyFilters, and stands in the YAML.
   */
  readonly reason: string;
  /**
   * When it is applied: those with a smaller number first, and what they insert is there already. A whole number.
   *
   * @default 30, after the RateLimits of this library
   */
  readonly priority?: number;
  /**
   * The versions of Istio that it was tested with: `1.31` with all its patches, or `1.31.2`. Proxies of another version do without it.
   *
   * @default - all versions
   */
  readonly istioVersions?: string[];
  /**
   * Labels, annotations and the name of the EnvoyFilter. Its namespace is that of the scope.
   *
   * @default - the name `WORKLOAD-patch`, or `namespace-patch` and `mesh-patch` for all pods of them
   */
  readonly metadata?: ApiObjectMetadata;
}

/**
 * What Istio has no kind for: changes to the configuration that it makes for Envoy, in an EnvoyFilter. An escape hatch: what
 * it changes is no API and may change with any release, so it should be for as few proxies as possible, and tested before each upgrade.
 *
 * Proxies refuse a configuration that Envoy does not understand and keep what they had: then nothing of what is applied later
 * reaches them, policies too. So every extension has to say its type.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/
 */
export class EnvoyPatch extends Construct {
  /** The EnvoyFilter. */
  public readonly envoyFilter: ApiObject;

  private readonly props: EnvoyPatchProps;

  /** @throws if a change could match nothing, or would be ignored */
  constructor(parent: Construct, id: string, props: EnvoyPatchProps) {
    super(parent, id);
    registerConstruct(this, EnvoyPatch);
    checkConstructProps(this, props, "new EnvoyPatch(scope, 'id', { scope: PolicyScope.workload(reviews), traffic: EnvoyTraffic.INBOUND, reason: '…', changes: [EnvoyAnchor.httpFilter(EnvoyAnchor.ROUTER).insertBefore({ … })] })");
    this.props = props;
    const metadata = locatedAt(this, () => {
      this.checkProps();
      return this.metadata();
    });
    props.scope._watch(this);
    this.envoyFilter = new IstioObject<EnvoyFilterSpec>(this, 'Resource', { kind: 'EnvoyFilter', metadata, spec: () => locatedAt(this, () => this.spec()) });
    Silence.finding(this.envoyFilter, 'MESH2108', props.reason);
    validateOncePerSynth(this, () => this.mistakes());
  }

  private spec(): any {
    const { scope, changes, priority = DEFAULT_PRIORITY } = this.props;
    const { targetRefs } = scope._selection();
    const labels = scope._labels();
    const configPatches = changes.map((change) => this.patch(change));
    return { ...labels && { workloadSelector: { labels } }, ...targetRefs && { targetRefs }, priority, configPatches };
  }

  private patch(change: EnvoyChange): object {
    const { scope, traffic, istioVersions } = this.props;
    const { applyTo, match, patch } = change._render({ traffic, target: scope._target }) as { applyTo: string; match: object; patch: object };
    const proxy = {
      ...istioVersions && { proxyVersion: `^(${istioVersions.map((version) => version.replace(/\./g, '\\.')).join('|')})([.-].*)?$` },
      // In the root namespace, an EnvoyFilter would select pods of every namespace.
      ...scope._target && { metadata: { NAMESPACE: scope._namespace } },
    };
    return { applyTo, match: { context: traffic, ...Object.keys(proxy).length === 0 ? {} : { proxy }, ...match }, patch };
  }

  private mistakes(): string[] {
    try {
      void this.spec();
      return this.props.scope._mistakes(this);
    } catch (error) {
      return [(error as Error).message];
    }
  }

  private metadata(): ApiObjectMetadata {
    const { metadata = {}, scope } = this.props;
    checkProps(metadata, "metadata: { name: 'reviews-patch' }");
    if (metadata.namespace !== undefined && metadata.namespace !== scope._namespace) {
      throw new Error(`\`metadata.namespace\` is ${describeValue(metadata.namespace)}, and it is for ${scope._title}: it stands in ${scope._namespace}. Leave it out.`);
    }
    return { ...metadata, name: metadata.name ?? shortName(`${scope._name ?? (scope._isMesh ? 'mesh' : 'namespace')}-patch`), namespace: scope._namespace };
  }

  private checkProps(): void {
    const { scope, traffic, changes, reason, priority, istioVersions } = this.props;
    checkScope(scope);
    checkMember('traffic', traffic, 'EnvoyTraffic', EnvoyTraffic as { readonly [member: string]: string });
    checkList('changes', changes, '[EnvoyAnchor.httpFilter(EnvoyAnchor.ROUTER).insertBefore({ … })]');
    if (changes.length === 0) throw new Error('`changes` is empty, so nothing would be changed. Give at least one, for example EnvoyAnchor.httpFilter(EnvoyAnchor.ROUTER).insertBefore({ … }).');
    for (const change of changes) {
      if (!(change instanceof EnvoyChange)) throw new Error(`\`changes\` holds ${describeValue(change)}. Say where and what: EnvoyAnchor.httpFilter(EnvoyAnchor.ROUTER).insertBefore({ … }).`);
      change._render({ traffic, target: scope._target });
    }
    if (typeof reason !== 'string' || reason.trim() === '') throw new Error(`\`reason\` is ${describeValue(reason)}. Say why Istio's own kinds cannot do it, for whoever has to test it before the next upgrade.`);
    if (priority !== undefined && !(Number.isInteger(priority) && Math.abs(priority) <= MAX_PRIORITY)) {
      throw new Error(`\`priority\` is ${describeValue(priority)}. Give a whole number, for example 40: what is less comes first.`);
    }
    if (priority === 0) throw new Error('`priority` is 0, where Istio takes the order in which objects were made for it. Give another whole number: less than 0 comes before all that say nothing, more comes after.');
    if (scope._atWaypoint) throw new Error(`\`scope\` is ${scope._title}, and an EnvoyPatch is for sidecars and gateways: nothing of a waypoint would match. Say PolicyScope.workload(…) of what has a proxy of its own.`);
    if (scope._gateway !== undefined && traffic !== EnvoyTraffic.GATEWAY) throw new Error(`\`traffic\` is ${traffic}, and ${scope._title} is a gateway, where nothing would match. Say EnvoyTraffic.GATEWAY.`);
    if (istioVersions === undefined) return;
    checkList('istioVersions', istioVersions, "['1.31']");
    if (istioVersions.length === 0) throw new Error("`istioVersions` is empty, so no proxy would have it. Give those it was tested with, for example ['1.31'].");
    for (const version of istioVersions) {
      if (typeof version !== 'string' || !/^\d+\.\d+(\.\d+)?$/.test(version)) throw new Error(`\`istioVersions\` holds ${describeValue(version)}. Write a version as "1.31" or "1.31.2".`);
    }
  }
}

/** After those who give none, and after RateLimit. */
const DEFAULT_PRIORITY = 30;
/** An int32. */
const MAX_PRIORITY = 2_147_483_647;
