import { MeshFacts } from './mesh-facts';
import { readEmbeddedYaml } from '../../manifest/embedded-yaml';
import { arrayOr, isJsonObject, Json, JsonObject, member, objectOr, stringOr } from '../../manifest/json';
import { Kind } from '../../manifest/kinds';
import { MeshObject } from '../../manifest/mesh-object';

/** An entry of `extensionProviders`. */
export interface ExtensionProvider {
  readonly name: string;
  /** `prometheus`, `zipkin`, `opentelemetry`, `envoyExtAuthzGrpc` …; empty where none is said. */
  readonly type: string;
  readonly settings: JsonObject;
}

/** The configuration of the mesh, as far as rules ask for it: what stands in the input over Istio's defaults. */
export interface MeshConfig {
  /** Where it stands; undefined where the input has none and all below are Istio's defaults. */
  readonly object?: MeshObject;
  /** Where in the object: `spec.meshConfig`, `data.mesh`. */
  readonly path: string;
  /** Whether it is what istiod reads, not a file that an installation merges with others. */
  readonly isWhole: boolean;
  /** As written. */
  readonly json: JsonObject;
  readonly rootNamespace: string;
  readonly trustDomain: string;
  readonly trustDomainAliases: readonly string[];
  readonly outboundTrafficPolicy: 'ALLOW_ANY' | 'REGISTRY_ONLY';
  readonly enableAutoMtls: boolean;
  readonly accessLogFile: string;
  /** Names of `extensionProviders` that hold where a Telemetry names none. */
  readonly defaultProviders: { readonly tracing: readonly string[]; readonly metrics: readonly string[]; readonly accessLogging: readonly string[] };
  /** By name, of every revision in sight, those that Istio itself has included. */
  readonly extensionProviders: ReadonlyMap<string, ExtensionProvider>;
}

/** Where Istio is installed unless something in the input says otherwise. */
export const ISTIO_SYSTEM = 'istio-system';

const SAIL_ISTIO = 'Istio.sailoperator.io';

interface Written { readonly object: MeshObject; readonly path: string; readonly json: JsonObject }

/** The configuration of the mesh: `mesh.fact(meshConfig)`. Of several revisions that of the default one. */
export function meshConfig(mesh: MeshFacts): MeshConfig {
  const written = [...inConfigMaps(mesh), ...inOperators(mesh)];
  const json = written[0]?.json ?? NONE;
  const providers = new Map<string, ExtensionProvider>(BUILT_IN.map((provider) => [provider.name, provider]));
  for (const { json: each } of [...written].reverse()) {
    for (const entry of arrayOr(member(each, 'extensionProviders'))) {
      const name = stringOr(member(entry, 'name'));
      if (name !== undefined) providers.set(name, providerOf(name, entry));
    }
  }
  const defaults = member(json, 'defaultProviders');
  return {
    object: written[0]?.object,
    path: written[0]?.path ?? '',
    isWhole: written[0]?.object.groupKind === Kind.CONFIG_MAP,
    json,
    rootNamespace: nonEmpty(member(json, 'rootNamespace')) ?? ISTIO_SYSTEM,
    trustDomain: nonEmpty(member(json, 'trustDomain')) ?? 'cluster.local',
    trustDomainAliases: strings(member(json, 'trustDomainAliases')),
    outboundTrafficPolicy: member(member(json, 'outboundTrafficPolicy'), 'mode') === 'REGISTRY_ONLY' ? 'REGISTRY_ONLY' : 'ALLOW_ANY',
    enableAutoMtls: member(json, 'enableAutoMtls') !== false,
    accessLogFile: stringOr(member(json, 'accessLogFile')) ?? '',
    defaultProviders: {
      tracing: strings(member(defaults, 'tracing')),
      metrics: strings(member(defaults, 'metrics')),
      accessLogging: strings(member(defaults, 'accessLogging')),
    },
    extensionProviders: providers,
  };
}

const NONE: JsonObject = Object.freeze(Object.create(null));

const BUILT_IN: readonly ExtensionProvider[] = [
  { name: 'prometheus', type: 'prometheus', settings: NONE },
  { name: 'stackdriver', type: 'stackdriver', settings: NONE },
  { name: 'envoy', type: 'envoyFileAccessLog', settings: NONE },
];

function providerOf(name: string, entry: Json): ExtensionProvider {
  for (const type of Object.keys(objectOr(entry))) {
    if (type !== 'name') return { name, type, settings: objectOr(member(entry, type)) };
  }
  return { name, type: '', settings: NONE };
}

/** ConfigMaps as istiod reads them: `istio`, or `istio-<revision>`, with the key `mesh`. */
function inConfigMaps(mesh: MeshFacts): Written[] {
  const found: Written[] = [];
  for (const object of mesh.ofKind(Kind.CONFIG_MAP)) {
    if (object.name !== 'istio' && !object.name.startsWith('istio-')) continue;
    const text = stringOr(member(member(object.json, 'data'), 'mesh'));
    if (text !== undefined) found.push({ object, path: 'data.mesh', json: objectIn(text) });
  }
  // The default revision first, and of two installations the one in istio-system.
  const rank = ({ object }: Written) => (object.name === 'istio' ? 0 : 2) + (object.namespace === ISTIO_SYSTEM ? 0 : 1);
  return found.sort((one, other) => rank(one) - rank(other));
}

/** IstioOperator files, and the resource of the Sail operator. */
function inOperators(mesh: MeshFacts): Written[] {
  const found: Written[] = [];
  for (const object of mesh.ofKind(Kind.ISTIO_OPERATOR)) {
    const json = member(member(object.json, 'spec'), 'meshConfig');
    if (isJsonObject(json)) found.push({ object, path: 'spec.meshConfig', json });
  }
  for (const object of mesh.ofKind(SAIL_ISTIO)) {
    const json = member(member(member(object.json, 'spec'), 'values'), 'meshConfig');
    if (isJsonObject(json)) found.push({ object, path: 'spec.values.meshConfig', json });
  }
  return found;
}

/** The object in a text; an empty one if it holds none. */
function objectIn(text: string): JsonObject {
  return objectOr(readEmbeddedYaml(text).value);
}

function nonEmpty(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function strings(value: Json | undefined): string[] {
  return arrayOr(value).filter((item): item is string => typeof item === 'string');
}
