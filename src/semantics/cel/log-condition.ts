import { celProblem } from './syntax';
import { Token, tokensOf } from './token';
import { editDistance } from '../edit-distance';

/*
 * What Envoy makes of a CEL expression that selects requests for an access log. Istio's webhook looks at the grammar only; an
 * attribute that does not exist then selects nothing, and a function that Envoy has not built in makes it refuse its listeners.
 */

const CERTIFICATES = [
  'subject_local_certificate', 'subject_peer_certificate', 'dns_san_local_certificate', 'dns_san_peer_certificate',
  'uri_san_local_certificate', 'uri_san_peer_certificate', 'sha256_peer_certificate_digest',
];

/** @see https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/advanced/attributes */
const ATTRIBUTES: { readonly [root: string]: readonly string[] } = {
  request: [
    'path', 'url_path', 'host', 'scheme', 'method', 'headers', 'referer', 'useragent', 'time', 'id', 'protocol', 'query', 'duration', 'size', 'total_size',
  ],
  response: ['code', 'code_details', 'flags', 'grpc_status', 'headers', 'trailers', 'size', 'total_size', 'backend_latency'],
  connection: ['mtls', 'id', 'requested_server_name', 'tls_version', 'transport_failure_reason', 'termination_details', ...CERTIFICATES],
  upstream: [
    'address', 'port', 'tls_version', 'transport_failure_reason', 'local_address', 'locality', 'request_attempt_count', 'cx_pool_ready_duration',
    ...CERTIFICATES,
  ],
  source: ['address', 'port'],
  destination: ['address', 'port'],
  xds: [
    'node', 'cluster_name', 'cluster_metadata', 'listener_direction', 'listener_metadata', 'route_name', 'route_metadata', 'virtual_host_name',
    'virtual_host_metadata', 'upstream_host_metadata', 'upstream_host_locality_metadata', 'filter_chain_name',
  ],
};

/** Whose fields are whatever somebody put there; `re.extract` is a function. */
const OPEN = ['metadata', 'filter_state', 'upstream_filter_state', 're'];
const TYPES = ['bool', 'int', 'uint', 'double', 'bytes', 'string', 'list', 'map', 'type', 'null_type'];
const NUMBERS = new Set([
  'response.code', 'response.flags', 'response.grpc_status', 'request.size', 'request.total_size', 'response.size', 'response.total_size',
  'source.port', 'destination.port', 'upstream.port', 'upstream.request_attempt_count',
]);

const TESTS = ['contains', 'startsWith', 'endsWith', 'matches', 'has'];
const TIMES = [
  'getFullYear', 'getMonth', 'getDayOfYear', 'getDayOfMonth', 'getDate', 'getDayOfWeek', 'getHours', 'getMinutes', 'getSeconds', 'getMilliseconds',
];
const FUNCTIONS = [...TESTS, ...TIMES, 'size', 'type', 'int', 'uint', 'double', 'bool', 'bytes', 'dyn', 'duration', 'timestamp', 'extract'];
const MACROS = ['all', 'exists', 'exists_one', 'filter', 'map'];
const DECIDES = new Set<string>(['==', '!=', '<', '<=', '>', '>=', 'in', '!', '&&', '||', 'true', 'false']);
const COMPARES = new Set<string>(['==', '!=', '<', '<=', '>', '>=']);

/** Why Envoy would log nothing by an expression, or not take it at all; undefined where neither is known. */
export function logConditionProblem(text: string): string | undefined {
  if (text.trim() === '') return 'it is empty';
  const problem = celProblem(text);
  if (problem !== undefined) return problem;
  const tokens = tokensOf(text);
  for (let i = 0; i < tokens.length; i++) {
    const found = tokens[i].type === 'name' ? nameProblem(tokens, i) : undefined;
    if (found !== undefined) return found;
  }
  if (tokens.some(({ type, text: word }) => DECIDES.has(type) || (type === 'name' && (TESTS.includes(word) || word === 'mtls')))) return undefined;
  return 'it is no condition, which is true or false, so nothing would be logged';
}

function nameProblem(tokens: readonly Token[], i: number): string | undefined {
  const { text: name } = tokens[i];
  const before = tokens[i - 1]?.type;
  const after = tokens[i + 1].type;
  if (after === '(') return functionProblem(name);
  if (before === '.') return undefined;
  if (TYPES.includes(name) || OPEN.includes(name)) return undefined;
  const fields = Object.hasOwn(ATTRIBUTES, name) ? ATTRIBUTES[name] : undefined;
  if (fields === undefined) return `Envoy knows no attribute ${name}${nearest(name, [...Object.keys(ATTRIBUTES), ...OPEN])}, so nothing would be logged`;
  const field = tokens[i + 2];
  if (after !== '.' || field.type !== 'name') return undefined;
  const path = `${name}.${field.text}`;
  if (!fields.includes(field.text)) return `Envoy knows no attribute ${path}${nearest(field.text, fields, `${name}.`)}, so nothing would be logged`;
  const isText = (at: number) => tokens[at]?.type === 'string';
  if (NUMBERS.has(path) && ((COMPARES.has(tokens[i + 3].type) && isText(i + 4)) || (COMPARES.has(before) && isText(i - 2)))) {
    return `${path} is a number and is compared with a text, so nothing would be logged`;
  }
  return undefined;
}

function functionProblem(name: string): string | undefined {
  if (FUNCTIONS.includes(name)) return undefined;
  if (MACROS.includes(name)) return `Envoy does not take the loop ${name}(), and then takes no configuration at all`;
  return `Envoy has no function ${name}()${nearest(name, FUNCTIONS)}, and then takes no configuration at all`;
}

function nearest(word: string, known: readonly string[], prefix: string = ''): string {
  const distances = known.map((each) => ({ each, distance: editDistance(word.toLowerCase(), each.toLowerCase()) }));
  const [best] = distances.sort((one, other) => one.distance - other.distance);
  return best.distance <= Math.max(1, Math.floor(word.length / 3)) ? ` (did you mean ${prefix}${best.each}?)` : '';
}
