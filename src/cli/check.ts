import { oneOf, parsedArguments } from './command-arguments';
import { readInput } from './mesh-input';
import { Progress } from './progress';
import { UsageError } from './usage-error';
import { check, CheckResult } from '../check/check';
import { CheckOptions, CheckUsageError } from '../check/check-options';
import { githubReport } from '../check/report/github';
import { jsonReport } from '../check/report/json';
import { sarifReport } from '../check/report/sarif';
import { textReport } from '../check/report/text';
import { isAtLeast, Preset, Severity } from '../check/severity';
import { MeshSnapshot } from '../manifest/mesh-snapshot';
import { packageVersion } from '../semantics/package-version';

const HELP = `Usage: cdk8s-istio check [options] PATH… | -

Checks Kubernetes YAML or JSON, written by this library or not: the verdict of an API server with Istio's
CRDs, that of istiod's webhook, and what happens across resources. Folders are searched for .yaml, .yml
and .json, but for node_modules and names that begin with a dot; - is standard input.

  --preset NAME             istio, recommended or strict (default: recommended)
  --format NAME             text, json, sarif or github (default: text)
  --fail-on SEVERITY        exit 1 from this severity on: error, warning, info or never (default: error)
  --severity CODE=SEVERITY  error, warning, info or off for one rule; may be repeated
  --context PATH            what else stands in the cluster, such as a dump of it: looked up, not complained
                            about, and nothing else exists; may be repeated
  --complete                nothing of the mesh is left out: what is absent is a fault, not an information
  --complete-namespace NS   nothing of this namespace is left out; may be repeated
  -n, --namespace NS        where objects stand that do not say so (default: default)
  --now INSTANT             what ends of faults and certificates are compared with, such as
                            2026-12-01T18:00:00Z (default: now)
  --infos                   list informations too (text and github; json and sarif always do)
  --silenced                list silenced findings too (text; json and sarif always do)
  --no-color                plain text; also with NO_COLOR, and where no terminal listens
  -h, --help                this text

Exit codes: 0 clean, 1 findings at or above --fail-on, 2 bad usage.
`;

/** A pipe whose first half failed must not pass for a clean mesh. */
const NOTHING = 'There is no Kubernetes object in the input, so nothing is checked.';

const OPTIONS = {
  'preset': { type: 'string' },
  'format': { type: 'string' },
  'fail-on': { type: 'string' },
  'severity': { type: 'string', multiple: true },
  'context': { type: 'string', multiple: true },
  'complete': { type: 'boolean' },
  'complete-namespace': { type: 'string', multiple: true },
  'namespace': { type: 'string', short: 'n' },
  'now': { type: 'string' },
  'infos': { type: 'boolean' },
  'silenced': { type: 'boolean' },
  'no-color': { type: 'boolean' },
  'help': { type: 'boolean', short: 'h' },
} as const;

const FORMATS = ['text', 'json', 'sarif', 'github'] as const;
type Format = typeof FORMATS[number];
const LIMITS = ['error', 'warning', 'info', 'never'] as const;
type Limit = typeof LIMITS[number];

export function checkCommand(args: readonly string[]): number {
  const { values, positionals } = parsedArguments('check', args, OPTIONS);
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (positionals.length === 0) throw new UsageError('Nothing to check is given. Name files or folders, or - for standard input.');
  const format: Format = oneOf('--format', values.format ?? 'text', FORMATS);
  const failOn: Limit = oneOf('--fail-on', values['fail-on'] ?? 'error', LIMITS);
  const options: CheckOptions = { preset: values.preset as Preset | undefined, severities: severitiesOf(values.severity ?? []), now: values.now };

  const progress = new Progress(process.stderr);
  const result = checked(() => {
    const read = { defaultNamespace: values.namespace ?? 'default', progress: (done: number, total: number) => progress.update('Reading', done, total) };
    const { own: { objects, problems }, context } = readInput(positionals, values.context, read);
    if (objects.length === 0 && problems.every(({ isForeign }) => isForeign)) problems.push({ file: positionals[0], message: NOTHING, fix: 'Look at what was to write it: that may have failed.' });
    const completeness = { completeNamespaces: values['complete-namespace'], complete: values.complete || values.context !== undefined };
    const snapshot = new MeshSnapshot(objects, [...problems, ...context?.problems ?? []], { ...completeness, context: context?.objects });
    mustHold(snapshot, values['complete-namespace'] ?? []);
    return check(
      snapshot,
      options,
      (done, total) => progress.update('Checking', done, total));
  });
  progress.end();
  process.stdout.write(written(result, format, {
    color: Boolean(process.stdout.isTTY) && !values['no-color'] && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
    infos: values.infos,
    silenced: values.silenced,
    width: Math.max(60, Math.min(process.stdout.columns ?? 100, 120)),
  }));
  return failOn !== 'never' && result.findings.some(({ severity }) => isAtLeast(severity, failOn)) ? 1 : 0;
}

/** A misspelled namespace would be complete, and the one that was meant would not. */
function mustHold(snapshot: MeshSnapshot, completeNamespaces: readonly string[]): void {
  for (const namespace of completeNamespaces) {
    if (snapshot.namespaces.has(namespace)) continue;
    const known = [...snapshot.namespaces].sort();
    throw new UsageError(`--complete-namespace ${namespace}: nothing here stands in that namespace. ${
      known.length === 0 ? 'No namespace is in sight.' : `In sight: ${known.slice(0, 12).join(', ')}${known.length > 12 ? ' …' : ''}.`}`);
  }
}

function checked(run: () => CheckResult): CheckResult {
  try {
    return run();
  } catch (error) {
    if (error instanceof CheckUsageError) throw new UsageError(error.message);
    throw error;
  }
}

function written(result: CheckResult, format: Format, text: Parameters<typeof textReport>[1]): string {
  switch (format) {
    case 'text': return textReport(result, text);
    case 'json': return `${JSON.stringify(jsonReport(result), undefined, 2)}\n`;
    case 'sarif': return `${JSON.stringify(sarifReport(result, packageVersion()), undefined, 2)}\n`;
    case 'github': return githubReport(result, text);
  }
}

function severitiesOf(pairs: readonly string[]): Record<string, Severity | 'off'> {
  return Object.fromEntries(pairs.map((pair) => {
    const equals = pair.indexOf('=');
    if (equals < 1) throw new UsageError(`--severity '${pair}' is not CODE=SEVERITY, such as MESH3101=warning.`);
    return [pair.slice(0, equals), pair.slice(equals + 1) as Severity | 'off'];
  }));
}
