import { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { createInterface } from 'node:readline';
import { KubernetesObject } from './kubernetes-object';

/** The API server refused, with its reason. */
export class Refused extends Error {
  constructor(public readonly status: number, message: string) {
    super(message);
  }
}

export interface Access {
  readonly port: number;
  readonly token: string;
  /** The certificate of the API server, PEM. */
  readonly ca: string;
}

interface Resource {
  readonly path: string;
  readonly namespaced: boolean;
}

/** Objects of the API server, as kubectl would ask for them. */
export class ApiClient {
  private readonly agent: Agent;
  private readonly resources = new Map<string, Promise<Resource>>();

  constructor(private readonly access: Access) {
    this.agent = new Agent({ ca: access.ca, keepAlive: true });
  }

  /** `kubectl apply --server-side --force-conflicts`, strict about fields that the schema does not know. */
  public async apply(object: KubernetesObject): Promise<KubernetesObject> {
    const path = await this.path(object.apiVersion, object.kind, object.metadata.namespace, object.metadata.name);
    return this.call('PATCH', `${path}?fieldManager=conformance&force=true&fieldValidation=Strict`, object, 'application/apply-patch+yaml');
  }

  /** Creates an object as it is, lenient about fields that the schema does not know: Flagger's CRD has two that slipped in. */
  public async create(object: KubernetesObject): Promise<KubernetesObject> {
    return this.call('POST', await this.path(object.apiVersion, object.kind, object.metadata.namespace), object, 'application/json');
  }

  /** The object, or `undefined` where there is none. */
  public async find(apiVersion: string, kind: string, namespace: string | undefined, name: string): Promise<KubernetesObject | undefined> {
    try {
      return await this.call('GET', await this.path(apiVersion, kind, namespace, name));
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return undefined;
      throw error;
    }
  }

  public async list(apiVersion: string, kind: string, namespace?: string): Promise<KubernetesObject[]> {
    return (await this.call('GET', await this.path(apiVersion, kind, namespace))).items;
  }

  /** Changes some fields (a JSON merge patch), as the owner of the object would. */
  public async change(apiVersion: string, kind: string, namespace: string, name: string, fields: object): Promise<KubernetesObject> {
    return this.call('PATCH', await this.path(apiVersion, kind, namespace, name), fields, 'application/merge-patch+json');
  }

  /**
   * Follows every change of a kind from now on.
   *
   * @param onChange is called with each state in its order; deletions come with the last state
   * @param onBroken is called when there will be no more, though nobody ended it
   * @returns what ends it
   */
  public async watch(apiVersion: string, kind: string, namespace: string,
    onChange: (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubernetesObject) => void, onBroken: (reason: string) => void): Promise<() => void> {
    const path = await this.path(apiVersion, kind, namespace);
    const { metadata } = await this.call('GET', path);
    const response = await this.open('GET', `${path}?watch=true&resourceVersion=${metadata.resourceVersion}`);
    let ended = false;
    const broken = (reason: string) => {
      if (!ended) onBroken(`the watch of ${kind} broke: ${reason}`);
      ended = true;
    };
    createInterface({ input: response }).on('line', (line) => {
      const { type, object } = JSON.parse(line);
      if (type === 'ERROR') broken(object.message);
      else onChange(type, object);
    }).on('error', ({ message }) => broken(message)).on('close', () => broken('the API server ended it'));
    return () => {
      ended = true;
      response.destroy();
    };
  }

  /** Whether a path answers with 200. */
  public async answers(path: string): Promise<boolean> {
    const response = await this.open('GET', path);
    response.resume();
    return true;
  }

  public end(): void {
    this.agent.destroy();
  }

  private async path(apiVersion: string, kind: string, namespace?: string, name?: string): Promise<string> {
    const { path, namespaced } = await this.resource(apiVersion, kind);
    const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    if (namespaced && namespace === undefined && name !== undefined) throw new Error(`${kind} ${name} has no namespace`);
    return [base, ...(namespaced && namespace !== undefined ? ['namespaces', namespace] : []), path, ...(name === undefined ? [] : [name])].join('/');
  }

  private async resource(apiVersion: string, kind: string): Promise<Resource> {
    const key = `${apiVersion}/${kind}`;
    if (!this.resources.has(key)) this.resources.set(key, this.discover(apiVersion, kind));
    try {
      return await this.resources.get(key)!;
    } catch (error) {
      this.resources.delete(key);
      throw error;
    }
  }

  private async discover(apiVersion: string, kind: string): Promise<Resource> {
    const { resources } = await this.call('GET', apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`);
    const found = resources.find((resource: any) => resource.kind === kind && !resource.name.includes('/'));
    if (found === undefined) throw new Error(`the API server knows no ${kind} in ${apiVersion}`);
    return { path: found.name, namespaced: found.namespaced };
  }

  private async call(method: string, path: string, body?: object, contentType?: string): Promise<any> {
    return JSON.parse(await textOf(await this.open(method, path, body, contentType)));
  }

  private async open(method: string, path: string, body?: object, contentType?: string): Promise<IncomingMessage> {
    const { port, token } = this.access;
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, ...(contentType === undefined ? {} : { 'content-type': contentType }) };
      request({ host: '127.0.0.1', port, path, method, headers, agent: this.agent }, resolve)
        .once('error', reject)
        .end(body === undefined ? undefined : JSON.stringify(body));
    });
    if (response.statusCode! < 300) return response;
    throw new Refused(response.statusCode!, `${method} ${path}: ${response.statusCode} ${messageOf(await textOf(response))}`);
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function messageOf(text: string): string {
  try {
    return JSON.parse(text).message ?? text;
  } catch {
    return text;
  }
}
