import { ApiObject, App } from 'cdk8s';
import type { MeshCheckOptions, MeshOptions } from './mesh';
import { ofConstruct } from './snapshots';
import { check } from '../check/check';
import { isByCalendar } from '../check/check-options';
import { Finding } from '../check/finding';
import { textReport } from '../check/report/text';
import { MeshSnapshot } from '../manifest/mesh-snapshot';

export { CheckUsageError } from '../check/check-options';

/** What a check at synth has to say: errors for cdk8s to throw, warnings to print. */
export interface SynthFindings {
  readonly errors: string[];
  readonly warnings: string;
}

/** @param rendered is told what each object became */
export function checkForSynth(
  app: App, options: MeshOptions & MeshCheckOptions, rendered: (object: ApiObject, json: any) => void,
): SynthFindings {
  const all = ofConstruct(app, options, rendered);
  // What cannot be rendered, cdk8s itself will say when it writes.
  const snapshot = new MeshSnapshot(all.objects, all.problems.filter(({ construct }) => construct === undefined), all.completeness);
  const result = check(snapshot, { ...options, infos: false });
  const findings = result.findings.map(withoutCalendar);
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  return {
    errors: findings.filter(({ severity }) => severity === 'error').map(errorText),
    warnings: warnings.length === 0 ? '' : textReport({ ...result, findings: warnings, silenced: [] }, { color: Boolean(process.stderr.isTTY) && !process.env.NO_COLOR }),
  };
}

/** Nobody is kept from working on something else because a day has come. */
function withoutCalendar(finding: Finding): Finding {
  return finding.severity === 'error' && isByCalendar(finding.code) ? { ...finding, severity: 'warning' } : finding;
}

function errorText({ code, kind, namespace, name, path, construct, file, line, message, fix, url }: Finding): string {
  const object = `${kind} ${[namespace, name].filter((part) => part !== '').join('/')}`;
  const where = [
    construct === undefined ? object : `${construct} (${object})`,
    ...(file === undefined ? [] : [`${file}${line === undefined ? '' : `:${line}`}`]),
  ].join(', ');
  return [`${code} ${where}`, ...(path === '' ? [] : [`  at ${path}`]), `  ${message}`, `  Fix: ${fix}`, `  ${url}`].join('\n  ');
}
