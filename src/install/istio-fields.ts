import { Values, isValues } from './merge-values';
import { checkSampledShare } from './sampled-share';
import { describeValue } from '../semantics/describe-value';
import { editDistance } from '../semantics/edit-distance';
import { goDurationNanoseconds } from '../semantics/go-duration';
import { INSTALLATION_FIELDS, ISTIOD_VARIABLES } from '../semantics/installation-fields';

const PROXY_CONFIG = 'ProxyConfig';

/** Where else settings are said that many put below `defaultConfig`, which takes whatever it is given and reads none of it. */
const ELSEWHERE: { readonly [field: string]: string } = {
  runAsUser: 'The user of a sidecar is no setting of the mesh: take it out, or write a template of your own for the injector.',
  securityContext: 'That of sidecars is no setting of the mesh: take it out, or write a template of your own for the injector.',
  resources: 'CPU and memory of sidecars are `proxies.resources`.',
  logLevel: 'How much proxies say is `proxies.logLevel`.',
};

/** Variables that Go and its libraries read in any program. */
const OF_GO = ['GODEBUG', 'GOGC', 'GOMEMLIMIT', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];

/**
 * Throws for a field that Istio does not know, at any depth, and for a value of another type. Istio takes an unknown field of the
 * mesh configuration without a word, and nothing reads it.
 *
 * @param message its name among the facts
 */
export function checkFields(path: string, value: unknown, message: 'MeshConfig' | 'values.Values'): void {
  if (!isValues(value)) throw new Error(`\`${path}\` is ${describeValue(value)}. Give an object with Istio's fields.`);
  checkMessage(path, value, message);
}

function checkMessage(path: string, value: Values, message: string): void {
  const fields = INSTALLATION_FIELDS[message];
  for (const [name, inner] of Object.entries(value)) {
    const here = `${path}.${name}`;
    if (!Object.hasOwn(fields, name)) throw new Error(`there is no field \`${here}\`, and nothing would read it. ${instead(name, message)}`);
    if (inner === undefined) continue;
    checkType(here, inner, fields[name]);
  }
}

function instead(name: string, message: string): string {
  const fields = Object.keys(INSTALLATION_FIELDS[message]);
  const camelCase = name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  if (fields.includes(camelCase)) return `Write \`${camelCase}\`.`;
  const near = nearest(name, fields);
  if (near !== undefined) return `Did you mean \`${near}\`?`;
  if (message === PROXY_CONFIG && Object.hasOwn(ELSEWHERE, name)) return ELSEWHERE[name];
  const places = Object.entries({ 'MeshConfig': '`meshConfig.fields`', 'ProxyConfig': '`meshConfig.fields.defaultConfig`', 'values.Values': '`values`', 'values.GlobalConfig': '`values.global`', 'values.ProxyConfig': '`values.global.proxy`', 'values.PilotConfig': '`values.pilot`' });
  const place = places.find(([other]) => other !== message && Object.hasOwn(INSTALLATION_FIELDS[other], name));
  if (place !== undefined) return `It is a field of ${place[1]}.`;
  return fields.length <= 20 ? `Give one of ${[...fields].sort().join(', ')}.` : 'Correct the name, or take it out.';
}

function nearest(name: string, known: readonly string[]): string | undefined {
  const limit = name.length < 5 ? 2 : 3;
  const [best] = known.map((field) => ({ field, distance: editDistance(name, field, limit) })).sort((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance < limit ? best.field : undefined;
}

function checkType(path: string, value: unknown, type: string): void {
  if (type === 'any' || type === 'chart') return;
  if (type.startsWith('list:')) {
    if (!Array.isArray(value)) throw wrong(path, value, 'a list');
    value.forEach((item, index) => checkType(`${path}[${index}]`, item, type.slice('list:'.length)));
  } else if (type.startsWith('map:')) {
    if (!isValues(value)) throw wrong(path, value, 'an object');
    for (const [key, item] of Object.entries(value)) checkType(`${path}["${key}"]`, item, type.slice('map:'.length));
  } else if (Object.hasOwn(INSTALLATION_FIELDS, type)) {
    if (!isValues(value)) throw wrong(path, value, 'an object');
    checkMessage(path, value, type);
  } else {
    checkScalar(path, value, type);
  }
}

function checkScalar(path: string, value: unknown, type: string): void {
  const fits: { readonly [type: string]: [(value: unknown) => boolean, string] } = {
    text: [(text) => typeof text === 'string', 'a text'],
    boolean: [(flag) => typeof flag === 'boolean', 'true or false'],
    integer: [Number.isInteger, 'a whole number'],
    number: [Number.isFinite, 'a number'],
    duration: [(text) => typeof text === 'string' && goDurationNanoseconds(text) !== undefined, 'a duration, for example "500ms" or "1m30s"'],
  };
  const [is, example] = fits[type] ?? [(name: unknown) => type.split('|').includes(name as string), `one of ${type.split('|').join(', ')}`];
  if (!is(value)) throw wrong(path, value, example);
}

function wrong(path: string, value: unknown, example: string): Error {
  return new Error(`\`${path}\` is ${describeValue(value)}. Give ${example}.`);
}

/** Apart: what a chart alone knows, which istioctl takes as unvalidated values only. */
export function chartOnly(values: Values, message = 'values.Values'): { validated: Values; unvalidated: Values } {
  const fields = INSTALLATION_FIELDS[message];
  const validated: Values = {};
  const unvalidated: Values = {};
  for (const [name, value] of Object.entries(values)) {
    const type = fields[name];
    if (type === 'chart') {
      unvalidated[name] = value;
    } else if (Object.hasOwn(INSTALLATION_FIELDS, type) && isValues(value) && name !== 'ztunnel') {
      const inner = chartOnly(value, type);
      validated[name] = inner.validated;
      if (Object.keys(inner.unvalidated).length > 0) unvalidated[name] = inner.unvalidated;
    } else {
      validated[name] = value;
    }
  }
  return { validated, unvalidated };
}

/** Throws for an environment variable that istiod does not read, and for a value that it would not understand. */
export function checkIstiodVariables(path: string, variables: { readonly [name: string]: string }): void {
  for (const [name, value] of Object.entries(variables)) {
    if (OF_GO.includes(name)) continue;
    if (!Object.hasOwn(ISTIOD_VARIABLES, name)) {
      const near = nearest(name, Object.keys(ISTIOD_VARIABLES));
      throw new Error(`istiod reads no variable ${name} (\`${path}\`). ${near === undefined ? 'Correct the name, or take it out.' : `Did you mean ${near}?`}`);
    }
    checkVariable(`${path}.${name}`, value, ISTIOD_VARIABLES[name]);
    if (name === 'PILOT_TRACE_SAMPLING') checkSampledShare(`${path}.${name}`, Number(value));
  }
}

/** What is not understood, istiod takes for the default and says so in its log alone. */
function checkVariable(path: string, value: string, type: string): void {
  const shapes: { readonly [type: string]: [RegExp, string] } = {
    boolean: [/^(1|t|T|true|TRUE|True|0|f|F|false|FALSE|False)$/, '"true" or "false"'],
    integer: [/^[-+]?\d+$/, 'a whole number as a text, for example "100"'],
    number: [/^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/, 'a number as a text, for example "0.5"'],
    duration: [/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/, 'a duration, for example "500ms" or "1m30s"'],
  };
  const shape = shapes[type];
  if (shape !== undefined && !shape[0].test(value)) throw wrong(path, value, shape[1]);
}
