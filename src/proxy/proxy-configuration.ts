import { ApiObject, ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import type { ProxyConfigSpec } from '../imports/networking.istio.io';
import { checkConstructProps, checkMember, checkProps } from '../model/given';
import { IstioObject } from '../model/istio-object';
import { locatedAt } from '../model/located-at';
import { validateOncePerSynth } from '../model/once-per-synth';
import { PolicyScope, checkScope } from '../model/policy-scope';
import { registerConstruct } from '../model/registered-construct';
import { describeValue } from '../semantics/describe-value';
import { shortName } from '../semantics/kubernetes-name';

/** The image of a proxy: what is in it besides Envoy. */
export enum ProxyImage {
  /** Ubuntu with a shell. */
  DEFAULT = 'default',
  /** The same with tools to look into a network. */
  DEBUG = 'debug',
  /** Nothing that is not needed to run. */
  DISTROLESS = 'distroless',
}

export interface ProxyConfigurationProps {
  /** Whose proxies: those of a workload, of a namespace or of the mesh. */
  readonly scope: PolicyScope;
  /**
   * How many threads Envoy works with: a whole number; 0 for one per CPU of the node, which is more than a CPU limit pays for.
   *
   * @default - as many as the CPU limit of the proxy has whole CPUs, or 2
   */
  readonly concurrency?: number;
  /**
   * Environment variables of the proxy, by name.
   *
   * @default - those of the wider scope
   */
  readonly environmentVariables?: { readonly [name: string]: string };
  /**
   * The image of the proxy.
   *
   * @default - that of the installation
   */
  readonly image?: ProxyImage;
  /**
   * Labels, annotations and the name of the ProxyConfig. Its namespace is that of the scope.
   *
   * @default - the name `WORKLOAD-proxy`, or `default` for all pods
   */
  readonly metadata?: ApiObjectMetadata;
}

/**
 * How proxies run: threads, environment, image. It is read when a pod is made: **pods that run keep what they have until
 * they are restarted** (`kubectl rollout restart`), and nothing says so.
 *
 * That of a workload comes before that of its namespace, and that before the mesh's, setting by setting. Of two for the same
 * pods only the older one counts, so that a scope has one: it is an error to give it two of a name.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/proxy-config/
 */
export class ProxyConfiguration extends Construct {
  /** The ProxyConfig. */
  public readonly proxyConfig: ApiObject;

  private readonly props: ProxyConfigurationProps;

  /** @throws if it says nothing, or something that no proxy can do */
  constructor(parent: Construct, id: string, props: ProxyConfigurationProps) {
    super(parent, id);
    registerConstruct(this, ProxyConfiguration);
    checkConstructProps(this, props, "new ProxyConfiguration(scope, 'id', { scope: PolicyScope.namespace('shop'), concurrency: 2 })");
    this.props = props;
    const metadata = locatedAt(this, () => {
      this.checkProps();
      return this.metadata();
    });
    props.scope._watch(this);
    this.proxyConfig = new IstioObject<ProxyConfigSpec>(this, 'Resource', { kind: 'ProxyConfig', metadata, spec: () => locatedAt(this, () => this.spec()) });
    validateOncePerSynth(this, () => this.mistakes());
  }

  private spec(): any {
    const { scope, concurrency, environmentVariables, image } = this.props;
    return {
      ...scope._selection(),
      concurrency,
      environmentVariables: environmentVariables && { ...environmentVariables },
      image: image === undefined ? undefined : { imageType: image },
    };
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
    checkProps(metadata, "metadata: { name: 'reviews-proxy' }");
    if (metadata.namespace !== undefined && metadata.namespace !== scope._namespace) {
      throw new Error(`\`metadata.namespace\` is ${describeValue(metadata.namespace)}, and it is for ${scope._title}: it stands in ${scope._namespace}. Leave it out.`);
    }
    return { ...metadata, name: metadata.name ?? (scope._name === undefined ? 'default' : shortName(`${scope._name}-proxy`)), namespace: scope._namespace };
  }

  private checkProps(): void {
    const { scope, concurrency, environmentVariables, image } = this.props;
    checkScope(scope);
    if (scope._atWaypoint) {
      throw new Error(`\`scope\` is ${scope._title}, and a ProxyConfig is for proxies beside pods: a waypoint takes what is said for the whole mesh.`);
    }
    if (scope._gateway !== undefined) {
      throw new Error(`\`scope\` is ${scope._title}, and a ProxyConfig selects pods by labels only. Give the gateway's pods: PolicyScope.workload(MeshWorkload.fromLabels(...)).`);
    }
    if ([concurrency, environmentVariables, image].every((value) => value === undefined)) {
      throw new Error('it says nothing. Give `concurrency`, `environmentVariables` or `image`.');
    }
    if (concurrency !== undefined && !(Number.isInteger(concurrency) && concurrency >= 0 && concurrency <= 1024)) {
      throw new Error(`\`concurrency\` is ${describeValue(concurrency)}. Give a whole number of threads, for example 2; 0 is one per CPU of the node.`);
    }
    if (image !== undefined) checkMember('image', image, 'ProxyImage', ProxyImage as { readonly [member: string]: string });
    if (environmentVariables === undefined) return;
    checkProps(environmentVariables, "environmentVariables: { ISTIO_META_DNS_CAPTURE: 'true' }");
    if (Object.keys(environmentVariables).length === 0) throw new Error('`environmentVariables` is empty. Give at least one, or leave it out.');
    for (const [name, value] of Object.entries(environmentVariables)) {
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new Error(`\`environmentVariables\` has the name "${name}". Letters, digits and underscores, no digit first: for example ISTIO_META_DNS_CAPTURE.`);
      if (typeof value !== 'string') throw new Error(`\`environmentVariables\`: ${name} is ${describeValue(value)}. Give a text, for example "${String(value)}".`);
      if (value.includes('\0')) throw new Error(`\`environmentVariables\`: ${name} has a character of code 0, which no variable can hold. Take it out.`);
    }
  }
}
