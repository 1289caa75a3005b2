import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { CallerIdentity, IMeshCaller } from '../model/identity';
import { selects } from '../model/kubernetes-object';
import { MeshService } from '../model/mesh-service';
import { MeshWorkload } from '../model/mesh-workload';
import { PodFacts, RenderedWorkload } from '../model/pod-template';

interface PodTemplate {
  readonly object: ApiObject;
  readonly name: string;
  readonly facts: PodFacts;
}

/** Every pod template of an App, by the service account its pods run under. */
export class AccountIndex {
  private readonly byAccount = new Map<string, PodTemplate[]>();

  constructor(root: IConstruct) {
    for (const construct of root.node.findAll()) {
      if (ApiObject.isApiObject(construct) && RenderedWorkload.isWorkload(construct)) this.add(construct);
    }
  }

  /** Who else calls under an identity, in words; empty when nobody is known to. */
  public sharers(identity: CallerIdentity, caller: IMeshCaller): string[] {
    if (identity.foreignPrincipal !== undefined) return [];
    const own = new Set<IConstruct>(caller.callerPods());
    const described = describedPods(caller);
    const others = (this.byAccount.get(identity.toString()) ?? [])
      .filter(({ object, facts }) => !own.has(object) && !described.some((selector) => selects(selector, facts.labels)))
      .map(({ object, name }) => `${object.kind} ${name} (${object.node.path})`);
    return identity.name === 'default'
      ? [...others, `every pod of ${identity.namespace} that has no service account of its own`]
      : others;
  }

  private add(object: ApiObject): void {
    const workload = new RenderedWorkload(object);
    if (workload.namespace === undefined) return;
    let facts: PodFacts;
    try {
      facts = workload.facts();
    } catch {
      return; // without a pod template, as a Rollout that refers to a Deployment, which is indexed itself
    }
    const account = `${workload.namespace}/${facts.serviceAccount}`;
    const templates = this.byAccount.get(account) ?? [];
    templates.push({ object, name: workload.name, facts });
    this.byAccount.set(account, templates);
  }
}

/** The selectors of the caller's pods where it is known by labels only: the same pods may be rendered here. */
function describedPods(caller: IMeshCaller): { [label: string]: string }[] {
  const workloads = caller instanceof MeshService ? caller.workloads : caller instanceof MeshWorkload ? [caller] : [];
  return workloads.filter((workload) => workload.rendered === undefined).map((workload) => workload.selector);
}

const INDEXES = new WeakMap<IConstruct, { current?: AccountIndex }>();

/**
 * The index of the App, made once per validation run: the root is validated before everything else,
 * and forgets what an earlier run found, as manifests may have changed since.
 */
export function accountsOf(construct: IConstruct): AccountIndex {
  const memo = memoOf(construct.node.root);
  return memo.current ??= new AccountIndex(construct.node.root);
}

/** To be called when a construct that asks `accountsOf` is made. */
export function keepAccountsFresh(construct: IConstruct): void {
  memoOf(construct.node.root);
}

function memoOf(root: IConstruct): { current?: AccountIndex } {
  let memo = INDEXES.get(root);
  if (!memo) {
    const created: { current?: AccountIndex } = {};
    memo = created;
    INDEXES.set(root, created);
    root.node.addValidation({
      validate: () => {
        created.current = undefined;
        return [];
      },
    });
  }
  return memo;
}
