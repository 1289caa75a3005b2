import { IConstruct } from 'constructs';
import type { HttpRoute } from './http-routes';

/** A rule as it is written, and whose word its action is; nobody's where the request just goes to the service. */
export interface OwnedRule {
  readonly rule: HttpRoute;
  readonly action?: IConstruct;
}

/** Where several rules of one VirtualService would have one name, the further ones get a number. */
export function uniquelyNamed(rules: readonly OwnedRule[]): OwnedRule[] {
  const given = new Set(rules.map(({ rule }) => rule.name));
  const taken = new Set<string>();
  return rules.map((owned) => {
    const { name } = owned.rule;
    if (name === undefined) return owned;
    let unique = name;
    for (let number = 2; taken.has(unique) || (unique !== name && given.has(unique)); number++) unique = `${name}-${number}`;
    taken.add(unique);
    return unique === name ? owned : { ...owned, rule: { ...owned.rule, name: unique } };
  });
}

/** The names of the rules whose action is the word of one construct. */
export function ruleNames(rules: readonly OwnedRule[], owner: IConstruct): string[] {
  return rules.flatMap(({ rule, action }) => (action === owner && rule.name !== undefined ? [rule.name] : []));
}
