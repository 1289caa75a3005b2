import { CheckResult } from '../check';
import { DOCUMENTED_CODES, DocumentedCode, pageOf } from '../documented-code';
import { Finding, SilencedFinding } from '../finding';
import { RULES } from '../rules';
import { Severity } from '../severity';

const LEVEL: Record<Severity, string> = { error: 'error', warning: 'warning', info: 'note' };

/** A SARIF 2.1.0 log, for code scanning. */
export function sarifReport(result: CheckResult, toolVersion: string): object {
  const all = [...result.findings, ...result.silenced];
  const codes = [...new Set(all.map(({ code }) => code))].sort();
  const index = new Map(codes.map((code, i) => [code, i]));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{
      tool: {
        driver: {
          name: 'cdk8s-istio',
          semanticVersion: toolVersion,
          informationUri: 'https://github.com/cdk8s-istio/cdk8s-istio',
          rules: codes.map((code) => ruleOf(code)),
        },
      },
      columnKind: 'utf16CodeUnits',
      results: [
        ...result.findings.map((finding) => resultOf(finding, index)),
        ...result.silenced.map((finding) => ({
          ...resultOf(finding, index),
          suppressions: [{ kind: 'inSource', justification: (finding as SilencedFinding).reason }],
        })),
      ],
    }],
  };
}

function ruleOf(code: string): object {
  const rule: DocumentedCode = [...RULES, ...DOCUMENTED_CODES].find((known) => known.code === code)!;
  return {
    id: code,
    name: rule.slug,
    shortDescription: { text: rule.title },
    fullDescription: { text: rule.why },
    help: { text: rule.fix },
    helpUri: pageOf(rule.slug),
  };
}

function resultOf(finding: Finding, index: ReadonlyMap<string, number>): object {
  const { code, severity, kind, namespace, name, path, construct, file, line, column, message, fix } = finding;
  const object = [namespace, name].filter((part) => part !== '').join('/');
  const logical = [kind, object, path].filter((part) => part !== '').join(' ');
  return {
    ruleId: code,
    ruleIndex: index.get(code),
    level: LEVEL[severity],
    message: { text: `${message} ${fix}` },
    locations: [{
      ...(file !== undefined && file !== '-' && {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file) },
          ...(line !== undefined && { region: { startLine: line, ...(column !== undefined && { startColumn: column }) } }),
        },
      }),
      logicalLocations: [
        ...(logical === '' ? [] : [{ fullyQualifiedName: logical, kind: 'resource' }]),
        ...(construct === undefined ? [] : [{ fullyQualifiedName: construct, kind: 'type' }]),
      ],
    }],
    partialFingerprints: { 'finding/v1': `${code} ${logical === '' ? file ?? '' : logical}` },
  };
}

/** Relative where it is, so that a report does not depend on the machine. */
function uriOf(file: string): string {
  const path = file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${path}` : path;
}
