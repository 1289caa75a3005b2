import { CallerIdentity, fulfils, identityNamed, nameOf, TrustDomains } from './caller-identity';
import { Cell, Peers } from './cell';
import { Condition, isOfIdentity, isOfToken } from './condition';
import { CallerKind } from './row';

/** A caller, and what is still asked of it and its requests. */
export interface Narrowed {
  readonly kind: CallerKind;
  readonly caller: string;
  readonly identity: CallerIdentity | undefined;
  readonly plaintext: boolean;
  readonly conditions: readonly Condition[];
}

/** What is known where a rule is looked at. */
export interface Place {
  readonly cell: Cell;
  /** Whether somebody verifies tokens there. */
  readonly verifiesTokens: boolean;
  readonly domains: TrustDomains;
}

/** The conditions that the place does not settle; why nothing ever fulfils them, if it settles one so. */
export function settle(conditions: readonly Condition[], { cell, verifiesTokens }: Place): readonly Condition[] | string {
  const left: Condition[] = [];
  for (const condition of conditions) {
    const { attribute, values, excluded } = condition;
    if (attribute === 'destination.port') {
      const port = String(cell.port);
      if ((values.length > 0 && !values.some((value) => String(Number(value)) === port)) || excluded.some((value) => String(Number(value)) === port)) return '';
    } else if (isOfIdentity(condition) && cell.peers === 'unidentified') {
      if (values.length > 0) return 'nobody shows a certificate there';
    } else if (isOfToken(condition) && !verifiesTokens) {
      if (values.length > 0) return 'no RequestAuthentication in sight verifies tokens there, so that no request has a principal or claims';
    } else if (attribute === 'source.principal' && cell.peers === 'identified' && values.includes('*') && excluded.length === 0) {
      continue;
    } else {
      left.push(condition);
    }
  }
  return left;
}

/** Apart by caller: one for each identity or namespace that a condition names, or one for everybody. */
export function byCaller(conditions: readonly Condition[], { cell: { peers }, domains }: Place): readonly Narrowed[] | string {
  const naming = conditions.filter((condition) => isOfIdentity(condition) && condition.values.length > 0);
  const first = naming.find(({ attribute, values }) => CONCRETE.has(attribute) && values.some((value) => identityNamed(attribute, value, domains)))
    ?? naming.find(({ attribute }) => attribute === 'source.namespace') ?? naming[0];
  if (first === undefined) return [{ ...ANYONE[peers], identity: undefined, conditions }];
  const found = first.values.flatMap((value): Narrowed[] => {
    const identity = identityNamed(first.attribute, value, domains);
    const own: Condition = { ...first, values: [value] };
    const rest = conditions.filter((condition) => condition !== first);
    if (identity === undefined) {
      return [{ kind: first.attribute === 'source.namespace' ? 'namespace' : value === '*' ? 'any-identity' : 'pattern', caller: titleOf(first.attribute, value), identity, plaintext: false, conditions: [own, ...rest] }];
    }
    const left = leftFor(identity, [own, ...rest], domains);
    return left === undefined ? [] : [{ kind: 'identity', caller: nameOf(identity, domains), identity, plaintext: false, conditions: [{ ...own, excluded: [] }, ...left] }];
  });
  return found.length > 0 ? found : 'its conditions on the caller exclude each other';
}

const CONCRETE: ReadonlySet<string> = new Set(['source.principal', 'source.serviceAccount']);

export const ANYONE: Readonly<Record<Peers, Pick<Narrowed, 'kind' | 'caller' | 'plaintext'>>> = {
  identified: { kind: 'any-identity', caller: 'anyone with an identity of the mesh', plaintext: false },
  anyone: { kind: 'anyone', caller: 'anyone, also without mTLS', plaintext: true },
  unidentified: { kind: 'unidentified', caller: 'anyone, without an identity', plaintext: true },
};

function titleOf(attribute: string, value: string): string {
  switch (attribute) {
    case 'source.namespace': return `namespace ${value}`;
    case 'source.trustDomain': return `trust domain ${value}`;
    default: return value === '*' ? ANYONE.identified.caller : `identities ${value}`;
  }
}

/** The conditions that an identity does not settle; undefined if it fails one. */
export function leftFor(identity: CallerIdentity, conditions: readonly Condition[], domains: TrustDomains): readonly Condition[] | undefined {
  const left: Condition[] = [];
  for (const condition of conditions) {
    const holds = isOfIdentity(condition) ? fulfils(identity, condition, domains) : undefined;
    if (holds === false) return undefined;
    if (holds === undefined) left.push(condition);
  }
  return left;
}
