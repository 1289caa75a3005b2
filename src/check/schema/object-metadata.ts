import { SchemaProblem } from './admission';
import { isAnnotationKey, isDnsLabel, isDnsSubdomain, isLabelValue, isQualifiedName } from './kubernetes-names';
import { describeJson, quoteValue } from './quote-value';
import { isRfc3339 } from './rfc3339';
import { DEEPEST, isInt64, isWithinDepth } from './scalars';
import { join } from './schema-walk';
import { listed, nearestName } from './unknown-field';
import { Json, JsonObject, isJsonObject } from '../../manifest/json';

const MOST_ANNOTATION_BYTES = 256 * 1024;

/** Whether metadata hold only what most have, all of it right: then there is nothing to say and nothing to change. */
export function isGoodMetadata(metadata: any): boolean {
  if (!isJsonObject(metadata)) return false;
  let named = false;
  for (const key in metadata) {
    const value: any = metadata[key];
    switch (key) {
      case 'name':
        if (typeof value !== 'string' || !isDnsSubdomain(value)) return false;
        named = true;
        break;
      case 'namespace':
        if (typeof value !== 'string' || (value !== '' && !isDnsLabel(value))) return false;
        break;
      case 'labels':
        if (!isJsonObject(value)) return false;
        for (const label in value) {
          const text = value[label];
          if (typeof text !== 'string' || !isQualifiedName(label) || !isLabelValue(text)) return false;
        }
        break;
      case 'annotations': {
        if (!isJsonObject(value)) return false;
        let size = 0;
        for (const annotation in value) {
          const text = value[annotation];
          if (typeof text !== 'string' || !isAnnotationKey(annotation)) return false;
          size += annotation.length + text.length;
        }
        // A character has at most three bytes for each unit of JavaScript's strings.
        if (size * 3 > MOST_ANNOTATION_BYTES) return false;
        break;
      }
      case 'uid':
      case 'resourceVersion':
      case 'selfLink':
        if (typeof value !== 'string') return false;
        break;
      case 'generation':
        if (!Number.isSafeInteger(value)) return false;
        break;
      case 'creationTimestamp':
        if (typeof value !== 'string' || !isRfc3339(value)) return false;
        break;
      default:
        return false;
    }
  }
  return named;
}

/** What the server makes of a field: a null is the empty value of its type. */
type FieldType = 'string' | 'int64' | 'boolean' | 'time' | 'strings' | 'string map' | 'owners' | 'managers' | 'anything';

const METADATA: Readonly<Record<string, FieldType>> = {
  name: 'string',
  generateName: 'string',
  namespace: 'string',
  selfLink: 'string',
  uid: 'string',
  resourceVersion: 'string',
  generation: 'int64',
  creationTimestamp: 'time',
  deletionTimestamp: 'time',
  deletionGracePeriodSeconds: 'int64',
  labels: 'string map',
  annotations: 'string map',
  ownerReferences: 'owners',
  finalizers: 'strings',
  managedFields: 'managers',
};
const OWNER: Readonly<Record<string, FieldType>> = {
  apiVersion: 'string', kind: 'string', name: 'string', uid: 'string', controller: 'boolean', blockOwnerDeletion: 'boolean',
};
const MANAGER: Readonly<Record<string, FieldType>> = {
  manager: 'string', operation: 'string', apiVersion: 'string', time: 'time', fieldsType: 'string', fieldsV1: 'anything', subresource: 'string',
};

const NOUNS: Readonly<Record<FieldType, string>> = {
  'string': 'a string',
  'int64': 'a whole number',
  'boolean': 'true or false',
  'time': 'a time such as 2026-01-31T12:00:00Z',
  'strings': 'a list of strings',
  'string map': 'an object whose values are strings',
  'owners': 'a list of objects',
  'managers': 'a list of objects',
  'anything': 'anything',
};

/** Looks at the metadata of an object one by one, and keeps of them what has the right type. */
export class MetadataReview {
  public readonly problems: SchemaProblem[] = [];
  /** The metadata as the server would read them. */
  public readonly admitted: JsonObject;

  constructor(metadata: Json | undefined) {
    if (metadata !== undefined && metadata !== null && !isJsonObject(metadata)) {
      this.problem('metadata', `It is ${describeJson(metadata)}, but must be an object.`, 'Write metadata: with name: below it.');
      this.admitted = {};
      return;
    }
    if (!isWithinDepth(metadata, DEEPEST - 1)) {
      this.problem('metadata', `Lists and objects stand inside each other more than ${DEEPEST} deep.`, 'Write it flatter; an API server reads nothing that is deeper.');
      this.admitted = {};
      return;
    }
    this.admitted = this.struct(metadata ?? {}, METADATA, 'metadata');
    this.checkNames(this.admitted);
    this.checkLabels(this.admitted.labels as any);
    this.checkAnnotations(this.admitted.annotations as any);
    this.checkFinalizers(this.admitted.finalizers as any);
    this.checkOwners(this.admitted.ownerReferences as any);
  }

  private problem(path: string, message: string, fix: string, rule: SchemaProblem['rule'] = 'metadata'): void {
    this.problems.push({ rule, path, message, fix });
  }

  private struct(value: JsonObject, fields: Readonly<Record<string, FieldType>>, path: string): JsonObject {
    const fitting: Record<string, Json> = {};
    for (const key of Object.keys(value)) {
      if (value[key] === undefined) continue;
      if (!Object.prototype.hasOwnProperty.call(fields, key)) {
        const near = nearestName(key, Object.keys(fields));
        this.problem(join(path, key), `There is no field ${quoteValue(key)} in ${path}.`, near ? `Write ${near.name}.` : `Remove it, or write one of ${listed(Object.keys(fields))}.`, 'unknown-field');
        continue;
      }
      const inner = this.field(fields[key], value[key], `${path}.${key}`);
      if (inner !== undefined) fitting[key] = inner;
    }
    return fitting;
  }

  /** The value as its type, or undefined where it is null or of another type, which is a problem. */
  private field(type: FieldType, value: Json, path: string): Json | undefined {
    if (value === null) return undefined;
    switch (type) {
      case 'anything': return value;
      case 'string':
        if (typeof value === 'string') return value;
        break;
      case 'int64':
        if (isInt64(value)) return value;
        break;
      case 'boolean':
        if (typeof value === 'boolean') return value;
        break;
      case 'time':
        if (typeof value === 'string' && isRfc3339(value)) return value;
        break;
      case 'strings':
        if (Array.isArray(value)) return value.map((item, i) => this.field('string', item, `${path}[${i}]`) ?? '');
        break;
      case 'string map':
        if (isJsonObject(value)) return this.stringMap(value, path);
        break;
      case 'owners':
      case 'managers':
        if (Array.isArray(value)) return value.map((item, i) => this.item(type === 'owners' ? OWNER : MANAGER, item, `${path}[${i}]`));
        break;
    }
    const quoted = (type === 'string') && (typeof value === 'number' || typeof value === 'boolean');
    this.problem(path, `It is ${describeJson(value)}, but must be ${NOUNS[type]}.`, quoted ? `Put it in quotes: "${value}".` : `Write ${NOUNS[type]}.`);
    return undefined;
  }

  private item(fields: Readonly<Record<string, FieldType>>, item: Json, path: string): Json {
    if (item === null || item === undefined) return {};
    if (isJsonObject(item)) return this.struct(item, fields, path);
    this.problem(path, `It is ${describeJson(item)}, but must be an object.`, 'Write an object.');
    return {};
  }

  private stringMap(value: JsonObject, path: string): JsonObject {
    const fitting: Record<string, Json> = Object.create(null);
    for (const key of Object.keys(value)) {
      if (value[key] === undefined) continue;
      if (value[key] === null) {fitting[key] = '';} else {
        const text = this.field('string', value[key], join(path, key));
        if (text !== undefined) fitting[key] = text;
      }
    }
    return fitting;
  }

  private checkNames({ name, generateName, namespace }: JsonObject): void {
    if (typeof generateName === 'string' && generateName !== '' && !isGenerateName(generateName)) {
      this.problem('metadata.generateName', `${quoteValue(generateName)} does not begin a name: lower case letters, digits, - and ., beginning with a letter or a digit.`, `Write ${quoteValue(asName(generateName, 'name'))}.`);
    }
    if (typeof name === 'string' && name !== '') {
      if (!isDnsSubdomain(name)) {
        this.problem('metadata.name', `${quoteValue(name)} is no name: at most 253 lower case letters, digits, - and ., with a letter or a digit at both ends and around every dot.`, `Write ${quoteValue(asName(name, 'name'))}.`);
      }
    } else if (typeof generateName !== 'string' || generateName === '') {
      if (!this.problems.some(({ path }) => path === 'metadata.name' || path === 'metadata.generateName')) {
        this.problem('metadata.name', 'It is missing, and every object has one.', 'Add metadata.name.');
      }
    } else if (isGenerateName(generateName) && !isDnsSubdomain(`${generateName.slice(0, 58)}00000`)) {
      this.problem('metadata.generateName', `${quoteValue(generateName)} with what the server appends is no name.`, `Write ${quoteValue(asName(generateName, 'name'))}.`);
    }
    if (typeof namespace === 'string' && namespace !== '' && !isDnsLabel(namespace)) {
      this.problem('metadata.namespace', `${quoteValue(namespace)} is no name of a namespace: at most 63 lower case letters, digits and -, with a letter or a digit at both ends.`, `Write ${quoteValue(asName(namespace, 'namespace').replace(/[.]/g, '-').slice(0, 63))}.`);
    }
  }

  private checkLabels(labels: Readonly<Record<string, string>> = {}): void {
    for (const key of Object.keys(labels)) {
      if (!isQualifiedName(key)) this.problem(join('metadata.labels', key), `${quoteValue(key)} is no key of a label.`, KEY_FIX);
      if (!isLabelValue(labels[key])) {
        this.problem(join('metadata.labels', key), `${quoteValue(labels[key])} is no value of a label: at most 63 letters, digits, -, _ and ., with a letter or a digit at both ends.`, 'Write such a value, or make it an annotation, which takes any text.');
      }
    }
  }

  private checkAnnotations(annotations: Readonly<Record<string, string>> = {}): void {
    let size = 0;
    for (const key of Object.keys(annotations)) {
      if (!isAnnotationKey(key)) this.problem(join('metadata.annotations', key), `${quoteValue(key)} is no key of an annotation.`, KEY_FIX);
      size += Buffer.byteLength(key) + Buffer.byteLength(annotations[key]);
    }
    if (size > MOST_ANNOTATION_BYTES) this.problem('metadata.annotations', `They have ${size} bytes; ${MOST_ANNOTATION_BYTES} are allowed.`, 'Move the text to a ConfigMap.');
  }

  private checkFinalizers(finalizers: readonly string[] = []): void {
    finalizers.forEach((finalizer, i) => {
      if (!isQualifiedName(finalizer)) this.problem(`metadata.finalizers[${i}]`, `${quoteValue(finalizer)} is no name of a finalizer.`, KEY_FIX);
    });
    if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
      this.problem('metadata.finalizers', 'orphan and foregroundDeletion are set together.', 'Keep one of them.');
    }
  }

  private checkOwners(owners: ReadonlyArray<Readonly<Record<string, unknown>>> = []): void {
    owners.forEach(({ apiVersion = '', kind = '', name = '', uid = '' }, i) => {
      const path = `metadata.ownerReferences[${i}]`;
      if (!/^[^/]*(?:\/[^/]+)?$/.test(apiVersion as string) || apiVersion === '' || apiVersion === '/') this.problem(`${path}.apiVersion`, `${quoteValue(apiVersion)} is no API version.`, 'Write the owner\'s apiVersion, such as apps/v1.');
      for (const [field, text] of [['kind', kind], ['name', name], ['uid', uid]]) {
        if (text === '') this.problem(`${path}.${field as string}`, 'It is missing, and it is required.', `Add the owner's ${field as string}.`);
      }
      if ((apiVersion === 'v1' || apiVersion === '/v1') && kind === 'Event') this.problem(path, 'An Event can own nothing.', 'Remove it.');
    });
    if (owners.filter(({ controller }) => controller === true).length > 1) this.problem('metadata.ownerReferences', 'Several owners are the controller.', 'Set controller: true for one of them.');
  }
}

const KEY_FIX = 'Write NAME or DOMAIN/NAME: at most 63 letters, digits, -, _ and . with a letter or a digit at both ends, and a domain in lower case.';

/** A dash at the end is taken for a letter, since something is appended. */
function isGenerateName(prefix: string): boolean {
  return isDnsSubdomain(prefix.length > 1 && prefix.endsWith('-') ? `${prefix.slice(0, -2)}a` : prefix);
}

function asName(text: string, otherwise: string): string {
  const name = text.slice(0, 253).toLowerCase().replace(/[^a-z0-9.-]+/g, '-').replace(/[-.]*\.[-.]*/g, '.').replace(/^[-.]+|[-.]+$/g, '');
  return name === '' ? otherwise : name;
}
