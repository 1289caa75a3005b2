import { CallerIdentity, fulfils, TrustDomains } from './caller-identity';
import { Condition, isOfIdentity } from './condition';
import { PlacedRow } from './row';

/** Somebody who calls: with an identity, or without. */
export interface Caller {
  /** Undefined for who shows no certificate. */
  readonly identity: CallerIdentity | undefined;
}

/**
 * The rows by which a caller may get something, as far as who it is decides. Who has an identity need not show it: what
 * is open to callers without one is open to everybody.
 */
export function mayCall(rows: readonly PlacedRow[], caller: Caller, domains: TrustDomains): readonly PlacedRow[] {
  return rows.filter((row) => {
    if (row.plaintext && meets(undefined, row, domains)) return true;
    return caller.identity !== undefined && row.callerKind !== 'unidentified' && !isAnother(caller.identity, row) && meets(caller.identity, row, domains);
  });
}

/** Most rows are for one identity, and most callers are another. */
function isAnother({ namespace, serviceAccount }: CallerIdentity, { identity }: PlacedRow): boolean {
  return identity !== undefined && (identity.namespace !== namespace || identity.serviceAccount !== serviceAccount);
}

function meets(identity: CallerIdentity | undefined, { conditions, exceptions }: PlacedRow, domains: TrustDomains): boolean {
  const holds = (condition: Condition): boolean | undefined => {
    if (!isOfIdentity(condition)) return undefined;
    return identity === undefined ? condition.values.length === 0 : fulfils(identity, condition, domains);
  };
  return conditions.every((condition) => holds(condition) !== false)
    && !exceptions.some((exception) => exception.provider === '' && exception.dependsOn === '' && exception.conditions.every((condition) => holds(condition) === true));
}
