import { isAbsolute, relative } from 'node:path';
import { CheckFinding, CheckPreset, CheckSeverity } from './check-report';
import { Mesh, MeshCheckOptions, MeshOptions } from './mesh';
import { objectTitle } from '../check/report/object-title';

/** What `properties:` of the plugin may hold in `cdk8s.yaml`. */
export interface MeshValidationProps extends MeshOptions, MeshCheckOptions {
  /**
   * From which severity on `cdk8s synth` fails. That a fault has outlived its end is reported and never fails it.
   * @default CheckSeverity.ERROR
   */
  readonly failOn?: CheckSeverity;
}

/**
 * The checker as a validation plugin of the cdk8s CLI, for manifests of any origin. By a path it is the one that is
 * installed; by its name alone, the CLI would install another.
 *
 * ```yaml
 * validations:
 *   - package: ./node_modules/cdk8s-istio
 *     version: 1.0.0
 *     class: MeshValidation
 *     properties:
 *       preset: recommended
 * ```
 */
export class MeshValidation {
  constructor(private readonly props: MeshValidationProps = {}) {
    const { preset, failOn } = props;
    if (preset !== undefined && !Object.values(CheckPreset).includes(preset)) {
      throw new Error(`cdk8s-istio: There is no preset '${preset}'. Use one of: ${Object.values(CheckPreset).join(', ')}.`);
    }
    if (failOn !== undefined && !FAILING.includes(failOn)) {
      throw new Error(`cdk8s-istio: failOn cannot be '${failOn}'. Use one of: ${FAILING.join(', ')}.`);
    }
  }

  /**
   * Called by the cdk8s CLI after synthesis.
   * @param context the ValidationContext of cdk8s-cli
   */
  public async validate(context: any): Promise<void> {
    const { report, logger, manifests } = context;
    const findings = manifests.length === 0 ? [] : Mesh.fromFiles([...manifests], this.props).check(this.props).findings;
    const reported = findings.filter(({ severity }) => severity !== CheckSeverity.INFO);
    for (const [rule, same] of byRule(reported)) {
      report.addViolation({
        ruleName: `${rule.code} (${rule.severity})`,
        recommendation: rule.why,
        fix: rule.url,
        violatingResources: same.map((finding) => ({
          resourceName: finding.name || finding.file || '-',
          locations: [`${[objectTitle(finding), finding.path].filter((part) => part !== '').join(' ')}: ${finding.message} ${finding.fix}`.replace(/^: /, '')],
          manifestPath: `${shown(finding.file ?? '-')}${finding.line === undefined ? '' : `:${finding.line}`}`,
        })),
      });
    }
    logger.log(`cdk8s-istio checked ${manifests.length} manifest${manifests.length === 1 ? '' : 's'}: ${reported.length} finding${reported.length === 1 ? '' : 's'}`);
    const limit = FAILING.indexOf(this.props.failOn ?? CheckSeverity.ERROR);
    // Loaded by the check, which has all rules.
    const { isByCalendar } = require('../check/check-options') as typeof import('../check/check-options');
    // Nobody is kept from working on something else because a day has come.
    report.submit(findings.some(({ severity, code }) => FAILING.indexOf(severity) <= limit && !isByCalendar(code)) ? 'failure' : 'success');
  }
}

/** Heaviest first. */
const FAILING = [CheckSeverity.ERROR, CheckSeverity.WARNING, CheckSeverity.INFO];

/** The heaviest first. */
function byRule(findings: readonly CheckFinding[]): [CheckFinding, CheckFinding[]][] {
  const groups = new Map<string, CheckFinding[]>();
  for (const finding of findings) {
    const key = `${finding.code} ${finding.severity}`;
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  return [...groups.values()]
    .sort(([a], [b]) => FAILING.indexOf(a.severity) - FAILING.indexOf(b.severity))
    .map((group) => [group[0], group]);
}

function shown(file: string): string {
  return isAbsolute(file) ? relative(process.cwd(), file) : file;
}
