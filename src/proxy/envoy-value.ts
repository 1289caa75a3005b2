import { describeValue } from '../semantics/describe-value';

const TYPE = 'type.googleapis.com/';

/** Throws unless it is a piece of Envoy's configuration in which every extension says what it is. */
export function checkEnvoyValue(what: string, value: unknown, named: boolean): asserts value is object {
  if (!isObject(value)) {
    throw new Error(`${what}: the value is ${describeValue(value)}. Give an object as Envoy's API has it, for example { name: 'my-filter', typed_config: { '@type': '${TYPE}…' } }.`);
  }
  if (Object.keys(value).length === 0) throw new Error(`${what}: the value is empty, so nothing would be changed. Give what is to be there.`);
  if (named) {
    if (typeof value.name !== 'string' || value.name === '') {
      throw new Error(`${what}: the name of what is added is ${describeValue(value.name)}. Give \`name\`, which others find it by, for example name: 'my-filter'.`);
    }
    if (configOf(value) === undefined && !('config_discovery' in value) && !('configDiscovery' in value)) {
      throw new Error(`${what}: ${value.name} has no \`typed_config\`, and Envoy takes no filter by its name alone. Give typed_config: { '@type': '${TYPE}…', … }.`);
    }
  }
  checkTypes(what, value, '');
}

function configOf(value: Readonly<Record<string, unknown>>): unknown {
  return value.typed_config ?? value.typedConfig;
}

/** Every `typed_config` is of a type; without it, proxies refuse all of the listener or cluster, and keep what they had. */
function checkTypes(what: string, value: unknown, path: string): void {
  if (Array.isArray(value)) {
    value.forEach((item, i) => checkTypes(what, item, `${path}[${i}]`));
    return;
  }
  if (!isObject(value)) {
    if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value))) {
      throw new Error(`${what}: ${path} is ${describeValue(value)}, which no YAML can say. Give texts, finite numbers, true or false, lists and objects.`);
    }
    return;
  }
  for (const [key, member] of Object.entries(value)) {
    const place = path === '' ? key : `${path}.${key}`;
    if (key === 'typed_config' || key === 'typedConfig') checkType(what, member, place);
    if (key === 'typed_per_filter_config' || key === 'typedPerFilterConfig' || key === 'typed_extension_protocol_options') {
      if (isObject(member)) for (const [name, config] of Object.entries(member)) checkType(what, config, `${place}["${name}"]`);
    }
    checkTypes(what, member, place);
  }
}

function checkType(what: string, config: unknown, path: string): void {
  const type = isObject(config) ? config['@type'] : undefined;
  if (typeof type === 'string' && type.startsWith(TYPE) && type.length > TYPE.length) return;
  throw new Error(`${what}: the "@type" of ${path} is ${describeValue(type)}. Give the full name of its message, for example '@type': '${TYPE}envoy.extensions.filters.http.lua.v3.Lua'.`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
