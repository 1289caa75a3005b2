import { NoEquivalent } from './no-equivalent';
import { describeValue } from '../../semantics/describe-value';

/** What the CRDs of the Gateway API take, where Istio takes more. */
const NAME = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]{1,256}$/;
const PATH = /^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+$/;
const LONGEST = { path: 1024, header: 4096, query: 1024 };
const MOST = { named: 16, matches: 64, allMatches: 128, rules: 16, hosts: 16 };

/** A name and a value of a header or a query parameter. */
export function checkNamed(what: 'header' | 'query parameter', all: readonly { readonly name: string; readonly value: string }[]): void {
  if (all.length > MOST.named) throw new NoEquivalent(`a list of ${all.length} ${what}s`, `It takes ${MOST.named}.`);
  const longest = what === 'header' ? LONGEST.header : LONGEST.query;
  for (const { name, value } of all) {
    if (!NAME.test(name)) throw new NoEquivalent(`a ${what} of the name ${describeValue(name)}`, 'Letters, digits and !#$%&\'*+-.^_`|~ are allowed, at most 256.');
    if (value === '' || value.length > longest) {
      throw new NoEquivalent(`a ${what} "${name}" with ${value === '' ? 'an empty value' : `a value of ${value.length} characters`}`, `It takes 1 to ${longest} characters.`);
    }
  }
}

export function checkPath(path: string): void {
  if (path.length > LONGEST.path) throw new NoEquivalent(`a path of ${path.length} characters`, `It takes ${LONGEST.path}.`);
  if (PATH.test(path) && !/\/\/|\/\.{1,2}(\/|$)|%2f/i.test(path)) return;
  throw new NoEquivalent(`the path ${describeValue(path)}`, 'A path holds letters, digits, -._~!$&\'()*+,;=:@ and %XX, no //, no /../ and no %2F. Write others as %XX, where clients send them so.');
}

export function checkHosts(hosts: readonly string[]): void {
  if (hosts.length > MOST.hosts) throw new NoEquivalent(`a route for ${hosts.length} hosts`, `It takes ${MOST.hosts}. Expose the others by a route of their own.`);
}

/** @param rules how many matches each rule has */
export function checkRules(rules: readonly number[]): void {
  const many = rules.find((matches) => matches > MOST.matches);
  if (many !== undefined) throw new NoEquivalent(`a route with ${many} alternatives`, `An HTTPRoute takes ${MOST.matches} in a rule. Make several routes of it.`);
  if (rules.length > MOST.rules) throw new NoEquivalent(`a host with ${rules.length} rules`, `An HTTPRoute takes ${MOST.rules}. Lead to fewer services by wider matches, or spread them over several hosts.`);
  const all = rules.reduce((sum, matches) => sum + matches, 0);
  if (all > MOST.allMatches) throw new NoEquivalent(`a host with ${all} alternatives in its rules`, `An HTTPRoute takes ${MOST.allMatches}. Match more widely, or spread them over several hosts.`);
}
