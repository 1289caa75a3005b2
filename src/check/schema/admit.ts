import { Admission, SchemaProblem } from './admission';
import { KIND_SCHEMAS, SCHEMA_NODES } from './generated/kind-schemas';
import { isGoodMetadata, MetadataReview } from './object-metadata';
import { quoteValue } from './quote-value';
import { DEEPEST, isWithinDepth } from './scalars';
import { KindSchema, SchemaNode } from './schema-node';
import { SchemaWalk, join } from './schema-walk';
import { listed, nearestName } from './unknown-field';
import { unknownKind } from './unknown-kind';
import { Json, JsonObject } from '../../manifest/json';
import { MeshObject } from '../../manifest/mesh-object';

const NO_PROBLEMS: readonly SchemaProblem[] = Object.freeze([]);
const FIELDS = ['apiVersion', 'kind', 'metadata', 'spec', 'status'];

/**
 * The API server's verdict on an object of one of Istio's kinds: a create with strict field validation. Objects of
 * other groups are none of its business, and pass.
 */
export function admit(object: MeshObject): Admission {
  const { json } = object;
  const schema = KIND_SCHEMAS.get(object.groupKind);
  if (!schema) {
    const problem = unknownKind(object);
    if (!problem) return { problems: NO_PROBLEMS, admitted: json };
    return { problems: [problem], admitted: withFields(json, new MetadataReview(json.metadata).admitted, undefined) };
  }
  return isGood(object, schema) ? { problems: NO_PROBLEMS, admitted: json } : review(object, schema);
}

/** Whether there is nothing to say about an object and nothing to drop of it. */
function isGood({ json, version }: MeshObject, schema: KindSchema): boolean {
  let hasSpec = false;
  let hasMetadata = false;
  for (const key in json) {
    switch (key) {
      case 'apiVersion':
      case 'kind':
        break;
      case 'metadata':
        if (!isGoodMetadata(json.metadata)) return false;
        hasMetadata = true;
        break;
      case 'spec':
        if (!schema.fits(json.spec)) return false;
        hasSpec = true;
        break;
      default:
        return false;
    }
  }
  return hasMetadata && (hasSpec || !schema.specRequired) && schema.versions.includes(version);
}

function review(object: MeshObject, schema: KindSchema): Admission {
  const { json } = object;
  const walk = new SchemaWalk(nodes(), schema.spec);
  if (!schema.versions.includes(object.version)) {
    walk.report('unknown-kind-or-version', 'apiVersion', `${object.group} serves ${object.kind} not as ${quoteValue(object.version)}, but as ${schema.versions.join(', ')}.`,
      `Write apiVersion: ${object.group}/${schema.versions[0]}.`);
  }
  for (const key of Object.keys(json)) {
    if (FIELDS.includes(key) || json[key] === undefined) continue;
    walk.dropped = true;
    walk.report('unknown-field', join('', key).replace(/^\./, ''), `An object has no field ${quoteValue(key)}.`, fixForTopLevel(key, schema));
  }

  let metadata = json.metadata;
  if (!isGoodMetadata(metadata)) {
    const reviewed = new MetadataReview(metadata);
    walk.problems.push(...reviewed.problems);
    metadata = reviewed.admitted;
    walk.dropped = true;
  }

  let spec: Json | undefined = json.spec;
  if (spec === null || spec === undefined) {
    if (schema.specRequired) walk.report('required', 'spec', spec === null ? 'It is null, which counts as missing, and it is required.' : 'It is missing, and it is required.', 'Add spec.');
    walk.dropped ||= spec === null;
    spec = undefined;
  } else if (!schema.fits(spec)) {
    spec = walk.fit(schema.spec, spec, 'spec', 1);
  }

  if (json.status !== undefined) {
    walk.dropped = true;
    if (isWithinDepth(json.status, DEEPEST - 1)) walk.reportUnknown(schema.status, json.status, 'status');
    else walk.report('not-allowed-value', 'status', `Lists and objects stand inside each other more than ${DEEPEST} deep.`, 'Remove status: the server writes its own.');
  }
  return { problems: walk.problems, admitted: walk.dropped ? withFields(json, metadata as JsonObject, spec) : json };
}

function withFields({ apiVersion, kind }: JsonObject, metadata: JsonObject, spec: Json | undefined): JsonObject {
  return { ...(apiVersion !== undefined && { apiVersion }), ...(kind !== undefined && { kind }), metadata, ...(spec !== undefined && { spec }) };
}

function fixForTopLevel(key: string, schema: KindSchema): string {
  if (Object.prototype.hasOwnProperty.call(nodes()[schema.spec].properties, key)) return `Move it to spec.${key}.`;
  const near = nearestName(key, FIELDS);
  return near ? `Write ${near.name}.` : `Remove it, or move it below spec or metadata; an object has ${listed(FIELDS)}.`;
}

let table: readonly SchemaNode[] | undefined;

/** Read only when something is wrong: reading it takes longer than judging hundreds of good objects. */
function nodes(): readonly SchemaNode[] {
  return table ??= JSON.parse(SCHEMA_NODES);
}
