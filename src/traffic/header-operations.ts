import type { VirtualServiceSpecHttpHeaders } from '../imports/networking.istio.io';
import type { Spec } from '../model/istio-object';
import { describeValue } from '../semantics/describe-value';
import {
  HEADER_VALUE_FIX, changedHeaderNameProblem, headerValueProblem, isAuthorityHeader, matchedHeaderNameProblem, setRequestHeaderNameProblem,
} from '../semantics/http-header';

/**
 * What is done to the headers of a request or a response. Removing comes first, then setting and adding.
 *
 * Values may hold variables of Envoy, such as `%DOWNSTREAM_REMOTE_ADDRESS%`; a percent sign is written `%%`.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#Headers-HeaderOperations
 */
export interface HeaderOperations {
  /**
   * Headers that get this value, whatever they had.
   *
   * @default - none
   */
  readonly set?: { readonly [name: string]: string };
  /**
   * Values that are added to those that a header has.
   *
   * @default - none
   */
  readonly add?: { readonly [name: string]: string };
  /**
   * Headers that are taken out.
   *
   * @default - none
   */
  readonly remove?: string[];
}

type Headers = Spec<VirtualServiceSpecHttpHeaders>;

/** Both directions as Istio writes them; undefined where nothing is done. Throws for what no proxy could do. */
export function renderHeaders(request: HeaderOperations | undefined, response: HeaderOperations | undefined): Headers | undefined {
  const headers = {
    request: request === undefined ? undefined : render('requestHeaders', request, setRequestHeaderNameProblem),
    response: response === undefined ? undefined : render('responseHeaders', response, changedHeaderNameProblem),
  };
  return headers.request || headers.response ? headers : undefined;
}

/** Whether the Host header is among what is set: `rewrite.authority` says the same. */
export function setsAuthority(request: HeaderOperations | undefined): boolean {
  return [request?.set, request?.add].some((values) => Object.keys(values ?? {}).some(isAuthorityHeader));
}

const OPERATIONS = ['set', 'add', 'remove'];

type NameProblem = (name: string) => string | undefined;

function render(what: string, operations: HeaderOperations, setProblem: NameProblem) {
  if (typeof operations !== 'object' || operations === null || Array.isArray(operations)) {
    throw new Error(`\`${what}\` is ${describeValue(operations)}. Say what is done, for example { set: { 'x-version': '2' }, remove: ['x-debug'] }.`);
  }
  const unknown = Object.keys(operations).find((operation) => !OPERATIONS.includes(operation));
  if (unknown !== undefined) {
    throw new Error(`\`${what}\` has ${describeValue(unknown)}, which is no operation: \`set\`, \`add\` and \`remove\` are. To set a header of that name, say { set: { ${describeValue(unknown)}: … } }.`);
  }
  const { set, add, remove } = operations;
  checkValues(`${what}.set`, set, setProblem);
  checkValues(`${what}.add`, add, setProblem);
  if (remove !== undefined && !Array.isArray(remove)) throw new Error(`\`${what}.remove\` is ${describeValue(remove)}. Give a list of names, for example ['x-debug'].`);
  for (const name of remove ?? []) checkName(`${what}.remove`, name, changedHeaderNameProblem);
  refuseTwice(what, [...Object.keys(set ?? {}), ...remove ?? []]);
  const rendered = { set: given(set), add: given(add), remove: remove?.length ? [...remove] : undefined };
  return rendered.set || rendered.add || rendered.remove ? rendered : undefined;
}

function checkValues(what: string, values: unknown, problemOf: NameProblem): void {
  if (values === undefined) return;
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new Error(`\`${what}\` is ${describeValue(values)}. Give names with their values, for example { 'x-version': '2' }.`);
  }
  for (const [name, value] of Object.entries(values)) {
    checkName(what, name, problemOf);
    if (typeof value !== 'string') throw new Error(`\`${what}\`: the value of ${name} is ${describeValue(value)}. Give a string.`);
    if (value === '') throw new Error(`\`${what}\`: the value of ${name} is empty. To take the header out, name it in \`remove\`.`);
    const problem = headerValueProblem(value);
    if (problem) throw new Error(`\`${what}\`: the value of ${name}, ${JSON.stringify(value)}, ${problem}. ${HEADER_VALUE_FIX}`);
  }
}

function checkName(what: string, name: unknown, problemOf: NameProblem): void {
  if (typeof name !== 'string') throw new Error(`\`${what}\` names the header ${describeValue(name)}. Give a string.`);
  // What no header's name has, istiod lets pass, and the proxy then refuses the whole configuration.
  const problem = problemOf(name) ?? (isAuthorityHeader(name) || name.includes(',') ? undefined : matchedHeaderNameProblem(name));
  if (problem || name.includes(',') || name.startsWith('@')) {
    throw new Error(`\`${what}\`: the header name ${JSON.stringify(name)} ${problem ?? 'has a character that no header name has'}. Letters, digits and !#$%&'*+-.^_\`|~ are allowed.`);
  }
}

/** Header names have no case, so `X-A` and `x-a` are one. */
function refuseTwice(what: string, names: readonly string[]): void {
  const lower = names.map((name) => name.toLowerCase());
  const twice = lower.find((name, index) => lower.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`\`${what}\` sets or removes the header ${twice} more than once. Say one of it: case does not matter, and removing comes before setting.`);
}

function given(values: HeaderOperations['set']): Record<string, string> | undefined {
  return values && Object.keys(values).length > 0 ? { ...values } : undefined;
}
