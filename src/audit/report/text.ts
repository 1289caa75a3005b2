import { headline, remarksOf, Remarks } from './remarks';
import { table, wrapped } from './table';
import { becauseText, exceptionText, factsOf, onlyIfText, portsText, requestsText } from './words';
import { Access, TargetAccess } from '../access';
import { PlacedRow } from '../row';
import { summaryOf } from '../summary';

export interface TextOptions {
  /** Whether a terminal will show it. @default false */
  readonly color?: boolean;
  /** Columns to wrap at. @default 120 */
  readonly width?: number;
}

const COLOR: Readonly<Record<Remarks['weight'], number>> = { alarm: 31, doubt: 33, note: 36 };
const HEADER = ['CALLER', 'PORTS', 'REQUESTS', 'ONLY IF', 'EXCEPT', 'BECAUSE'];

/** For people at a terminal: a table for each target, and what stands out. */
export function textReport(access: Access, { color = false, width = 120 }: TextOptions = {}): string {
  const paint = (code: number, text: string) => color ? `\u001b[${code}m${text}\u001b[0m` : text;
  const lines: string[] = [];
  for (const one of access.targets) {
    const { target } = one;
    lines.push(paint(1, target.title));
    const facts = factsOf(target);
    if (facts.length > 0) lines.push(...wrapped(facts.join(' · '), width - 2).map((line) => `  ${paint(2, line)}`));
    lines.push(...rowsText(one, width, paint));
    const { refused, plaintext } = summaryOf(one, access);
    const nobody = [...refused.map(({ name }) => name), ...(plaintext ? [] : ['anyone without mTLS'])];
    if (nobody.length > 0) lines.push(...wrapped(`refused to: ${nobody.join(', ')}`, width - 2).map((line) => `  ${paint(2, line)}`));
    lines.push('');
  }
  for (const { title, weight, lines: those } of remarksOf(access)) {
    lines.push(paint(COLOR[weight], title));
    for (const line of those) lines.push(...wrapped(line, width - 4).map((part, i) => `${i === 0 ? '  - ' : '    '}${part}`));
    lines.push('');
  }
  lines.push(headline(access));
  return `${lines.join('\n')}\n`;
}

function rowsText({ rows }: TargetAccess, width: number, paint: (code: number, text: string) => string): string[] {
  if (rows.length === 0) return [`  ${paint(32, 'nobody is let in')}`];
  const cells = rows.map((row) => [row.caller, portsText(row), requestsText(row), onlyIfText(row), row.exceptions.map(exceptionText).join('\n'), becauseText(row, row.reason)]);
  const used = HEADER.map((_, i) => i === 0 || cells.some((row) => row[i] !== ''));
  const kept = <T>(row: readonly T[]) => row.filter((__, i) => used[i]);
  return table(kept(HEADER), cells.map(kept), width - 2).flatMap((lines, i) =>
    lines.map((line, at) => `  ${i === 0 ? paint(2, line) : at === 0 && isWide(rows[i - 1]) ? paint(31, line.slice(0, rows[i - 1].caller.length)) + line.slice(rows[i - 1].caller.length) : line}`));
}

/** Whether it is for more than those who are named. */
function isWide({ callerKind, caller }: PlacedRow): boolean {
  return (callerKind === 'anyone' || callerKind === 'unidentified') && caller.length < 40;
}
