import { VirtualServiceHttpHeaders as Headers } from '../../../manifest/generated/istio-specs';
import { changedHeaderNameProblem, HEADER_VALUE_FIX, headerValueProblem, isAuthorityHeader, setRequestHeaderNameProblem } from '../../../semantics/http-header';
import { FieldPath } from '../field-path';
import { quoted } from '../quoted';
import { WebhookReport } from '../webhook-check';

type NameProblem = (name: string) => string | undefined;

/** Headers that are set, added and removed, of requests and of responses. */
export function checkHeaderOperations({ request, response }: Headers, parent: FieldPath, report: WebhookReport): void {
  if (request) {
    checkWritten(request.add, 'request.add', setRequestHeaderNameProblem, parent, report);
    checkWritten(request.set, 'request.set', setRequestHeaderNameProblem, parent, report);
    checkRemoved(request.remove, 'request.remove', parent, report);
  }
  if (response) {
    checkWritten(response.add, 'response.add', changedHeaderNameProblem, parent, report);
    checkWritten(response.set, 'response.set', changedHeaderNameProblem, parent, report);
    checkRemoved(response.remove, 'response.remove', parent, report);
  }
}

function checkWritten(
  headers: Readonly<Record<string, string>> | undefined, field: string, nameProblem: NameProblem, parent: FieldPath, report: WebhookReport,
): void {
  for (const name in headers) {
    const wrongName = nameProblem(name);
    if (wrongName !== undefined) reportName(name, wrongName, `${parent}.headers.${field}[${name}]`, report);
    const value = headers[name];
    const wrongValue = headerValueProblem(value);
    if (wrongValue !== undefined) {
      report.error(`${parent}.headers.${field}[${name}]`, `The value ${quoted(value)} of the header ${quoted(name)} ${wrongValue}.`, HEADER_VALUE_FIX);
    }
  }
}

function checkRemoved(names: readonly string[] | undefined, field: string, parent: FieldPath, report: WebhookReport): void {
  if (names === undefined) return;
  for (let i = 0; i < names.length; i++) {
    const problem = changedHeaderNameProblem(names[i]);
    if (problem !== undefined) reportName(names[i], problem, `${parent}.headers.${field}[${i}]`, report);
  }
}

function reportName(name: string, problem: string, path: string, report: WebhookReport): void {
  report.error(path, `The header name ${quoted(name)} ${problem}.`,
    'Write the name of an ordinary header, such as x-user. The host of a request is changed by rewrite.authority; status, path and method are not headers.');
}

/**
 * The host of a request may be changed in one place only: `rewrite.authority`, or one header that is set or added.
 * Of two in one map Istio takes whichever comes first, so where only one has a value its verdict is left to chance; we
 * refuse it.
 */
export function checkAuthorityChanges(authority: string | undefined, headers: Headers | undefined, at: FieldPath, report: WebhookReport): void {
  const { set, add } = headers?.request ?? {};
  if (set === undefined && add === undefined) return;
  const values: string[] = authority ? [authority] : [];
  for (const map of [set, add]) {
    const names = Object.keys(map ?? {}).filter(isAuthorityHeader);
    const written = names.map((name) => map![name]).sort(emptyLast);
    for (const value of written) {
      if (values.some(isGiven)) {
        report.error(`${at}.headers.request.${map === set ? 'set' : 'add'}[${names[0]}]`,
          `The host of the request is changed twice: to ${quoted(values.find(isGiven)!)} and to ${quoted(value)}.`,
          'Change it in one place: rewrite.authority, or one of the headers host and :authority under headers.request.set.');
        return;
      }
      values.push(value);
    }
  }
}

const isGiven = (value: string): boolean => value !== '';
const emptyLast = (one: string, other: string): number => Number(one === '') - Number(other === '');
