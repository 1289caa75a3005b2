import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { PodFacts, RenderedWorkload } from './pod-template';

/** A pod template somewhere in the App. */
export interface PodTemplate {
  readonly object: ApiObject;
  readonly name: string;
  readonly namespace: string;
  readonly facts: PodFacts;
}

/** Every pod template of an App. */
export class PodIndex {
  private readonly byNamespace = new Map<string, PodTemplate[]>();
  private readonly byAccount = new Map<string, PodTemplate[]>();

  constructor(root: IConstruct) {
    for (const construct of root.node.findAll()) {
      if (ApiObject.isApiObject(construct) && RenderedWorkload.isWorkload(construct)) this.add(construct);
    }
  }

  public get all(): readonly PodTemplate[] {
    return [...this.byNamespace.values()].flat();
  }

  public inNamespace(namespace: string): readonly PodTemplate[] {
    return this.byNamespace.get(namespace) ?? [];
  }

  /** @param account as `namespace/name` */
  public underAccount(account: string): readonly PodTemplate[] {
    return this.byAccount.get(account) ?? [];
  }

  private add(object: ApiObject): void {
    const workload = new RenderedWorkload(object);
    const { name, namespace } = workload;
    if (namespace === undefined) return;
    let facts: PodFacts;
    try {
      facts = workload.facts();
    } catch {
      return; // without a pod template, as a Rollout that refers to a Deployment, which is indexed itself
    }
    const template = { object, name, namespace, facts };
    append(this.byNamespace, namespace, template);
    append(this.byAccount, `${namespace}/${facts.serviceAccount}`, template);
  }
}

/** `Deployment reviews (shop/reviews)`, for messages. */
export function describeTemplate({ object, name }: PodTemplate): string {
  return `${object.kind} ${name} (${object.node.path})`;
}

function append(map: Map<string, PodTemplate[]>, key: string, template: PodTemplate): void {
  const templates = map.get(key) ?? [];
  templates.push(template);
  map.set(key, templates);
}

const INDEXES = new WeakMap<IConstruct, { current?: PodIndex }>();

/**
 * The index of the App, made once per validation run: the root is validated before everything else,
 * and forgets what an earlier run found, as manifests may have changed since.
 */
export function podsOf(construct: IConstruct): PodIndex {
  const memo = memoOf(construct.node.root);
  return memo.current ??= new PodIndex(construct.node.root);
}

/** To be called when a construct that asks `podsOf` is made. */
export function keepPodsFresh(construct: IConstruct): void {
  memoOf(construct.node.root);
}

function memoOf(root: IConstruct): { current?: PodIndex } {
  let memo = INDEXES.get(root);
  if (!memo) {
    const created: { current?: PodIndex } = {};
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
