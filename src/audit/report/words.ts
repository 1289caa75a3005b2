import { Condition } from '../condition';
import { Because, Exception, PlacedRow } from '../row';
import { Target } from '../target';

/** `9080`, `8080, 9090 and others`, `any`. */
export function portsText({ ports, otherPorts, allPorts, protocol }: Pick<PlacedRow, 'ports' | 'otherPorts' | 'allPorts' | 'protocol'>): string {
  const numbers = allPorts ? 'any' : [...ports.map(String), ...(otherPorts ? ['others'] : [])].join(', ');
  return protocol === 'any' || (protocol === 'http' && !allPorts && !otherPorts) ? numbers : `${numbers} (${protocol.toUpperCase()})`;
}

/** The ports of a target that anything speaks of: all that are none of the others. */
export function knownPorts({ cells }: Target): number[] {
  return [...new Set(cells.flatMap(({ port }) => port ?? []))].sort((one, other) => one - other);
}

/** What is said of a target beside its name. */
export function factsOf(target: Target): readonly string[] {
  const protocols = knownPorts(target).map((port) => {
    const there = new Set(target.cells.filter((cell) => cell.port === port).map(({ protocol }) => protocol.toUpperCase()));
    return `${port} ${there.size > 1 ? 'HTTP or TCP' : [...there][0]}`;
  });
  return [
    ...(target.serviceAccount === undefined ? [] : [`runs as ${target.namespace}/${target.serviceAccount}`]),
    ...(protocols.length > 0 ? [`ports ${protocols.join(', ')}`] : []),
    ...(target.mtls === '' ? [] : [`mTLS ${target.mtls}`]),
  ];
}

const REQUEST = ['request.method', 'request.path', 'request.host'];

/** Which requests: `GET, HEAD /reviews*`, `any`. */
export function requestsText(row: Pick<PlacedRow, 'conditions' | 'protocol'>): string {
  const asked = REQUEST.flatMap((attribute) => row.conditions.filter((condition) => condition.attribute === attribute));
  if (asked.length === 0) return row.protocol === 'tcp' ? 'any bytes' : 'any';
  return asked.map(requestText).join(' ');
}

function requestText({ attribute, values, excluded }: Condition): string {
  const label = attribute === 'request.host' ? 'host ' : '';
  return [...(values.length > 0 ? [label + values.join(', ')] : []), ...(excluded.length > 0 ? [`not ${label}${excluded.join(', ')}`] : [])].join(', but ');
}

/** What else is asked, beyond the caller and the request. */
export function onlyIfText({ conditions, dependsOn }: Pick<PlacedRow, 'conditions' | 'dependsOn'>): string {
  return [
    ...conditions.filter(({ attribute, values }) => !REQUEST.includes(attribute) && !(attribute.startsWith('source.') && attribute !== 'source.ip' && values.length > 0))
      .map(conditionText),
    ...conditions.filter(({ attribute, values, excluded }) => attribute.startsWith('source.') && attribute !== 'source.ip' && values.length > 0 && excluded.length > 0)
      .map(({ attribute, excluded }) => conditionText({ attribute, values: [], excluded })),
    ...extraIdentity(conditions),
    ...dependsOn.map((what) => `depends on ${what}`),
  ].join('; ');
}

/** A rule may ask for a principal and a namespace that are no one identity: the first is the caller, the others are said. */
function extraIdentity(conditions: readonly Condition[]): string[] {
  return conditions.filter(({ attribute, values }) => attribute.startsWith('source.') && attribute !== 'source.ip' && values.length > 0).slice(1).map(({ attribute, values }) => conditionText({ attribute, values, excluded: [] }));
}

const NAMES: Readonly<Record<string, string>> = {
  'source.principal': 'principal',
  'source.serviceAccount': 'service account',
  'source.namespace': 'namespace',
  'source.trustDomain': 'trust domain',
  'source.ip': 'IP of the peer',
  'remote.ip': 'IP of the client',
  'request.auth.principal': 'token of',
  'request.auth.token': 'token',
  'request.method': '',
  'request.path': '',
  'request.host': 'host',
};

export function conditionText({ attribute, values, excluded }: Condition): string {
  if (attribute === 'request.auth.token') return 'with a token that is not valid (401)';
  const name = NAMES[attribute] ?? attribute;
  const label = name === '' ? '' : `${name} `;
  return [...(values.length > 0 ? [label + values.join(', ')] : []), ...(excluded.length > 0 ? [`not ${label}${excluded.join(', ')}`] : [])].join(', but ');
}

/** `AuthorizationPolicy shop/readers, rule 0`; the reason, where no rule says so. */
export function becauseText({ policy, rule }: Because, reason: string = ''): string {
  return policy === '' ? reason : rule === undefined ? policy : `${policy}, rule ${rule}`;
}

/** `DELETE (AuthorizationPolicy shop/read-only, rule 0)` */
export function exceptionText({ conditions, provider, dependsOn, ...because }: Exception): string {
  const what = conditions.length === 0 ? 'everything' : conditions.map(conditionText).join(' and ');
  return `${provider === '' ? what : `${what}: asks ${provider}`} (${becauseText(because)}${dependsOn === '' ? '' : `, ${dependsOn}`})`;
}

/** `1 target`, `2 targets` */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
