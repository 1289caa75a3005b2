import { ApiObject, ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { AccessLogging, checkAccessLogs } from './access-logging';
import { tracesNowhere, undefinedProviders } from './provider-checks';
import { TelemetryMetricsOptions, checkMetrics, renderMetrics } from './telemetry-metrics';
import { TelemetryProvider } from './telemetry-provider';
import { TelemetryTracingOptions, checkTracing, renderTracing } from './telemetry-tracing';
import type { TelemetrySpec } from '../imports/telemetry.istio.io';
import { AppRegistry, doubled } from '../model/app-registry';
import { checkConstructProps, checkProps } from '../model/given';
import { IstioObject, Spec } from '../model/istio-object';
import { locatedAt } from '../model/located-at';
import { validateOncePerSynth } from '../model/once-per-synth';
import { PolicyScope, checkScope } from '../model/policy-scope';
import { registerConstruct } from '../model/registered-construct';
import { describeValue } from '../semantics/describe-value';
import { shortName } from '../semantics/kubernetes-name';
import { located } from '../semantics/located';

export interface MeshTelemetryProps {
  /** For whom it holds: `PolicyScope.mesh()`, `.namespace('shop')`, `.workload(reviews)` or `.kubernetesGateway('edge', 'public')`. */
  readonly scope: PolicyScope;
  /**
   * What is logged of requests, and where to. At least one entry where it is given.
   *
   * @default - as in the wider scope; where nobody says it, as `accessLog` of the mesh configuration has it
   */
  readonly accessLogs?: AccessLogging[];
  /**
   * Which requests are traced.
   *
   * @default - as in the wider scope
   */
  readonly tracing?: TelemetryTracingOptions;
  /**
   * Which metrics proxies make.
   *
   * @default - as in the wider scope
   */
  readonly metrics?: TelemetryMetricsOptions;
  /**
   * Labels, annotations and the name of the Telemetry. Its namespace is that of the scope.
   *
   * @default - named `default` for a namespace or the mesh, else like the workload or the Gateway
   */
  readonly metadata?: ApiObjectMetadata;
}

const EXAMPLE = "new MeshTelemetry(scope, 'id', { scope: PolicyScope.mesh(), accessLogs: [AccessLogging.to([TelemetryProvider.named('envoy')])] })";
/** By convention, as for other kinds of which one holds for all pods. */
const NAME_FOR_ALL = 'default';

/** Of two for one scope, Istio takes the older one, or mixes them. */
const TELEMETRIES = new AppRegistry<MeshTelemetry>((all) => doubled(all, (telemetry) => telemetry._key).map(([first, later]) =>
  `[${later.node.path}] and [${first.node.path}] are both for ${later._title}, of which Istio takes one. Put what they say into one MeshTelemetry.`));

/**
 * What the proxies of the mesh, a namespace or a workload tell: access logs, traces and metrics. A narrower scope overrides a
 * wider one: access logs as a whole (for their direction), of tracing each setting by itself, of metrics the providers as a
 * whole and overrides one after the other.
 *
 * Providers have to be in the mesh configuration, else nothing is told. Where the App installs Istio (`IstioInstallation`),
 * a provider that none of its installations defines is an error.
 *
 * @see https://istio.io/latest/docs/reference/config/telemetry/
 */
export class MeshTelemetry extends Construct {
  /** The Telemetry. */
  public readonly telemetry: ApiObject;

  private readonly props: MeshTelemetryProps;

  /** @throws for what Istio or Envoy would refuse, and for what would tell nothing */
  constructor(parent: Construct, id: string, props: MeshTelemetryProps) {
    super(parent, id);
    registerConstruct(this, MeshTelemetry);
    checkConstructProps(this, props, EXAMPLE);
    this.props = props;
    const metadata = locatedAt(this, () => {
      this.checkProps();
      return this.metadata();
    });
    props.scope._watch(this);
    this.telemetry = new IstioObject<TelemetrySpec>(this, 'Resource', { kind: 'Telemetry', metadata, spec: () => locatedAt(this, () => this.spec()) });
    TELEMETRIES.register(this, this);
    validateOncePerSynth(this, () => this.mistakes());
  }

  /** One of them for each. @internal */
  public get _key(): string {
    const { _namespace, _target, _gateway, _atWaypoint } = this.props.scope;
    return JSON.stringify([_namespace, _target?.node.path ?? '', _gateway ?? '', _atWaypoint]);
  }

  /** For messages. @internal */
  public get _title(): string {
    return this.props.scope._title;
  }

  private spec(): Spec<TelemetrySpec> {
    const { scope, accessLogs, tracing, metrics } = this.props;
    return {
      ...scope._selection(),
      ...accessLogs && { accessLogging: accessLogs.map((entry) => entry._render()) },
      ...tracing && { tracing: [renderTracing(tracing)] },
      ...metrics && { metrics: [renderMetrics(metrics)] },
    };
  }

  private mistakes(): string[] {
    return [...this.props.scope._mistakes(this), ...undefinedProviders(this, this.providers()), ...this.untraced()];
  }

  /** Istio traces nothing then, whatever is said of sampling and tags. */
  private untraced(): string[] {
    const { scope, tracing } = this.props;
    if (tracing === undefined || tracing.provider !== undefined || !tracesNowhere(this)) return [];
    const isWider = ({ props: { scope: other } }: MeshTelemetry) =>
      other._isMesh || (other._namespace === scope._namespace && other._name === undefined);
    const wider = TELEMETRIES.of(this).filter(isWider);
    if (wider.some(({ props }) => props.tracing?.provider !== undefined)) return [];
    return ['`tracing` names no provider, nor does what holds for more, nor the mesh configuration: nothing would be traced. '
      + 'Name one, for example `provider: TelemetryProvider.openTelemetry(…)`, and add it to `extensionProviders` of the installation.'];
  }

  private providers(): TelemetryProvider[] {
    const { accessLogs = [], tracing, metrics } = this.props;
    const all = [...accessLogs.flatMap(({ _providers }) => _providers), tracing?.provider, ...metrics?.providers ?? []];
    return [...new Set(all.filter((provider) => provider !== undefined))];
  }

  private metadata(): ApiObjectMetadata {
    const { metadata = {}, scope } = this.props;
    checkProps(metadata, "metadata: { labels: { team: 'shop' } }");
    if (metadata.namespace !== undefined && metadata.namespace !== scope._namespace) {
      throw new Error(`\`metadata.namespace\` is ${describeValue(metadata.namespace)}, and telemetry for ${scope._title} stands in ${scope._namespace}. Leave it out.`);
    }
    return { ...metadata, name: metadata.name ?? (scope._name === undefined ? NAME_FOR_ALL : shortName(scope._name)), namespace: scope._namespace };
  }

  private checkProps(): void {
    const { scope, accessLogs, tracing, metrics } = this.props;
    checkScope(scope);
    if (accessLogs === undefined && tracing === undefined && metrics === undefined) throw new Error(`neither \`accessLogs\` nor \`tracing\` nor \`metrics\` is given, so this says nothing. Write for example ${EXAMPLE}.`);
    if (accessLogs !== undefined) checkAccessLogs(accessLogs);
    if (tracing !== undefined) located('tracing: ', () => checkTracing(tracing));
    if (metrics !== undefined) located('metrics: ', () => checkMetrics(metrics));
  }
}
