import { EngineRoom } from './engine-room';
import { History } from './history';
import { KubernetesObject } from './kubernetes-object';
import { Plan } from './plans';
import { imageOf, SERVICE, TESTER, Version } from './reviews';
import { sharesOf } from './shares';
import { until } from './until';

/** What there is to know of one engine's ways. */
export interface Subject {
  readonly plans: readonly Plan[];
  /** Everything that a user applies for a version, Namespace apart. */
  manifests(plan: Plan, version: Version): string;
  /** Waits until the engine has the first version running. */
  ready(room: EngineRoom, namespace: string): Promise<void>;
  /** Waits until the engine is done with a release, and gives its status. */
  ended(room: EngineRoom, namespace: string): Promise<any>;
  /** What the status has to say then. */
  outcome(promoted: boolean): object;
  /** The weights that every rule which shares requests out has to show. */
  sequences(plan: Plan): Record<string, readonly string[]>;
}

/** One rollout, from the first apply to its end. */
export interface Trial {
  readonly plan: Plan;
  readonly history: History;
  readonly status: any;
  /** Requests that found no pod since there were pods at all. */
  readonly lost: number;
  /** How many requests the released image answered, by the canary's share at the time. */
  readonly answered: Record<number, number>;
  /** The image of each pod at the end. */
  readonly pods: string[];
  /** The images that an ordinary request may find then. */
  readonly everybodyFinds: string[];
  /** The images that a request of testers may find then. */
  readonly testersFind: string[];
  /** How long it took from the release to the end. */
  readonly seconds: number;
}

/** Applies the first version, then the second, and watches until the engine is done. */
export async function runTrial(room: EngineRoom, subject: Subject, plan: Plan): Promise<Trial> {
  const { namespace, behaviour } = plan;
  await room.client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: { 'istio-injection': 'enabled' } } });
  const history = await History.follow(room.client, namespace);
  try {
    await room.apply(subject.manifests(plan, 'v1'));
    await until(`pods behind every route to ${SERVICE} in ${namespace}`, 60, async (note) => {
      const shares = await sharesOf(room.client, namespace, SERVICE);
      note(shares);
      return shares.every(({ pods }) => pods.length > 0) || undefined;
    });
    // From here on, so that what the engine does when it takes over the service counts as well.
    room.traffic.send(namespace, SERVICE);
    await subject.ready(room, namespace);
    room.traffic.answer(imageOf(namespace, 'v2'), behaviour);
    const start = Date.now();
    await room.apply(subject.manifests(plan, 'v2'));
    const status = await subject.ended(room, namespace);
    const seconds = (Date.now() - start) / 1000;
    await history.complete();
    const find = async (headers: Record<string, string>) => (await sharesOf(room.client, namespace, SERVICE, headers))
      .filter(({ share }) => share > 0).flatMap(({ pods }) => pods);
    return {
      plan,
      history,
      status,
      lost: room.traffic.lost(namespace),
      answered: room.traffic.answered(namespace, imageOf(namespace, 'v2')),
      pods: imagesOf(await room.client.list('v1', 'Pod', namespace)),
      everybodyFinds: [...new Set(imagesOf(await find({})))],
      testersFind: [...new Set(imagesOf(await find({ [TESTER.header]: TESTER.value })))],
      seconds,
    };
  } finally {
    history.stop();
  }
}

function imagesOf(pods: KubernetesObject[]): string[] {
  const staying = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return staying.map(({ spec }) => spec.containers[0].image).sort();
}
