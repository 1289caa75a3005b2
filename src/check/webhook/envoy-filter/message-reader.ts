import { isJsonObject, Json, JsonObject } from '../../../manifest/json';
import { quoted } from '../quoted';
import { envoyTypes, Field, Message } from './envoy-types';
import { describeScalar, isMapKey, isScalar, isScalarType } from './scalar';
import { standsUnderValue, wellKnownProblem } from './well-known';
import { describeValue } from '../../../semantics/describe-value';

export interface Misfit { readonly path: string; readonly message: string; readonly fix: string }

/** What a patch's value does not have in common with the message that it is for. */
export interface Reading {
  /** Istio refuses the object for it. */
  readonly misfit?: Misfit;
  /** Istio warns of them and Envoy never sees them. */
  readonly unknownFields: readonly Misfit[];
}

/** The one message that has fields which must be there. */
const NAME_PART = 'google.protobuf.UninterpretedOption.NamePart';
const NAME_PART_FIELDS = [['name_part', 'namePart'], ['is_extension', 'isExtension']];
/** Far deeper than any configuration; what is deeper is not looked at. */
const DEEPEST = 500;
const MOST_NAMES = 12;

/** Reads a JSON value as istiod's webhook reads it for one of Envoy's messages. */
export function readMessage(value: JsonObject, fullName: string, path: string): Reading {
  const reader = new Reader();
  reader.message(value, fullName, path, 0);
  return reader;
}

class Reader implements Reading {
  public misfit?: Misfit;
  public readonly unknownFields: Misfit[] = [];
  private readonly types = envoyTypes();

  public message(value: Json, fullName: string, path: string, depth: number, isAny = false): void {
    if (value === null || depth > DEEPEST) return;
    if (fullName === 'google.protobuf.Any') return this.any(value, path, depth);
    const problem = wellKnownProblem(value, fullName);
    if (problem !== undefined) {
      if (problem !== '') this.wrong(value, path, isScalarType(problem) ? describeScalar(problem) : problem);
      return;
    }
    const message = this.types.message(fullName);
    if (message === undefined) return;
    if (!isJsonObject(value)) return this.wrong(value, path, `an object (${fullName})`);
    for (const key in value) {
      const field = message.byName.get(key);
      if (field === undefined) {
        if (!isAny || key !== '@type') this.unknown(key, message, path);
      } else if (!isOverridden(key, field, value)) {
        this.field(value[key], field, `${path}.${key}`, depth);
      }
      if (this.misfit !== undefined) return;
    }
  }

  private any(value: Json, path: string, depth: number): void {
    if (!isJsonObject(value) || !('@type' in value)) {
      this.misfit = {
        path,
        message: isJsonObject(value) ? 'The configuration has no "@type", so nobody knows what it is.' : `The configuration is ${typeof value === 'string' ? quoted(value) : describeValue(value)}, not an object.`,
        fix: 'Add for example "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua.',
      };
      return;
    }
    const url = value['@type'];
    const fullName = typeof url === 'string' ? url.slice(url.lastIndexOf('/') + 1) : '';
    if (this.types.message(fullName) === undefined && !standsUnderValue(fullName)) {
      if (!this.types.isOpaque(fullName)) {
        this.unknownType(url, path);
      } else if (fullName === NAME_PART && !NAME_PART_FIELDS.every((names) => names.some((name) => name in value))) {
        this.misfit = {
          path,
          message: `The configuration of the type ${fullName} lacks a field that must be there.`,
          fix: 'Drop it: no extension of Envoy is configured by this type.',
        };
      }
      return;
    }
    if (!standsUnderValue(fullName)) return this.message(value, fullName, path, depth + 1, true);
    if ('value' in value) return this.message(value.value, fullName, `${path}.value`, depth + 1);
    this.misfit = { path, message: `The configuration of the type ${fullName} has no "value".`, fix: 'Write the configuration under "value".' };
  }

  private unknownType(url: Json, path: string): void {
    this.misfit = {
      path: `${path}.@type`,
      message: `Istio knows no type ${typeof url === 'string' ? quoted(url) : describeValue(url)}.`,
      fix: typeof url === 'string' && url.includes('.v2.')
        ? 'The v2 API is gone from Envoy: use the v3 type of the same filter.'
        : 'Take the type from the filter\'s page in Envoy\'s reference, with its version, such as type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua.',
    };
  }

  private field(value: Json, field: Field, path: string, depth: number): void {
    if (value === null) return;
    switch (field.shape) {
      case 'one': return this.single(value, field.type, path, depth);
      case 'list':
        if (!Array.isArray(value)) return this.wrong(value, path, 'a list');
        for (let i = 0; i < value.length && this.misfit === undefined; i++) this.single(value[i], field.type, `${path}[${i}]`, depth);
        return;
      case 'map':
        if (!isJsonObject(value)) return this.wrong(value, path, 'an object');
        for (const key in value) {
          if (this.misfit !== undefined) return;
          if (!isMapKey(key, field.key!)) return this.wrong(key, path, `a map with keys that are ${describeScalar(field.key!)}`);
          this.single(value[key], field.type, `${path}[${key}]`, depth);
        }
    }
  }

  private single(value: Json, type: string, path: string, depth: number): void {
    if (isScalarType(type)) {
      if (!isScalar(value, type)) this.wrong(value, path, describeScalar(type));
      return;
    }
    const names = this.types.enumValues(type);
    if (names === undefined) return this.message(value, type, path, depth + 1);
    if (typeof value === 'string' ? names.has(value) : isScalar(value, 'i')) return;
    this.wrong(value, path, `one of ${[...names].join(', ')}`);
  }

  private wrong(value: Json, path: string, wanted: string): void {
    this.misfit = {
      path,
      message: `The value is ${typeof value === 'string' ? quoted(value) : describeValue(value)}; Envoy wants ${wanted} here.`,
      fix: 'Give what the field wants; see the message in Envoy\'s v3 API reference.',
    };
  }

  private unknown(key: string, message: Message, path: string): void {
    const names = message.fields.map(field => field.name);
    this.unknownFields.push({
      path: `${path}.${key}`,
      message: `Envoy's ${message.fullName} has no field ${quoted(key)}; it is ignored.`,
      fix: names.length === 0 ? 'Drop it: this message has no fields.'
        : `Its fields are ${names.slice(0, MOST_NAMES).join(', ')}${names.length > MOST_NAMES ? `, and ${names.length - MOST_NAMES} more` : ''}.`,
    });
  }
}

/** A field that is given by both of its names: the one in camel case counts. */
function isOverridden(key: string, field: Field, value: JsonObject): boolean {
  return key !== field.jsonName && field.jsonName in value;
}

/** The value of a field, by either name. */
function valueOf(value: JsonObject, field: Field): Json | undefined {
  return field.jsonName in value ? value[field.jsonName] : value[field.name];
}

/**
 * The names of the extensions that are configured without `typed_config`, which Envoy finds by name: deprecated. Looked
 * for as the webhook does, not in lists nor in what stands behind an `@type`.
 */
export function untypedExtensions(value: JsonObject, fullName: string, depth = 0): string[] {
  const message = envoyTypes().message(fullName);
  if (message === undefined || depth > DEEPEST) return [];
  const names: string[] = [];
  const counting = countingFields(value, message);
  for (const field of counting) {
    const nested = valueOf(value, field);
    if (field.shape === 'one' && isJsonObject(nested) && wellKnownProblem(nested, field.type) === undefined) {
      names.push(...untypedExtensions(nested, field.type, depth + 1));
    }
  }
  if (message.byName.has('typed_config') && !counting.some(({ name }) => name === 'typed_config' || name === 'config_discovery')) {
    const name = message.byName.has('name') ? valueOf(value, message.byName.get('name')!) : '';
    names.push(typeof name === 'string' ? name : '');
  }
  return names;
}

/** The fields that are set; of those that exclude each other, the last one. */
function countingFields(value: JsonObject, { fields }: Message): readonly Field[] {
  const set = fields.filter(field => (valueOf(value, field) ?? null) !== null);
  return set.filter((field, i) => field.oneof === undefined || !set.slice(i + 1).some(later => later.oneof === field.oneof));
}
