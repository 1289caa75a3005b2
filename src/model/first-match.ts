import { CannotCombine, MatchAtom, MatchAtoms, covers, intersect } from './match-atom';
import { bySpecificity } from './match-order';

/** Something that holds for the requests that match it and nothing before it. */
export interface Choice {
  readonly requests: MatchAtoms;
}

/** The requests that the rules written so far take. */
export class Reached {
  private readonly atoms: MatchAtom[] = [];
  /** How many rules an alternative was compared with: the same ones are asked after again and again. */
  private readonly compared = new WeakMap<MatchAtom, number>();

  /** The alternatives that some request may still reach. */
  public without(match: MatchAtoms): MatchAtoms {
    return match.some((atom) => this.covers(atom)) ? match.filter((atom) => !this.covers(atom)) : match;
  }

  /** Takes what is still open of these, and says what that was. Of two alternatives, one may include the other. */
  public take(match: MatchAtoms): MatchAtoms {
    if (match.length === 1) return this.takeOne(match[0]) ? match : [];
    const widestFirst = [...match].sort((a, b) => bySpecificity([b], [a]));
    const taken = new Set(widestFirst.filter((atom) => this.takeOne(atom)));
    return match.filter((atom) => taken.has(atom));
  }

  private takeOne(atom: MatchAtom): boolean {
    if (this.covers(atom)) return false;
    this.atoms.push(atom);
    return true;
  }

  private covers(atom: MatchAtom): boolean {
    let index = this.compared.get(atom) ?? 0;
    while (index < this.atoms.length && !covers([this.atoms[index]], [atom])) index++;
    this.compared.set(atom, index);
    return index < this.atoms.length;
  }
}

/**
 * Walks requests through choices in the order in which they are tried, and visits each part that one of them decides;
 * at last, without a choice, what none of them decides. What is visited must be reached afterwards. An exception is
 * visited first, with what the choices after its own say: so the rule that follows may take it in.
 */
export function eachFirstMatch<T extends Choice>(
  requests: MatchAtoms,
  choices: readonly T[],
  reached: Reached,
  visit: (part: MatchAtoms, choice: T | undefined) => void,
  combine: (a: MatchAtoms, b: MatchAtoms, choice: T) => MatchAtoms = intersect,
): void {
  let rest = reached.without(requests);
  for (const [index, choice] of choices.entries()) {
    if (rest.length === 0) return;
    const open = reached.without(choice.requests);
    if (open.length === 0) continue;
    const part = reached.without(combine(rest, open, choice));
    if (part.length === 0) continue;
    const excepted = part.flatMap(({ except = [], ...atom }) => except.flatMap((one) => sayable([atom], [one]) ?? combine(rest, [one], choice)));
    if (excepted.length > 0) eachFirstMatch(excepted, choices.slice(index + 1), reached, visit, combine);
    visit(excepted.length > 0 || part.some(({ except }) => except) ? part.map(({ except: _, ...atom }) => atom) : part, choice);
    if (covers(open, rest)) return;
    rest = reached.without(rest);
  }
  if (rest.length > 0) visit(rest, undefined);
}

/**
 * The exceptions among the requests of the choice; undefined where that cannot be said. Then all requests that are excepted
 * may go first: the choice decides none of them.
 */
function sayable(a: MatchAtoms, b: MatchAtoms): MatchAtoms | undefined {
  try {
    return intersect(a, b);
  } catch (error) {
    if (error instanceof CannotCombine) return undefined;
    throw error;
  }
}

/** Choices of which each knows one alternative where there are exceptions: what one excepts, another may take in. */
export function eachAlone<T extends Choice>(choices: readonly T[]): T[] {
  return choices.flatMap((choice) => (choice.requests.some(({ except }) => except)
    ? choice.requests.map((atom) => ({ ...choice, requests: [atom] }))
    : [choice]));
}
