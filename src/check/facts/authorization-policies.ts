import { AuthorizationUses } from './authorization-uses';
import { meshConfig } from './mesh-config';
import { MeshFacts, specOf } from './mesh-facts';
import { Labels, Workload, workloads } from './workloads';
import {
  AuthorizationPolicyRulesFromSource, AuthorizationPolicyRulesToOperation, AuthorizationPolicySpec, RequestAuthenticationSpec,
} from '../../manifest/generated/istio-specs';
import { stringMap } from '../../manifest/json';
import { Kind } from '../../manifest/kinds';
import { MeshObject } from '../../manifest/mesh-object';

export type AuthorizationAction = 'ALLOW' | 'DENY' | 'AUDIT' | 'CUSTOM';
export type Source = AuthorizationPolicyRulesFromSource;
export type Operation = AuthorizationPolicyRulesToOperation;

/** Whom a policy is for, of a kind with `selector` and `targetRefs`. */
export interface PolicyScope {
  readonly object: MeshObject;
  readonly namespace: string;
  /** It stands in the root namespace, so that its selector looks everywhere. */
  readonly everywhere: boolean;
  /** Empty for all workloads. */
  readonly labels: Labels;
  readonly hasLabels: boolean;
  /** `Gateway/public`, `Service/reviews`: then it is for no workload that labels select. */
  readonly targets: readonly string[];
}

export interface AuthorizationPolicyFacts extends PolicyScope {
  readonly spec: AuthorizationPolicySpec;
  readonly action: AuthorizationAction;
  /** It only counts what it would do. */
  readonly isDryRun: boolean;
  readonly uses: AuthorizationUses;
}

/** Policies of one kind, by whom they reach. */
export class ScopedPolicies<P extends PolicyScope> {
  private readonly byObject = new Map<MeshObject, P>();
  private readonly byNamespace = new Map<string, P[]>();
  /** Without labels: for all of a namespace, or of the mesh. */
  private readonly wide = new Map<string, P[]>();
  private selecting?: Map<Workload, P[]>;

  constructor(private readonly mesh: MeshFacts, public readonly all: readonly P[], private readonly root: string) {
    for (const policy of all) {
      this.byObject.set(policy.object, policy);
      if (mesh.isReplaced(policy.object)) continue;
      add(this.byNamespace, policy.namespace, policy);
      if (!policy.hasLabels && policy.targets.length === 0) add(this.wide, policy.namespace, policy);
    }
  }

  public of(object: MeshObject): P {
    return this.byObject.get(object)!;
  }

  public in(namespace: string): readonly P[] {
    return this.byNamespace.get(namespace) ?? [];
  }

  /** Those in the root namespace, which reach every other one. */
  public get inRoot(): readonly P[] {
    return this.in(this.root);
  }

  /** Those for all workloads of a namespace, those of the root namespace included. */
  public forAllOf(namespace: string): readonly P[] {
    const own = this.wide.get(namespace) ?? [];
    return namespace === this.root ? own : [...this.wide.get(this.root) ?? [], ...own];
  }

  /** Those that reach a workload by their namespace and selector. */
  public reaching(workload: Workload): readonly P[] {
    const selecting = (this.selecting ??= this.select()).get(workload);
    const wide = this.forAllOf(workload.namespace);
    return selecting === undefined ? wide : [...wide, ...selecting];
  }

  /** The workloads in sight that a policy reaches by its namespace and selector. */
  public workloadsOf({ everywhere, namespace, labels, targets }: P): readonly Workload[] {
    if (targets.length > 0) return [];
    const known = this.mesh.fact(workloads);
    return everywhere ? known.selectedAnywhere(labels) : known.selected(namespace, labels);
  }

  private select(): Map<Workload, P[]> {
    const selecting = new Map<Workload, P[]>();
    for (const policy of this.all) {
      if (!policy.hasLabels || this.mesh.isReplaced(policy.object)) continue;
      for (const workload of this.workloadsOf(policy)) add(selecting, workload, policy);
    }
    return selecting;
  }
}

/** Whether there may be a workload, in sight or not, that both policies reach. */
export function mayMeet(one: PolicyScope, other: PolicyScope): boolean {
  if (!one.everywhere && !other.everywhere && one.namespace !== other.namespace) return false;
  if (one.targets.length > 0 || other.targets.length > 0) return one.targets.some((target) => other.targets.includes(target));
  return Object.keys(one.labels).every((name) => !Object.hasOwn(other.labels, name) || other.labels[name] === one.labels[name]);
}

/** Whether every workload that `inner` reaches is reached by `outer`, whatever runs. */
export function isWithin(inner: PolicyScope, outer: PolicyScope): boolean {
  if (!outer.everywhere && (inner.everywhere || inner.namespace !== outer.namespace)) return false;
  if (inner.targets.length > 0 || outer.targets.length > 0) {
    return inner.targets.length > 0 && inner.targets.every((target) => outer.targets.includes(target));
  }
  return Object.keys(outer.labels).every((name) => Object.hasOwn(inner.labels, name) && inner.labels[name] === outer.labels[name]);
}

function add<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}

const NONE: readonly never[] = [];

function scopeOf(object: MeshObject, spec: AuthorizationPolicySpec | RequestAuthenticationSpec, root: string): PolicyScope {
  const labels = stringMap(spec.selector?.matchLabels);
  const targets = spec.targetRefs?.length ? spec.targetRefs : spec.targetRef ? [spec.targetRef] : undefined;
  return {
    object,
    namespace: object.namespace,
    everywhere: object.namespace === root,
    labels,
    hasLabels: Object.keys(labels).length > 0,
    targets: targets?.map(({ kind, name }) => `${kind}/${name}`) ?? NONE,
  };
}

const DRY_RUN = 'istio.io/dry-run';
const TRUE: ReadonlySet<string> = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);

/** `mesh.fact(authorizationPolicies)` */
export function authorizationPolicies(mesh: MeshFacts): ScopedPolicies<AuthorizationPolicyFacts> {
  const root = mesh.fact(meshConfig).rootNamespace;
  return new ScopedPolicies(mesh, mesh.ofKind(Kind.AUTHORIZATION_POLICY).map((object): AuthorizationPolicyFacts => {
    const spec = specOf<AuthorizationPolicySpec>(object);
    return {
      ...scopeOf(object, spec, root),
      spec,
      action: spec.action ?? 'ALLOW',
      uses: new AuthorizationUses(spec),
      isDryRun: Object.hasOwn(object.annotations, DRY_RUN) && TRUE.has(object.annotations[DRY_RUN]),
    };
  }), root);
}

export interface RequestAuthenticationFacts extends PolicyScope {
  readonly spec: RequestAuthenticationSpec;
}

/** `mesh.fact(requestAuthentications)` */
export function requestAuthentications(mesh: MeshFacts): ScopedPolicies<RequestAuthenticationFacts> {
  const root = mesh.fact(meshConfig).rootNamespace;
  return new ScopedPolicies(mesh, mesh.ofKind(Kind.REQUEST_AUTHENTICATION).map((object) => {
    const spec = specOf<RequestAuthenticationSpec>(object);
    return { ...scopeOf(object, spec, root), spec };
  }), root);
}
