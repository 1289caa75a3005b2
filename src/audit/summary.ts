import { Access, KnownCaller, TargetAccess } from './access';
import { mayCall } from './may-call';
import { PlacedRow } from './row';

/** How much of a target somebody may call. */
export type Extent = 'everything' | 'some' | 'nothing' | 'depends';

/** What the rows of a target come to. */
export interface TargetSummary {
  /** Known callers who get something. */
  readonly callers: readonly KnownCaller[];
  /** Known callers who get nothing. */
  readonly refused: readonly KnownCaller[];
  /** Whether somebody without an identity gets something. */
  readonly plaintext: boolean;
  /** Whether everybody gets everything, or everybody with an identity does. */
  readonly isOpen: boolean;
}

export function summaryOf(one: TargetAccess, access: Access): TargetSummary {
  let summary = SUMMARIES.get(one);
  if (summary === undefined) SUMMARIES.set(one, summary = summarize(one, access));
  return summary;
}

const SUMMARIES = new WeakMap<TargetAccess, TargetSummary>();

function summarize({ rows }: TargetAccess, { callers, trustDomains }: Access): TargetSummary {
  const may = new Set(callers.filter((identity) => mayCall(rows, { identity }, trustDomains).length > 0));
  return {
    callers: [...may],
    refused: callers.filter((caller) => !may.has(caller)),
    plaintext: mayCall(rows, { identity: undefined }, trustDomains).length > 0,
    isOpen: rows.some((row) => WIDE.has(row.callerKind) && isUnconditional(row)),
  };
}

const WIDE: ReadonlySet<PlacedRow['callerKind']> = new Set(['anyone', 'any-identity', 'unidentified']);

/** Whether a row lets all requests of its caller in. */
export function isUnconditional({ conditions, exceptions, callerKind }: PlacedRow): boolean {
  return exceptions.every(({ conditions: asked }) => asked.some(({ attribute }) => attribute === 'request.auth.token'))
    && conditions.every(({ attribute, values, excluded }) => excluded.length === 0 && attribute.startsWith('source.') && attribute !== 'source.ip' && values.length > 0)
    && conditions.length <= (WIDE.has(callerKind) && callerKind !== 'any-identity' ? 0 : 1);
}

/** How much rows let in of what a target offers. */
export function extentOf(rows: readonly PlacedRow[], { target }: Pick<TargetAccess, 'target'>): Extent {
  if (rows.length === 0) return target.dependsOn.length > 0 ? 'depends' : 'nothing';
  const sure = rows.filter(({ dependsOn }) => dependsOn.length === 0);
  if (sure.length === 0) return 'depends';
  const offered = target.cells.filter(({ isDeclared }) => isDeclared);
  const open = sure.filter(isUnconditional);
  const covers = ({ port, protocol }: { readonly port: number | undefined; readonly protocol: string }) => open.some((row) => (row.protocol === 'any' || row.protocol === protocol)
    && (port === undefined ? row.otherPorts : row.ports.includes(port)));
  return (offered.length > 0 ? offered : target.cells).every(covers) ? 'everything' : 'some';
}
