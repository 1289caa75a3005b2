import { EngineRoom } from './engine-room';
import { History } from './history';
import { Behaviour } from './mesh-traffic';
import { sharesOf } from './shares';
import { until } from './until';

/** The service that is rolled out, in every trial. */
export const SERVICE = 'reviews';

/** What an engine has to be asked in its own words. */
export interface Subject {
  /** Everything that a user applies, Namespace apart. */
  manifests(namespace: string): string;
  /** Waits until the engine has the first version running. */
  ready(room: EngineRoom, namespace: string): Promise<void>;
  /** Gives the workload another image, as a release does. */
  release(room: EngineRoom, namespace: string, image: string, version: string): Promise<void>;
  /** Waits until the engine is done with it, and gives its status. */
  ended(room: EngineRoom, namespace: string): Promise<any>;
}

/** One rollout, from the first apply to its end. */
export interface Trial {
  readonly namespace: string;
  readonly history: History;
  readonly status: any;
  /** Requests that found no pod since there were pods at all. */
  readonly lost: number;
  /** The images of the pods that were ready at the end. */
  readonly images: string[];
  /** How long it took from the release to the end. */
  readonly seconds: number;
}

/** The first version's image in a trial, and the one that is released. */
export const images = (namespace: string) => ({ before: `registry.example/${namespace}:1`, after: `registry.example/${namespace}:2` });

/** Applies what there is, releases a new image that behaves so, and watches until the engine is done. */
export async function runTrial(room: EngineRoom, subject: Subject, namespace: string, behaviour: Behaviour): Promise<Trial> {
  await room.client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: { 'istio-injection': 'enabled' } } });
  const history = await History.follow(room.client, namespace);
  try {
    await room.apply(subject.manifests(namespace));
    await until(`pods behind every route to ${SERVICE} in ${namespace}`, 60, async (note) => {
      const shares = await sharesOf(room.client, namespace, SERVICE);
      note(shares);
      return shares.every(({ pods }) => pods.length > 0) || undefined;
    });
    // From here on, so that what the engine does when it takes over the service counts as well.
    room.traffic.send(namespace, SERVICE);
    await subject.ready(room, namespace);
    room.traffic.answer(images(namespace).after, behaviour);
    const start = Date.now();
    await subject.release(room, namespace, images(namespace).after, 'v2');
    const status = await subject.ended(room, namespace);
    const seconds = (Date.now() - start) / 1000;
    await history.complete();
    return { namespace, history, status, lost: room.traffic.lost(namespace), images: await imagesOf(room, namespace), seconds };
  } finally {
    history.stop();
  }
}

async function imagesOf(room: EngineRoom, namespace: string): Promise<string[]> {
  const pods = await room.client.list('v1', 'Pod', namespace);
  const staying = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return staying.map(({ spec }) => spec.containers[0].image).sort();
}
