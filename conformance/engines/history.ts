import { ApiClient } from './api-client';
import { describeObject, KubernetesObject } from './kubernetes-object';
import { until } from './until';

const ISTIO = 'networking.istio.io/v1';
const KINDS = ['VirtualService', 'DestinationRule'];
/** What the API server writes by itself and no engine decides. */
const SERVERS_OWN = ['managedFields', 'resourceVersion', 'generation', 'uid', 'creationTimestamp'];

/** One state of an object, as every reader of the API could see it. */
export interface State {
  readonly resourceVersion: string;
  readonly object: KubernetesObject;
}

/** Every state that the Istio objects of a namespace went through, in order, none left out. */
export class History {
  public static async follow(client: ApiClient, namespace: string): Promise<History> {
    const history = new History(client, namespace);
    for (const kind of KINDS) {
      history.stops.push(await client.watch(ISTIO, kind, namespace, (type, object) => history.add(type, object), (reason) => {
        history.broken = reason;
      }));
    }
    return history;
  }

  /** Objects that were deleted; an engine has no business to. */
  public readonly deleted: string[] = [];

  private readonly states = new Map<string, State[]>();
  private readonly stops: (() => void)[] = [];
  private broken?: string;

  private constructor(private readonly client: ApiClient, private readonly namespace: string) {}

  /** The states of one object, or of all of a kind one after the other, without what is the API server's own. */
  public of(kind: string, name?: string): KubernetesObject[] {
    if (this.broken !== undefined) throw new Error(this.broken);
    const keys = this.names.filter((key) => (name === undefined ? key.startsWith(`${kind} `) : key === `${kind} ${name}`));
    return keys.flatMap((key) => this.states.get(key)!).map(({ object }) => withoutServersOwn(object));
  }

  /** All states of all objects. */
  public get all(): KubernetesObject[] {
    return KINDS.flatMap((kind) => this.of(kind));
  }

  /** Whose states there are. */
  public get names(): string[] {
    return [...this.states.keys()].sort();
  }

  /** Waits until the states seen last are those that the objects are in, and then ends. */
  public async complete(): Promise<void> {
    await until('the last states of the Istio objects', 10, async (note) => {
      const objects = (await Promise.all(KINDS.map(async (kind) => this.client.list(ISTIO, kind, this.namespace)))).flat();
      const missing = objects.filter(({ kind, metadata }) => this.states.get(`${kind} ${metadata.name}`)?.at(-1)?.resourceVersion !== metadata.resourceVersion);
      note(missing);
      return missing.length === 0 || undefined;
    });
    this.stop();
  }

  public stop(): void {
    this.stops.splice(0).forEach((stop) => stop());
  }

  private add(type: string, object: KubernetesObject): void {
    if (type === 'DELETED') {
      this.deleted.push(describeObject(object));
      return;
    }
    const key = `${object.kind} ${object.metadata.name}`;
    const states = this.states.get(key) ?? [];
    this.states.set(key, states);
    states.push({ resourceVersion: object.metadata.resourceVersion!, object });
  }
}

function withoutServersOwn({ apiVersion, kind, metadata, status: _, ...rest }: KubernetesObject): KubernetesObject {
  const kept = Object.fromEntries(Object.entries(metadata).filter(([field]) => !SERVERS_OWN.includes(field)));
  return { apiVersion, kind, metadata: kept as KubernetesObject['metadata'], ...rest };
}
