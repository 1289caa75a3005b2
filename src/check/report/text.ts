import { objectTitle } from './object-title';
import { counted, summarize } from './summary';
import { CheckResult } from '../check';
import { Finding } from '../finding';
import { bySeverity, Severity } from '../severity';

export interface TextOptions {
  /** Whether a terminal will show it. @default false */
  readonly color?: boolean;
  /** Whether informations are listed, not only counted. @default false */
  readonly infos?: boolean;
  /** Whether silenced findings are listed, not only counted. @default false */
  readonly silenced?: boolean;
  /** Columns to wrap at. @default 100 */
  readonly width?: number;
}

const COLOR: Record<Severity, number> = { error: 31, warning: 33, info: 36 };

/**
 * Findings for people: by resource, the heaviest first, then the count. Why it matters, and the page that says more,
 * stand at the first finding of a code only: a hundred of a kind are told once what they are.
 */
export function textReport(result: CheckResult, options: TextOptions = {}): string {
  const { color = false, infos = false, width = 100 } = options;
  const paint = (code: number, text: string) => color ? `\u001b[${code}m${text}\u001b[0m` : text;
  const shown = result.findings.filter(({ severity }) => infos || severity !== 'info');
  const lines: string[] = [];
  const explained = new Set<string>();
  for (const group of grouped(shown)) {
    const sameLine = group.every(({ line }) => line === group[0].line);
    const place = placeOf(group[0], sameLine);
    lines.push(`${paint(1, titleOf(group[0]))}${place === '' ? '' : `  ${paint(2, place)}`}`);
    for (const finding of [...group].sort((a, b) => bySeverity(a.severity, b.severity))) {
      const head = `  ${paint(COLOR[finding.severity], finding.severity.padEnd(7))}  ${paint(1, finding.code)}`;
      const at = [sameLine ? '' : fileAndLine(finding), finding.path].filter(Boolean).join('  ');
      lines.push(at === '' ? head : `${head}  ${paint(2, at)}`);
      lines.push(...wrapped(finding.message, width, '    '));
      const isFirst = !explained.has(finding.code);
      explained.add(finding.code);
      if (isFirst) lines.push(...wrapped(`Why: ${finding.why}`, width, '    '));
      lines.push(...wrapped(`Fix: ${finding.fix}`, width, '    '));
      if (isFirst) lines.push(`    ${paint(2, finding.url)}`);
    }
    lines.push('');
  }
  if (options.silenced) {
    for (const finding of result.silenced) {
      const at = [placeOf(finding, true), finding.path].filter(Boolean).join('  ');
      lines.push(`${paint(2, 'silenced')}  ${finding.code}  ${titleOf(finding)}  ${paint(2, at)}`, ...wrapped(`Reason: ${finding.reason}`, width, '    '), '');
    }
  }
  lines.push(verdict(result, options, paint));
  return `${lines.join('\n')}\n`;
}

function verdict(result: CheckResult, { infos, silenced }: TextOptions, paint: (code: number, text: string) => string): string {
  const sum = summarize(result);
  const parts = [
    ...(sum.errors > 0 ? [paint(31, counted(sum.errors, 'error'))] : []),
    ...(sum.warnings > 0 ? [paint(33, counted(sum.warnings, 'warning'))] : []),
    ...(sum.infos > 0 ? [`${counted(sum.infos, 'info')}${infos ? '' : ' (--infos lists them)'}`] : []),
    ...(result.silenced.length > 0 ? [`${result.silenced.length} silenced${silenced ? '' : ' (--silenced lists them)'}`] : []),
  ];
  const looked = counted(sum.resources, 'resource');
  if (sum.errors + sum.warnings === 0) parts.unshift(paint(32, 'no errors, no warnings'));
  return `${looked}: ${parts.join(', ')}`;
}

function titleOf(finding: Finding): string {
  return objectTitle(finding) || fileAndLine(finding);
}

function placeOf(finding: Finding, withLine: boolean): string {
  const { kind, construct, file } = finding;
  return [construct && `construct ${construct}`, kind === '' || file === undefined ? '' : withLine ? fileAndLine(finding) : nameOf(file)].filter(Boolean).join('  ');
}

/** `mesh.yaml:12`, as editors and terminals open it. */
function fileAndLine({ file = '-', line, column }: Finding): string {
  return [nameOf(file), line, column].filter((part) => part !== undefined).join(':');
}

function nameOf(file: string): string {
  return file === '-' ? 'standard input' : file;
}

/** Neighbours about one resource. */
function grouped(findings: readonly Finding[]): Finding[][] {
  const groups: Finding[][] = [];
  let last: string | undefined;
  for (const finding of findings) {
    const { apiVersion, kind, namespace, name, construct, file } = finding;
    // Each place that cannot be read has a title of its own.
    const line = kind === '' ? finding.line : undefined;
    const key = JSON.stringify([apiVersion, kind, namespace, name, construct, file, line]);
    if (key === last) groups[groups.length - 1].push(finding);
    else groups.push([finding]);
    last = key;
  }
  return groups;
}

function wrapped(text: string, width: number, indent: string): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && indent.length + line.length + 1 + word.length > width) {
        lines.push(indent + line);
        line = word;
      } else {
        line = line === '' ? word : `${line} ${word}`;
      }
    }
    return [...lines, indent + line];
  });
}
