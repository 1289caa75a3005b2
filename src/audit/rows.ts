import { Cell } from './cell';
import { alternativesOf } from './condition';
import { CellRows, Ineffective, PlacedRow, Row } from './row';
import { judged, rowsOfCell } from './rows-of-cell';
import { Target } from './target';
import { MeshConfig } from '../check/facts/mesh-config';

/** Who may call a target, on all of its ports. */
export function rowsOf(target: Target, config: MeshConfig): { readonly rows: readonly PlacedRow[]; readonly ineffective: readonly Ineffective[] } {
  const all = judged(target, config);
  const found = target.cells.map((cell) => rowsOfCell(all, cell));
  const rows = [...new Set(grouped(found))].sort((one, other) => RANK[one.callerKind] - RANK[other.callerKind]
    || compare(one.caller, other.caller) || compare(one.policy, other.policy) || (one.rule ?? 0) - (other.rule ?? 0)
    || compare(one.protocol, other.protocol));
  return { rows, ineffective: ineffectiveOf(found, all.allow.flatMap(({ policy }) => alternativesOf(policy).map(({ rule }) => `AuthorizationPolicy ${policy.namespace}/${policy.object.name} ${rule}`)), rows) };
}

/** The widest first: that is what somebody has to see. */
const RANK: Readonly<Record<Row['callerKind'], number>> = { 'anyone': 0, 'unidentified': 1, 'any-identity': 2, 'namespace': 3, 'pattern': 4, 'identity': 5 };

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Rows that differ in nothing but the port are one. */
function grouped(found: readonly CellRows[]): PlacedRow[] {
  const groups = new Map<string, { readonly row: Row; readonly cells: Set<Cell> }>();
  for (const { cell, rows } of found) {
    for (const row of rows) {
      const { target: _, ...rest } = row;
      const key = JSON.stringify(rest);
      const group = groups.get(key);
      if (group) group.cells.add(cell);
      else groups.set(key, { row, cells: new Set([cell]) });
    }
  }
  const all = found.map(({ cell }) => cell);
  return [...groups.values()].flatMap(({ row, cells }) => placed(row, cells, all));
}

/** A row, apart where it holds for one protocol of a port only. */
function placed(row: Row, cells: ReadonlySet<Cell>, all: readonly Cell[]): PlacedRow[] {
  const whole: Cell[] = [];
  const part: Record<Cell['protocol'], Cell[]> = { http: [], tcp: [] };
  for (const cell of cells) {
    if (all.every((other) => other.port !== cell.port || cells.has(other))) whole.push(cell);
    else part[cell.protocol].push(cell);
  }
  const ofWhole = new Set(whole.map(({ protocol }) => protocol));
  const sets: (readonly [PlacedRow['protocol'], Cell[]])[] = [];
  for (const protocol of ['http', 'tcp'] as const) {
    if (part[protocol].length === 0) continue;
    if (ofWhole.size === 1 && ofWhole.has(protocol)) part[protocol].push(...whole.splice(0));
    sets.push([protocol, part[protocol]]);
  }
  if (whole.length > 0) sets.unshift([ofWhole.size === 1 ? [...ofWhole][0] : 'any', whole]);
  return sets.map(([protocol, there]): PlacedRow => {
    const ports = [...new Set(there.flatMap(({ port }) => port ?? []))].sort((one, other) => one - other);
    const reached = new Set(there.map(({ port }) => port));
    // A port of the other protocol is none that the row could hold for.
    const possible = all.filter((cell) => protocol === 'any' || cell.protocol === protocol);
    const allPorts = all.some(({ port }) => port === undefined) && possible.every(({ port }) => reached.has(port));
    return { ...row, protocol, ports, otherPorts: reached.has(undefined), allPorts };
  });
}

/** Rules that let nobody in anywhere, and callers that a rule names for nothing. */
function ineffectiveOf(found: readonly CellRows[], rules: readonly string[], rows: readonly PlacedRow[]): readonly Ineffective[] {
  const effective = new Set(rows.map(({ policy, rule }) => `${policy} ${rule}`));
  const byReason = new Map<string, Ineffective>();
  for (const { ineffective } of found) {
    for (const one of ineffective) {
      const rule = `${one.policy} ${one.rule}`;
      if (rules.includes(rule) && (!effective.has(rule) || one.reason.includes(' refuses all of it to '))) byReason.set(`${rule} ${one.reason}`, one);
    }
  }
  return [...byReason.values()];
}
