import type { HttpRoute } from './http-routes';

/** Where several rules of one VirtualService would have one name, the further ones get a number. */
export function uniquelyNamed(rules: readonly HttpRoute[]): HttpRoute[] {
  const given = new Set(rules.map(({ name }) => name));
  const taken = new Set<string>();
  return rules.map((rule) => {
    const { name } = rule;
    if (name === undefined) return rule;
    let unique = name;
    for (let number = 2; taken.has(unique) || (unique !== name && given.has(unique)); number++) unique = `${name}-${number}`;
    taken.add(unique);
    return unique === name ? rule : { ...rule, name: unique };
  });
}
