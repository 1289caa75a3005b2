import { ApiObject, App, Chart, Yaml } from 'cdk8s';
import { IConstruct } from 'constructs';
import { parseAllDocuments } from 'yaml';
import { MeshPort, MeshService } from '../../src';

/** An App with one chart in the namespace `shop`. */
export function shop(): { app: App; chart: Chart } {
  const app = new App();
  return { app, chart: new Chart(app, 'shop', { namespace: 'shop' }) };
}

/** A service of another team, known by name. */
export function reviews(chart: Chart, ...ports: MeshPort[]): MeshService {
  return MeshService.fromName(chart, 'reviews', { name: 'reviews', namespace: 'shop', ports: ports.length > 0 ? ports : [MeshPort.http(9080)] });
}

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: any;
  readonly spec: any;
}

/** What `cdk8s synth` would write, validated, and read back from its YAML. */
export function synthesized(app: App): Manifest[] {
  return parseAllDocuments(app.synthYaml(), { version: '1.1' }).map((document) => (document as any).toJS());
}

/** The one object of a kind. */
export function only(app: App, kind: string): Manifest {
  const found = synthesized(app).filter((manifest) => manifest.kind === kind);
  if (found.length !== 1) throw new Error(`${found.length} objects of kind ${kind}`);
  return found[0];
}

/** The HTTP rules of the one VirtualService. */
export function rules(app: App): any[] {
  return only(app, 'VirtualService').spec.http;
}

/** The message of what is thrown; fails when nothing is. */
export function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}

/** What validation says of one construct and all below it. */
export function mistakes(construct: IConstruct): string[] {
  return construct.node.findAll().flatMap((child) => child.node.validate());
}

/** A Service as a raw object. */
export function rawService(chart: Chart, id: string, spec: object = {}, metadata: object = {}): ApiObject {
  return new ApiObject(chart, id, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: id, ...metadata },
    spec: { selector: { app: id }, ports: [{ name: 'http', port: 9080 }], ...spec },
  });
}

export interface RawWorkloadOptions {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly labels?: object;
  readonly spec?: object;
  readonly podSpec?: object;
}

export function rawWorkload(chart: Chart, id: string, options: RawWorkloadOptions = {}): ApiObject {
  const labels = options.labels ?? { app: id };
  return new ApiObject(chart, id, {
    apiVersion: options.apiVersion ?? 'apps/v1',
    kind: options.kind ?? 'Deployment',
    metadata: { name: id },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'main' }], ...options.podSpec } },
      ...options.spec,
    },
  });
}

export function yamlOf(object: ApiObject): string {
  return Yaml.stringify(object.toJson());
}
