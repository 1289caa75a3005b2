import { becauseText, counted } from './words';
import { Access, TargetAccess } from '../access';
import { summaryOf } from '../summary';

/** A heading and what stands below it. */
export interface Remarks {
  readonly title: string;
  readonly weight: 'alarm' | 'doubt' | 'note';
  readonly lines: readonly string[];
}

/** What somebody who reads no table should see. */
export function remarksOf(access: Access): readonly Remarks[] {
  const { targets, refused, problems, notes } = access;
  const summaries = targets.map((one) => ({ one, summary: summaryOf(one, access) }));
  const all: Remarks[] = [
    { title: 'Open to everybody', weight: 'alarm', lines: summaries.flatMap(({ one, summary }) => summary.isOpen ? [titleWith(one, reasonsOf(one))] : []) },
    { title: 'Reached without mTLS', weight: 'alarm', lines: summaries.flatMap(({ one, summary }) => summary.plaintext ? [titleWith(one, one.target.mtls === '' ? [] : [one.target.mtls])] : []) },
    {
      title: 'Reached from outside, through a gateway',
      weight: 'note',
      lines: targets.flatMap(({ target, exposed }) => exposed.map(({ gateway, hosts, isLetIn }) =>
        `${target.title}: through ${gateway} for ${hosts.join(', ')}${isLetIn === undefined ? ', if its proxy, which is not in sight, is let in' : isLetIn ? '' : ', whose proxy is refused'}`)),
    },
    { title: 'Not certain', weight: 'doubt', lines: targets.flatMap(({ target, rows }) => [...target.dependsOn, ...new Set(rows.flatMap(({ dependsOn }) => dependsOn))].map((what) => `${target.title}: depends on ${what}`)) },
    { title: 'Rules that let nobody in', weight: 'doubt', lines: [...new Set(targets.flatMap(({ ineffective }) => ineffective.map((one) => `${becauseText(one)} for ${one.target.title}: ${one.reason}`)))] },
    { title: 'Refused by Istio, so not counted', weight: 'alarm', lines: refused.map(({ kind, namespace, name, path, message }) => `${kind} ${[namespace, name].filter((part) => part !== '').join('/')}: ${[path, message].filter((part) => part !== '').join(': ')}`) },
    { title: 'Not readable, so not counted', weight: 'alarm', lines: problems.map(({ file, line, message }) => `${[file, line].filter((part) => part !== undefined).join(':')}: ${message}`) },
    { title: 'Notes', weight: 'note', lines: notes },
  ];
  return all.filter(({ lines }) => lines.length > 0);
}

function titleWith({ target }: TargetAccess, reasons: readonly string[]): string {
  return [target.title, ...reasons].join(': ');
}

/** Why a target is open. */
function reasonsOf({ rows }: TargetAccess): readonly string[] {
  return [...new Set(rows.filter(({ callerKind }) => callerKind !== 'identity' && callerKind !== 'namespace' && callerKind !== 'pattern').map((row) => becauseText(row, row.reason)))];
}

/** `3 targets, 2 callers, 5 ways in`. */
export function headline({ targets, callers }: Access): string {
  return `${counted(targets.length, 'target')}, ${counted(callers.length, 'known caller')}, ${counted(targets.reduce((sum, { rows }) => sum + rows.length, 0), 'way')} in`;
}
