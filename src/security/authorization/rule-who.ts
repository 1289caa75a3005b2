import { PolicyCondition } from './policy-condition';
import { PolicyRule } from './policy-rule';
import { PolicySource } from './policy-source';

/** What an allow of nobody in particular would let in. */
const WORDS = {
  identity: {
    lacking: 'in plaintext',
    require: 'PolicySource.anyIdentity().butNot(…)',
    beside: 'PolicySource.withoutIdentity()',
  },
  token: {
    lacking: 'without a token',
    require: 'PolicySource.anyToken().butNot(…)',
    beside: 'PolicySource.withoutToken()',
  },
} as const;

/** An allow says whom it lets in. Throws where it would let in who lacks what it looks at, as Istio's negations do. */
export function checkWho({ sources: given }: PolicyRule, sources: readonly PolicySource[], conditions: readonly PolicyCondition[]): void {
  const saidByCondition = conditions.some(({ _sort, _requires }) => _requires && (_sort === 'identity' || _sort === 'token'));
  if (given === undefined && !saidByCondition) {
    throw new Error('it has no `sources`, so everyone would be let in, without an identity, too. Say who: PolicySource.caller(frontend), PolicySource.namespace(\'shop\'), PolicySource.anyIdentity(), '
      + 'or PolicySource.anyone() where everyone is meant.');
  }
  for (const what of ['identity', 'token'] as const) {
    const required = conditions.some(({ _sort, _requires }) => _sort === what && _requires);
    if (required) continue;
    const { lacking, require, beside } = WORDS[what];
    for (const source of sources) {
      const excepted = source._requires(what) ? undefined : source._excepts(what);
      if (excepted === undefined) continue;
      throw new Error(`the source "${source._title}" excepts ${excepted.title}, and who comes ${lacking} is not ${excepted.title} either, so the exception could be walked around. `
        + `Write ${require}; where those ${lacking} are meant, too, add ${beside} as another source.`);
    }
    const negation = conditions.find(({ _sort }) => _sort === what);
    if (negation !== undefined && (sources.length === 0 || !sources.every((source) => source._requires(what)))) {
      throw new Error(`the condition on ${negation._key} has only \`notValues\`, which hold for who comes ${lacking}, too. `
        + `Require one by the sources, as ${require.replace('.butNot(…)', '')}, or name the \`values\` that are meant.`);
    }
  }
}
