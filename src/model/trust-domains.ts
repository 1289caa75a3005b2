import { checkList } from './given';
import { describeValue } from '../semantics/describe-value';
import { isDnsName } from '../semantics/kubernetes-name';

/** What Istio calls the mesh's own trust domain where nothing else is said. */
export const DEFAULT_TRUST_DOMAIN = 'cluster.local';

/** The trust domains that a construct may name principals of, the mesh's own first. Throws for what is none. */
export function checkTrustDomains(domains: readonly string[] = [DEFAULT_TRUST_DOMAIN]): readonly string[] {
  checkList('trustDomains', domains, "['cluster.local', 'partner.example']");
  if (domains.length === 0) throw new Error("`trustDomains` is empty. Name the mesh's own first, for example ['cluster.local'], or leave it out.");
  const wrong = domains.find((domain) => typeof domain !== 'string' || !isDnsName(domain));
  if (wrong !== undefined) {
    throw new Error(`\`trustDomains\` holds ${describeValue(wrong)}, which is not a domain. Write it without spiffe:// and without wildcards, for example "cluster.local".`);
  }
  return [...new Set(domains)];
}

/** A misspelt trust domain is no error to Istio: the rule just never matches, or lets in whom nobody knows. */
export function checkTrusted(principal: string, domains: readonly string[]): void {
  const [domain] = principal.split('/');
  if (domains.includes(domain)) return;
  throw new Error(`the principal ${principal} is of the trust domain ${domain}, which is not listed in \`trustDomains\` (${domains.join(', ')}). `
    + `Add it there if this mesh trusts it: trustDomains: [${[...domains, domain].map((name) => `'${name}'`).join(', ')}].`);
}
