import { MtlsEdge } from './mtls-edge';
import { table } from '../../model/markdown';

const HEADER = ['Caller', 'Called', 'What becomes of it', 'Why', 'What to do'];

/** As Markdown. */
export function edgeTable(edges: readonly MtlsEdge[]): string {
  return table(HEADER, edges.map((edge) => cells(edge).map(escaped)));
}

/** As text for a terminal: a line for what becomes of it, then what is known, indented. */
export function edgeText(edges: readonly MtlsEdge[]): string {
  return edges.map((edge) => {
    const [caller, called, outcome, why, remedy] = cells(edge);
    return [`${caller} → ${called}: ${outcome}`, `    ${why} [${edge.source}]`, ...(remedy === '' ? [] : [`    ${remedy}`]), ''].join('\n');
  }).join('');
}

function cells({ caller, target, port, outcome, breaksAt, why, remedy }: MtlsEdge): string[] {
  return [caller, port === undefined ? target : `${target}:${port}`, breaksAt === undefined ? outcome : `${outcome}, from ${breaksAt} on`, why, remedy];
}

/** What would end a cell, or the line. */
function escaped(cell: string): string {
  return cell.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
