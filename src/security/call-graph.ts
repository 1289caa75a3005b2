import { ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { CallEdge, edgesOf, knowsPods, titleOf } from './call-edge';
import { EgressPolicy } from './egress-scope';
import { Injection } from './injection';
import { ZeroTrustNamespace } from './zero-trust-namespace';
import { zeroTrustOf } from './zero-trust-registry';
import { callsFrom } from '../model/called-hosts';
import { DeclaredCall } from '../model/declared-calls';
import { checkList, checkProps } from '../model/given';
import { locatedAt } from '../model/located-at';
import { MeshService } from '../model/mesh-service';
import { validateOncePerSynth } from '../model/once-per-synth';
import { registerConstruct } from '../model/registered-construct';
import { describeValue } from '../semantics/describe-value';
import { isDnsLabel } from '../semantics/kubernetes-name';

/** Which namespaces a `CallGraph` guards, and what they have in common. */
export interface CallGraphProps {
  /** The namespaces where nothing is allowed but what is declared. Each gets a `ZeroTrustNamespace`. */
  readonly namespaces: string[];
  /**
   * Namespaces of the graph that have their `ZeroTrustNamespace` already, with settings of its own.
   *
   * @default - none
   */
  readonly guarded?: ZeroTrustNamespace[];
  /**
   * Namespaces of other teams, who allow their callers themselves: calls to them are let out, and no policy is written there.
   *
   * @default - none: a call to a namespace that nothing guards is an error
   */
  readonly otherTeams?: string[];
  /**
   * Whether the namespaces exist already or something else renders them: no Namespace objects are then written.
   *
   * @default false
   */
  readonly existing?: boolean;
  /**
   * How pods get their sidecars. Not together with `existing`.
   *
   * @default Injection.enabled()
   */
  readonly injection?: Injection;
  /**
   * Labels and annotations of the Istio objects. Their names are fixed.
   *
   * @default - none
   */
  readonly metadata?: ApiObjectMetadata;
  /**
   * Whether to watch before enforcing, as `ZeroTrustNamespace` does.
   *
   * @default false
   */
  readonly dryRun?: boolean;
  /**
   * Where applications may call: what they are declared to call and their own namespace, or anywhere.
   *
   * @default EgressPolicy.LIMITED
   */
  readonly egress?: EgressPolicy;
  /**
   * The trust domains that callers may be of, this mesh's own first. Callers are then written as principals.
   *
   * @default ['cluster.local'], and callers are written as service accounts, of any trust domain that the mesh trusts
   */
  readonly trustDomains?: string[];
  /**
   * The namespace of the control plane, whose services every sidecar keeps seeing.
   *
   * @default 'istio-system'
   */
  readonly rootNamespace?: string;
  /**
   * The DNS domain of the cluster.
   *
   * @default 'cluster.local'
   */
  readonly clusterDomain?: string;
}

const EXAMPLE = "new CallGraph(scope, 'calls', { namespaces: ['shop', 'data'] })";

/**
 * Several namespaces where the declared calls (`frontend.calls(reviews)`, `reviews.allowFrom(frontend)`) are allowed exactly as
 * they are declared, and everything else is refused: STRICT mutual TLS, deny-all, and calls out only to what is called.
 *
 * A declared call to a namespace that nothing guards is an error. A service that nobody calls is fine: nobody may call it.
 *
 * @see https://istio.io/latest/docs/concepts/security/#authorization
 */
export class CallGraph extends Construct {
  private readonly guards: ReadonlyMap<string, ZeroTrustNamespace>;
  private readonly otherTeams: readonly string[];

  constructor(scope: Construct, id: string, props: CallGraphProps) {
    super(scope, id);
    registerConstruct(this, CallGraph);
    locatedAt(this, () => this.check(props));
    const { namespaces, guarded = [], otherTeams = [], ...settings } = props;
    this.otherTeams = [...otherTeams];
    this.guards = new Map([
      ...guarded.map((guard) => [guard.namespace, guard] as const),
      ...namespaces.map((namespace) => [namespace, new ZeroTrustNamespace(this, namespace, { ...settings, namespace })] as const),
    ]);
    validateOncePerSynth(this, () => [...this.unguarded(), ...this.others()]);
  }

  /**
   * What is allowed in the namespaces of the graph, by whatever said it, and what their callers are let out to. In an order
   * that does not depend on who spoke first.
   */
  public get edges(): CallEdge[] {
    return edgesOf(this, [...this.guards.keys()]);
  }

  /** The guard of a namespace, for what is no declared call: `allowPlaintext`, `allowScrape`, `exceptMtls`, `allowKubernetesApi`. */
  public zeroTrust(namespace: string): ZeroTrustNamespace {
    const guard = this.guards.get(namespace);
    if (guard) return guard;
    throw new Error(`[${this.node.path}] zeroTrust: ${describeValue(namespace)} is no namespace of this graph. It has: ${[...this.guards.keys()].join(', ')}.`);
  }

  /** The edges, one a line: `shop/frontend → shop/reviews: port 80; GET; /reviews/*`. */
  public toText(): string {
    return this.edges.map((edge) => `${titleOf(edge)}\n`).join('');
  }

  private check(props: CallGraphProps): void {
    checkProps(props, EXAMPLE);
    const { namespaces, guarded, otherTeams } = props;
    checkList('namespaces', namespaces, "['shop', 'data']");
    if (guarded !== undefined) checkList('guarded', guarded, '[zeroTrust]');
    if (otherTeams !== undefined) checkList('otherTeams', otherTeams, "['platform']");
    checkNames('namespaces', namespaces);
    checkNames('otherTeams', otherTeams ?? []);
    const stranger: unknown = guarded?.find((guard) => !(guard instanceof ZeroTrustNamespace));
    if (stranger !== undefined) throw new Error(`\`guarded\` holds ${describeValue(stranger)}. Give each as its ZeroTrustNamespace; names go to \`namespaces\`.`);
    const all = [...namespaces, ...guarded?.map(({ namespace }) => namespace) ?? []];
    if (all.length === 0) throw new Error(`no namespace is given, so nothing would be guarded. Write for example ${EXAMPLE}.`);
    const twice = [...all, ...otherTeams ?? []].find((namespace, index, names) => names.indexOf(namespace) !== index);
    if (twice !== undefined) throw new Error(`${twice} is given twice. Say once whether this graph guards it (\`namespaces\`), its own ZeroTrustNamespace does (\`guarded\`) or another team (\`otherTeams\`).`);
  }

  /** Calls to where everyone may call: that they are declared would change nothing for anybody else. */
  private unguarded(): string[] {
    return this.calls()
      .filter(({ target }) => !(target instanceof MeshService && target._isExternalHost))
      .filter(({ target }) => zeroTrustOf(this, target.namespace) === undefined && !this.otherTeams.includes(target.namespace))
      .map(({ caller, target }) =>
        `${caller.callerName} → ${target.name} [${target.node.path}]: nothing of this App guards the namespace ${target.namespace}. `
        + `Add it to \`namespaces\`, or, where another team allows its callers, to \`otherTeams\`: ['${target.namespace}'].`);
  }

  private others(): string[] {
    return [
      ...this.otherTeams.filter((namespace) => zeroTrustOf(this, namespace) !== undefined).map((namespace) =>
        `${namespace} is said to be another team's, but [${zeroTrustOf(this, namespace)!.node.path}] of this App guards it. Take it out of \`otherTeams\`.`),
      ...this.calls().filter(({ target }) => this.otherTeams.includes(target.namespace) && knowsPods(target)).map(({ caller, target }) =>
        `${caller.callerName} → ${target.name} [${target.node.path}]: its pods are given, so a policy is written in ${target.namespace}, which is said to be another team's. `
        + 'Leave its workload out (MeshService.fromName without `workload`), or take the namespace out of `otherTeams`.'),
    ];
  }

  private calls(): DeclaredCall[] {
    return [...new Set([...this.guards.keys()].flatMap((namespace) => callsFrom(this, namespace)))];
  }
}

function checkNames(field: string, names: readonly unknown[]): void {
  const wrong = names.find((name) => typeof name !== 'string' || !isDnsLabel(name));
  if (wrong !== undefined || names.includes(undefined)) {
    throw new Error(`\`${field}\` holds ${describeValue(wrong)}, which is not a namespace name: lower-case letters, digits and dashes, at most 63.`);
  }
}
