import { PolicyCondition } from './policy-condition';
import { PolicySource } from './policy-source';

const INSTEAD = 'Ask for what is called (`operations`), for headers or for addresses, and let an AllowPolicy or a DenyPolicy beside it look at who calls: '
  + 'they hold whatever the provider answers.';

/** Istio refuses a CUSTOM policy that looks at who calls. */
export function checkAsked(sources: readonly PolicySource[], conditions: readonly PolicyCondition[]): void {
  const term = sources.flatMap(({ _terms }) => _terms).find(({ attribute }) => attribute !== 'ipBlocks' && attribute !== 'remoteIpBlocks');
  if (term !== undefined) throw new Error(`whether the provider is asked cannot depend on ${term.presence ? `an ${term.title}` : term.title}: Istio refuses \`${term.attribute}\` there. ${INSTEAD}`);
  const condition = conditions.find(({ _sort }) => _sort === 'identity' || _sort === 'token');
  if (condition !== undefined) throw new Error(`whether the provider is asked cannot depend on ${condition._key}: Istio refuses that. ${INSTEAD}`);
}
