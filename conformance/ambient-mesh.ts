import { Interview } from './interview';

/** A pod as ztunnel is told of it. */
export interface AmbientWorkload {
  readonly name: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly tunnel: boolean;
  readonly waypoint: string;
  readonly problem: string;
  readonly authorizations: string[];
}

/** A Service as ztunnel is told of it. */
export interface AmbientService {
  readonly name: string;
  readonly namespace: string;
  readonly waypoint: string;
  readonly ingressUsesWaypoint: boolean;
  readonly problem: string;
}

interface Condition {
  readonly status: boolean;
  readonly reason: string;
  readonly message: string;
}

/** An AuthorizationPolicy and what istiod says of it in its status. */
export interface AmbientPolicy {
  readonly name: string;
  readonly namespace: string;
  readonly ztunnel: Condition | null;
  readonly waypoint: Condition | null;
}

type StringMatch = { readonly exact?: string; readonly prefix?: string; readonly suffix?: string; readonly presence?: object };
type Match = { readonly [field: string]: readonly any[] | undefined };

/** What is left of a policy for ztunnel, as Istio's `workloadapi/security/authorization.proto` has it. */
interface Authorization {
  readonly name: string;
  readonly namespace: string;
  readonly scope?: string;
  readonly action?: string;
  readonly groups?: readonly { readonly rules?: readonly { readonly matches?: readonly Match[] }[] }[];
}

/** Who opens a connection, and to which port of the pod. */
export interface Connection {
  /** `shop/frontend`; undefined in plaintext. */
  readonly from?: string;
  readonly ip?: string;
  readonly port: number;
}

/** What istiod makes of some manifests for the ambient mesh. */
export class AmbientReport {
  public readonly workloads: readonly AmbientWorkload[];
  public readonly services: readonly AmbientService[];
  public readonly policies: readonly AmbientPolicy[];
  private readonly authorizations: readonly Authorization[];

  constructor(answer: any) {
    this.workloads = answer.workloads;
    this.services = answer.services;
    this.policies = answer.policies;
    this.authorizations = answer.authorizations.map(({ message }: { message: Authorization }) => message);
  }

  public service(name: string): AmbientService {
    return this.services.find((one) => `${one.namespace}/${one.name}` === name)!;
  }

  public workload(name: string): AmbientWorkload {
    return this.workloads.find((one) => `${one.namespace}/${one.name}` === `${name}-0`)!;
  }

  public policy(name: string): AmbientPolicy | undefined {
    return this.policies.find((one) => `${one.namespace}/${one.name}` === name);
  }

  /** What is left of a policy; undefined where ztunnel is not given it. */
  public left(name: string): Authorization | undefined {
    return this.authorizations.find((one) => `${one.namespace}/${one.name}` === name);
  }

  /**
   * Whether ztunnel lets a connection through to a pod, by the rules in Istio's definition of what it is given: what any deny
   * matches is refused; where there are allows, what none of them matches.
   */
  public admits(workload: string, connection: Connection): boolean {
    const { namespace, authorizations, tunnel } = this.workload(workload);
    // Before other pods ztunnel does not stand.
    if (!tunnel) return true;
    const holding = this.authorizations.filter((one) => one.scope === undefined || (one.scope === 'NAMESPACE' && one.namespace === namespace)
      || (one.scope === 'WORKLOAD_SELECTOR' && authorizations.includes(`${one.namespace}/${one.name}`)));
    const [denies, allows] = [holding.filter(({ action }) => action === 'DENY'), holding.filter(({ action }) => action !== 'DENY')];
    if (denies.some((one) => matches(one, connection))) return false;
    return allows.length === 0 || allows.some((one) => matches(one, connection));
  }
}

/** Groups are alternatives, the rules of one are joined, matches in a rule are alternatives, fields of one are joined. */
export function matches({ groups = [] }: Authorization, connection: Connection): boolean {
  return groups.some(({ rules = [] }) => rules.every(({ matches: all = [] }) => all.some((match) => isMatch(match, connection))));
}

function isMatch(match: Match, connection: Connection): boolean {
  return Object.entries(match).every(([field, values = []]) => {
    const negated = /^not[A-Z]/.test(field);
    const name = negated ? field[3].toLowerCase() + field.slice(4) : field;
    const test = FIELDS[name];
    if (test === undefined) throw new Error(`no ${field} is known of what ztunnel is given`);
    return values.length === 0 || values.some((value) => test(value, connection)) !== negated;
  });
}

const FIELDS: { readonly [field: string]: (value: any, connection: Connection) => boolean } = {
  namespaces: (value, { from }) => from !== undefined && isLike(value, from.split('/')[0]),
  principals: (value, { from }) => from !== undefined && isLike(value, `cluster.local/ns/${from.split('/')[0]}/sa/${from.split('/')[1]}`),
  serviceAccounts: ({ namespace, serviceAccount }, { from }) => from === `${namespace}/${serviceAccount}`,
  sourceIps: ({ address, length }, { ip }) => ip !== undefined && isWithin(ip, Buffer.from(address, 'base64'), length ?? 0),
  destinationPorts: (value, { port }) => value === port,
};

function isLike({ exact, prefix, suffix, presence }: StringMatch, value: string): boolean {
  if (presence) return value !== '';
  if (prefix !== undefined) return value.startsWith(prefix);
  return suffix === undefined ? value === exact : value.endsWith(suffix);
}

function isWithin(ip: string, network: Buffer, length: number): boolean {
  const bits = (bytes: Iterable<number>) => [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('').slice(0, length);
  return bits(ip.split('.').map(Number)) === bits(network);
}

/** istiod's own code for the ambient mesh. */
export class AmbientIstiod {
  private readonly interview = new Interview('ambient', '--serve');

  public async report(yaml: string): Promise<AmbientReport> {
    const answer = await this.interview.ask(yaml);
    if (answer.error !== undefined) throw new Error(`the judge could not answer: ${answer.error}`);
    return new AmbientReport(answer);
  }

  public async end(): Promise<void> {
    await this.interview.end();
  }
}
