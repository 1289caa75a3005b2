import { SchemaProblem } from './admission';
import { KIND_SCHEMAS } from './generated/kind-schemas';
import { quoteValue } from './quote-value';
import { nearestName } from './unknown-field';
import { MeshObject } from '../../manifest/mesh-object';

/** Istio's own groups that are no API of a cluster, or belong to another program. */
const NOT_IN_A_CLUSTER = new Set(['install.istio.io', 'operator.istio.io']);

/** What to say of an object that no CRD of Istio defines, if it was meant to be one of Istio's. */
export function unknownKind({ apiVersion, group, kind }: MeshObject): SchemaProblem | undefined {
  const isIstios = group.endsWith('.istio.io') && !NOT_IN_A_CLUSTER.has(group);
  // `apiVersion: v1` or none at all, with a kind that only Istio has.
  if (!isIstios && (group !== '' || apiVersionOf(kind) === undefined)) return undefined;

  const right = apiVersionOf(kind);
  const near = nearestName(kind, [...KIND_SCHEMAS.keys()].map((name) => name.slice(0, name.indexOf('.'))));
  return {
    rule: 'unknown-kind-or-version',
    path: right !== undefined ? 'apiVersion' : 'kind',
    message: `${apiVersion === '' ? 'An API without a name' : quoteValue(apiVersion)} has no kind ${quoteValue(kind)}.`,
    fix: right !== undefined ? `Write apiVersion: ${right}.`
      : near ? `Write kind: ${near.name} and apiVersion: ${apiVersionOf(near.name)}.`
        : `Write one of Istio's kinds: ${[...KIND_SCHEMAS.keys()].map((name) => name.slice(0, name.indexOf('.'))).join(', ')}.`,
  };
}

const API_VERSIONS: ReadonlyMap<string, string> = new Map([...KIND_SCHEMAS].map(([name, { versions }]) => {
  const dot = name.indexOf('.');
  return [name.slice(0, dot), `${name.slice(dot + 1)}/${versions[0]}`];
}));

/** The newest API version of one of Istio's kinds. */
function apiVersionOf(kind: string): string | undefined {
  return API_VERSIONS.get(kind);
}
