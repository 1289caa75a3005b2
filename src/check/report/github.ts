import { objectTitle } from './object-title';
import { CheckResult } from '../check';
import { Severity } from '../severity';

const COMMAND: Record<Severity, string> = { error: 'error', warning: 'warning', info: 'notice' };

/** Workflow commands, which GitHub shows at the lines of a pull request: informations only if they are asked for. */
export function githubReport({ findings }: CheckResult, { infos = false }: { readonly infos?: boolean } = {}): string {
  return findings.filter(({ severity }) => infos || severity !== 'info').map((finding) => {
    const properties = [
      ...(finding.file !== undefined && finding.file !== '-' ? [`file=${property(finding.file)}`] : []),
      ...(finding.line !== undefined ? [`line=${finding.line}`] : []),
      ...(finding.column !== undefined ? [`col=${finding.column}`] : []),
      `title=${property(`${finding.code} ${objectTitle(finding)}`.trim())}`,
    ].join(',');
    const where = [finding.path, finding.construct && `construct ${finding.construct}`].filter(Boolean).join(', ');
    return `::${COMMAND[finding.severity]} ${properties}::${data(`${where ? `${where}: ` : ''}${finding.message}\nFix: ${finding.fix}\n${finding.url}`)}\n`;
  }).join('');
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
