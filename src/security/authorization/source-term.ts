import type { AuthorizationPolicySpecRulesFromSource } from '../../imports/security.istio.io';
import { IMeshCaller } from '../../model/identity';
import { Spec } from '../../model/istio-object';

export type SourceSpec = Spec<AuthorizationPolicySpecRulesFromSource>;

/** What a source may be told by. `serviceAccounts` are written as principals, which Istio takes beside namespaces. */
export type SourceAttribute = 'principals' | 'namespaces' | 'trustDomains' | 'ipBlocks' | 'remoteIpBlocks' | 'requestPrincipals';

const NEGATED = {
  principals: 'notPrincipals',
  namespaces: 'notNamespaces',
  trustDomains: 'notTrustDomains',
  ipBlocks: 'notIpBlocks',
  remoteIpBlocks: 'notRemoteIpBlocks',
  requestPrincipals: 'notRequestPrincipals',
} as const;

const IDENTITY: ReadonlySet<SourceAttribute> = new Set<SourceAttribute>(['principals', 'namespaces', 'trustDomains']);

/** Everyone that has one. */
export const ANY = '*';

export interface NamedCaller {
  readonly caller: IMeshCaller;
  readonly sharedIdentity: boolean;
}

/** One thing that is said of a source. */
export interface SourceTerm {
  readonly attribute: SourceAttribute;
  readonly negated: boolean;
  /** For messages: `namespace data`; where it is about presence, what is there: `token`. */
  readonly title: string;
  /** Throws where they cannot be known. The mesh's own trust domain is the first. */
  readonly values: (trustDomains: readonly string[]) => readonly string[];
  /** Whose service accounts these are, where a construct says so. */
  readonly caller?: NamedCaller;
  /** Whether it is about having one at all: any identity, any token. */
  readonly presence?: boolean;
}

/** By the certificate of the caller, which plaintext does not have. */
export function isIdentity({ attribute }: SourceTerm): boolean {
  return IDENTITY.has(attribute);
}

/** By the token of the request, which there is only in HTTP. */
export function isToken({ attribute }: SourceTerm): boolean {
  return attribute === 'requestPrincipals';
}

export function fieldOf({ attribute, negated }: SourceTerm): keyof SourceSpec {
  return negated ? NEGATED[attribute] : attribute;
}

/** Throws for two of one sort: values of one field are alternatives to Istio. */
export function mergeTerms(terms: readonly SourceTerm[]): readonly SourceTerm[] {
  const wanted = new Map<SourceAttribute, SourceTerm>();
  const excluded: SourceTerm[] = [];
  for (const term of terms) {
    if (term.negated) {
      excluded.push(term);
      continue;
    }
    const other = wanted.get(term.attribute);
    if (other === undefined || other.presence) {
      wanted.set(term.attribute, term);
    } else if (!term.presence) {
      throw new Error(`${other.title} and ${term.title} are both named for one source, and Istio has one list of \`${term.attribute}\`, any of which is enough. `
        + 'Where either may call, give them as two sources; where both have to hold, say one of them as a PolicyCondition.');
    }
  }
  return [...wanted.values(), ...excluded];
}

/** A source as Istio has it; undefined for everyone. Throws for what never matches. */
export function renderTerms(terms: readonly SourceTerm[], trustDomains: readonly string[]): SourceSpec | undefined {
  if (terms.length === 0) return undefined;
  const said = specOf(terms, trustDomains);
  for (const attribute of Object.keys(NEGATED) as SourceAttribute[]) refuseBoth(attribute, said);
  refuseContradiction(said);
  return trustDomains.length === 1 ? said : specOf(ownNamespaces(terms), trustDomains);
}

function specOf(terms: readonly SourceTerm[], trustDomains: readonly string[]): SourceSpec {
  const spec: { -readonly [field in keyof SourceSpec]: SourceSpec[field] } = {};
  for (const term of terms) {
    const field = fieldOf(term);
    spec[field] = [...new Set([...spec[field] ?? [], ...term.values(trustDomains)])];
  }
  return spec;
}

/**
 * `namespaces` do not look at the trust domain: where the mesh trusts another one, ours is said. A principal that stands
 * beside the namespace says it already. Without `/sa/`, Istio would not understand cluster.local as the mesh's own.
 */
function ownNamespaces(terms: readonly SourceTerm[]): readonly SourceTerm[] {
  const wanted = terms.filter(({ negated }) => !negated);
  const bySomething = (...attributes: SourceAttribute[]) => wanted.some(({ attribute, presence }) => attributes.includes(attribute) && !presence);
  return terms.flatMap((term) => {
    if (term.attribute !== 'namespaces') return !term.negated && term.presence && term.attribute === 'principals' && bySomething('namespaces') ? [] : term;
    if (!term.negated && bySomething('trustDomains')) return term;
    if (!term.negated && bySomething('principals')) return [];
    const values = (trustDomains: readonly string[]) => term.values(trustDomains).map((namespace) => `${trustDomains[0]}/ns/${namespace}/sa/*`);
    return { ...term, attribute: 'principals' as const, values };
  });
}

/** For messages: `namespace data`, `not frontend`, `any token`. */
export function titleOf({ negated, presence, title }: SourceTerm): string {
  if (presence) return `${negated ? 'no' : 'any'} ${title}`;
  return negated ? `not ${title}` : title;
}

function refuseBoth(attribute: SourceAttribute, spec: SourceSpec): void {
  const excluded = spec[NEGATED[attribute]];
  const both = excluded && spec[attribute]?.find((value) => excluded.includes(value) || (excluded.includes(ANY) && value !== ANY));
  if (both === undefined) return;
  throw new Error(`${both} is named in \`${attribute}\` and excluded by \`${NEGATED[attribute]}\` of the same source, so it never matches. Leave out one of them.`);
}

/** A principal says its namespace and trust domain, too. */
function refuseContradiction({ principals, notPrincipals, namespaces, trustDomains }: SourceSpec): void {
  const [named] = [...namespaces ?? [], ...trustDomains ?? []];
  if (named !== undefined && notPrincipals?.includes(ANY)) throw new Error(`nobody without an identity is of ${named}, so this source never matches. Leave out one of them.`);
  if (!principals?.length || principals.includes(ANY)) return;
  const outside = (field: string, values: readonly string[] | undefined, part: (principal: string) => string | undefined) => {
    if (!values?.length || principals.some((principal) => values.includes(part(principal) ?? values[0]))) return;
    throw new Error(`no caller is ${principals.join(' or ')} and of the ${field} ${values.join(' or ')} at once, so this source never matches. Leave out one of them.`);
  };
  outside('namespace', namespaces, (principal) => principal.split('/')[2]);
  outside('trust domain', trustDomains, (principal) => principal.split('/')[0]);
}
