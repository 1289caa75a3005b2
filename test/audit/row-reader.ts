import { CallerRequest, Outcome } from './request-evaluator';
import type { AccessCondition, AccessRow } from '../../src';

/** What somebody would conclude who reads the rows of a report, and knows nothing else. */
export function readOff(rows: readonly AccessRow[], request: CallerRequest, ports: readonly number[]): Outcome {
  const outcomes = rows.filter((row) => isFor(row, request, ports)).map((row): Outcome => {
    const met = row.exceptions.filter(({ conditions }) => conditions.every((condition) => holds(condition, request)));
    const asking = met.find(({ provider }) => provider !== '');
    return met.some(({ provider }) => provider === '') ? 'refused' : asking ? `asked ${asking.provider}` : 'allowed';
  });
  return outcomes.find((outcome) => outcome !== 'refused') ?? 'refused';
}

/** @param ports those of the target that are known: any other is one of the others */
function isFor(row: AccessRow, request: CallerRequest, ports: readonly number[]): boolean {
  if (request.account === undefined && !row.plaintext) return false;
  if (![request.isHttp ? 'http' : 'tcp', 'any'].includes(row.protocol)) return false;
  if (!(row.ports.includes(request.port) || (row.otherPorts && !ports.includes(request.port)))) return false;
  return row.conditions.every((condition) => holds(condition, request));
}

function holds({ attribute, values, excluded }: AccessCondition, request: CallerRequest): boolean {
  const test = tester(attribute, request);
  return (values.length === 0 || values.some(test)) && !excluded.some(test);
}

function tester(attribute: string, { account, ip, method, path, host, headers, token }: CallerRequest): (value: string) => boolean {
  const like = (text: string | undefined) => (value: string) => {
    if (text === undefined) return false;
    const expression = value.split(/(\{\*\*\}|\{\*\}|\*)/).map((part) => part === '{*}' ? '[^/]+' : part === '{**}' ? '.*' : part === '*' ? '.*' : part.replace(/[.+?^$()|[\]\\]/g, '\\$&')).join('');
    return new RegExp(`^${expression}$`).test(text);
  };
  const known = token === 'invalid' ? undefined : token;
  const [, header] = /^request\.headers\[(.*)\]$/.exec(attribute) ?? [];
  const [, claim] = /^request\.auth\.claims\[(.*)\]$/.exec(attribute) ?? [];
  if (header !== undefined) return like(headers[header]);
  if (claim !== undefined) return like(known?.claims[claim]);
  switch (attribute) {
    case 'source.principal': return like(account && `cluster.local/ns/${account.replace('/', '/sa/')}`);
    case 'source.namespace': return like(account?.split('/')[0]);
    case 'source.serviceAccount': return (value) => value === account;
    case 'source.ip': return (value) => ip.startsWith(value.replace(/(\.0)*\/\d+$/, (zeros) => zeros.startsWith('.0') ? '.' : ''));
    case 'request.auth.token': return () => token === 'invalid';
    case 'request.auth.principal': return like(known && `${known.issuer}/${known.subject}`);
    case 'request.method': return like(method);
    case 'request.path': return like(path);
    case 'request.host': return (value) => like(host.toLowerCase())(value.toLowerCase());
    default: throw new Error(`the reader does not know ${attribute}`);
  }
}
