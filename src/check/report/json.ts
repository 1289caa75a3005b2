import { summarize, Summary } from './summary';
import { CheckResult } from '../check';
import { Finding, SilencedFinding } from '../finding';

/** The stable report for programs. Members are only ever added. */
export interface JsonReport {
  readonly findings: readonly Finding[];
  readonly silenced: readonly SilencedFinding[];
  readonly summary: Summary & { readonly silenced: number };
}

export function jsonReport(result: CheckResult): JsonReport {
  return {
    findings: result.findings.map(plain),
    silenced: result.silenced.map((finding) => ({ ...plain(finding), reason: finding.reason })),
    summary: { ...summarize(result), silenced: result.silenced.length },
  };
}

/** Always the same members in the same order; what is not known is left out. */
function plain(finding: Finding): Finding {
  const { code, severity, layer, apiVersion, kind, namespace, name, path, construct, file, line, column, message, why, fix, url } = finding;
  return {
    code,
    severity,
    layer,
    apiVersion,
    kind,
    namespace,
    name,
    path,
    ...(construct !== undefined && { construct }),
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
    message,
    why,
    fix,
    url,
  };
}
