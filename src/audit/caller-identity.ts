import { Condition } from './condition';
import { patternTakes } from '../check/facts/authorization-patterns';
import { principalOf } from '../check/facts/identity';

/** Who a certificate says that somebody is. */
export interface CallerIdentity {
  /** Undefined where a rule leaves it open. */
  readonly trustDomain: string | undefined;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** The trust domain of a mesh, and those that count as it. */
export type TrustDomains = readonly string[];

/** `cluster.local` in a policy is the mesh's own trust domain, whatever that is called. */
const OWN = 'cluster.local';

/** `shop/cart`; with its trust domain, if that is not one of the mesh's own. */
export function nameOf({ trustDomain, namespace, serviceAccount }: CallerIdentity, domains: TrustDomains): string {
  return trustDomain === undefined || domains.includes(trustDomain)
    ? `${namespace}/${serviceAccount}`
    : `${trustDomain}/ns/${namespace}/sa/${serviceAccount}`;
}

/** The one identity that a value of a condition stands for; undefined if it is for several, or for none that Istio gives out. */
export function identityNamed(attribute: string, value: string, domains: TrustDomains): CallerIdentity | undefined {
  if (attribute === 'source.serviceAccount') {
    const slash = value.indexOf('/');
    return { trustDomain: undefined, namespace: value.slice(0, slash), serviceAccount: value.slice(slash + 1) };
  }
  const named = attribute === 'source.principal' ? principalOf(value) : undefined;
  if (named === undefined || (named.trustDomain !== '*' && named.trustDomain.includes('*'))) return undefined;
  const { trustDomain } = named;
  return { ...named, trustDomain: trustDomain === '*' ? undefined : trustDomain === OWN ? domains[0] : trustDomain };
}

/** Whether a caller fulfils a condition on identities; undefined where that depends on a trust domain that is left open. */
export function fulfils(caller: CallerIdentity, { attribute, values, excluded }: Condition, domains: TrustDomains): boolean | undefined {
  const one = values.length === 0 ? true : some(values.map((value) => takes(attribute, value, caller, domains)));
  const other = some(excluded.map((value) => takes(attribute, value, caller, domains)));
  if (one === false || other === true) return false;
  return one === undefined || other === undefined ? undefined : true;
}

function some(answers: readonly (boolean | undefined)[]): boolean | undefined {
  return answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;
}

function takes(attribute: string, value: string, caller: CallerIdentity, domains: TrustDomains): boolean | undefined {
  const { trustDomain, namespace, serviceAccount } = caller;
  const tail = `/ns/${namespace}/sa/${serviceAccount}`;
  switch (attribute) {
    case 'source.serviceAccount':
      return value === `${namespace}/${serviceAccount}`;
    case 'source.namespace':
      // Istio puts the value into an expression on the whole identity, so that an asterisk may reach further than the name.
      return new RegExp(`^.*/ns/${value.split('*').map(quoted).join('.*')}/.*$`).test(`spiffe://x${tail}`);
    case 'source.trustDomain':
      if (value === '*') return true;
      if (trustDomain === undefined) return undefined;
      return domains.includes(value) ? domains.includes(trustDomain) : new RegExp(`^${quoted(value).replace('\\*', '[^/]*')}$`).test(trustDomain);
    default: {
      if (value === '*') return true;
      if (value.startsWith('*/')) return `x${tail}`.endsWith(value.slice(1));
      if (trustDomain !== undefined) return withAliases(value, domains).some((each) => patternTakes(each, trustDomain + tail));
      const named = principalOf(value);
      return named !== undefined && (named.namespace !== namespace || named.serviceAccount !== serviceAccount) ? false : undefined;
    }
  }
}

/** A full principal of one trust domain of the mesh is one of them all. */
function withAliases(value: string, domains: TrustDomains): readonly string[] {
  const [domain, ...rest] = value.split('/');
  if (rest.length !== 4 || domain === '*' || !(domain === OWN || domains.some((own) => patternTakes(domain, own)))) return [value];
  return domains.map((own) => domain.startsWith('*') && patternTakes(domain, own) ? value : [own, ...rest].join('/'));
}

function quoted(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
