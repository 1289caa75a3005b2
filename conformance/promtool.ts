import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parse, stringify } from 'yaml';

const BUILD = join(__dirname, '.build');
/** setup.sh unpacks Debian's package where there is none. */
const PLACES = [...(process.env.PATH ?? '').split(delimiter), join(BUILD, 'prometheus/usr/bin'), join(BUILD, 'engines/prometheus/usr/bin')];
const LONGEST_TEST = 120_000;

/** Minutes between two samples and between two evaluations: what is about days takes seconds then. */
export const INTERVAL = 2;

export type Labels = Readonly<Record<string, string>>;

/** Minutes, of which each adds so much to a counter. */
export interface Phase {
  readonly minutes: number;
  readonly perMinute: number;
}

/** Series as Prometheus would have scraped them, by their text form. Values in promtool's notation. */
export type Scraped = Readonly<Record<string, string>>;

export interface FiringAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
}

export interface RuleEntry {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels?: Labels;
  readonly annotations?: Labels;
}

/** A rule file as Prometheus' own tool sees it. */
export class RuleFile {
  public readonly rules: readonly RuleEntry[];

  constructor(private readonly text: string) {
    this.rules = parse(text, { version: '1.1' }).groups.flatMap((group: any) => group.rules);
  }

  /** What `promtool check rules` says, or its complaint as an error. */
  public check(): string {
    return this.run((directory) => ['check', 'rules', join(directory, 'rules.yaml')], {});
  }

  /**
   * `promtool test rules`: throws unless exactly these alerts of a name fire, whatever they say.
   *
   * @param expected labels besides the alert's name, by minute
   */
  public expectFiring(series: Scraped, alert: string, expected: Readonly<Record<number, readonly Labels[]>>): void {
    this.test(series, {
      promql_expr_test: Object.entries(expected).map(([minute, alerts]) => ({
        expr: `ALERTS{alertname="${alert}", alertstate="firing"}`,
        eval_time: `${minute}m`,
        exp_samples: alerts.map((labels) => ({ labels: seriesOf('ALERTS', { alertname: alert, alertstate: 'firing', ...labels }), value: 1 })),
      })),
    });
  }

  /** The same with what they say, at one minute. */
  public expectSaying(series: Scraped, alert: string, minute: number, expected: readonly FiringAlert[]): void {
    this.test(series, {
      alert_rule_test: [{
        eval_time: `${minute}m`, alertname: alert, exp_alerts: expected.map(({ labels, annotations }) => ({ exp_labels: labels, exp_annotations: annotations })),
      }],
    });
  }

  private test(series: Scraped, expected: object): void {
    const interval = `${INTERVAL}m`;
    const input = Object.entries(series).map(([name, values]) => ({ series: name, values }));
    const test = { rule_files: ['rules.yaml'], evaluation_interval: interval, tests: [{ interval, input_series: input, ...expected }] };
    this.run((directory) => ['test', 'rules', join(directory, 'test.yaml')], { 'test.yaml': stringify(test) });
  }

  private run(args: (directory: string) => string[], files: Readonly<Record<string, string>>): string {
    const directory = mkdtempSync(join(tmpdir(), 'cdk8s-istio-promtool-'));
    try {
      for (const [name, text] of Object.entries({ ...files, 'rules.yaml': this.text })) writeFileSync(join(directory, name), text);
      const { status, stdout, stderr, error } = spawnSync(promtool(), args(directory), { encoding: 'utf8', timeout: LONGEST_TEST });
      if (status !== 0) throw new Error(`promtool: ${error?.message ?? ''}${stdout}${stderr}`);
      return stdout;
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }
}

/** A counter that grows by phases, in promtool's notation. */
export function counter(...phases: Phase[]): string {
  let value = 0;
  return phases.map(({ minutes, perMinute }) => {
    const [start, step, steps] = [value, perMinute * INTERVAL, minutes / INTERVAL];
    value += step * steps;
    return steps === 1 ? String(start) : `${start}+${step}x${steps - 1}`;
  }).join(' ');
}

/** `name{label="value"}`, in the text form. */
export function seriesOf(name: string, labels: Labels): string {
  return `${name}{${Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(', ')}}`;
}

function promtool(): string {
  const found = PLACES.map((directory) => join(directory, 'promtool')).find((path) => existsSync(path));
  if (found) return found;
  throw new Error('promtool is missing: run conformance/setup.sh');
}
