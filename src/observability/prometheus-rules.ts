import { ApiObject, ApiObjectMetadata, Lazy, Yaml } from 'cdk8s';
import { Construct } from 'constructs';
import { misreadIn } from '../model/misread';
import { writeWholeFile } from '../model/whole-file';
import { describeValue } from '../semantics/describe-value';

/** A rule as Prometheus reads it: a figure that is recorded under a name, or an alert. */
export interface PrometheusRuleEntry {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Rules that are evaluated one after the other: each knows what those before it recorded. */
export interface PrometheusRuleGroup {
  readonly name: string;
  readonly rules: readonly PrometheusRuleEntry[];
}

export interface PrometheusRulesProps {
  /** Asked at synth. */
  readonly groups: () => PrometheusRuleGroup[];
  readonly name: () => string;
  readonly namespace: string;
  readonly metadata?: ApiObjectMetadata;
  /** Whether the object of the Prometheus operator is written. */
  readonly object: boolean;
}

/** With it, labels and annotations are computed for each alert; one that is wrong spoils the whole file. */
const TEMPLATE = '{{';

/** What nobody may give: the rules' own. */
const TAKEN = ['alertname', 'severity'];

/** The same rules as an object of the Prometheus operator and as a file of Prometheus itself. */
export class PrometheusRules {
  constructor(private readonly owner: Construct, private readonly props: PrometheusRulesProps) {
    const elsewhere = props.metadata?.namespace;
    if (elsewhere !== undefined && elsewhere !== props.namespace) {
      throw new Error(`[${owner.node.path}] \`metadata.namespace\` is ${describeValue(elsewhere)}, and the rules stand in ${props.namespace}. Leave it out; those of the mesh have a \`namespace\` of their own.`);
    }
    if (!props.object) return;
    new ApiObject(owner, 'PrometheusRule', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: { ...props.metadata, name: Lazy.any({ produce: () => props.metadata?.name ?? props.name() }), namespace: props.namespace },
      spec: Lazy.any({ produce: () => ({ groups: this.groups() }) }),
    });
  }

  /** The text of a rule file. */
  public file(): string {
    return Yaml.stringify({ groups: this.groups() });
  }

  public write(path: string): void {
    writeWholeFile(this.owner.node.path, path, this.file(), 'prometheus/rules.yaml');
  }

  private groups(): PrometheusRuleGroup[] {
    const groups = this.props.groups();
    const misread = misreadIn(groups);
    if (misread) throw new Error(`[${this.owner.node.path}] ${misread}`);
    return groups;
  }
}

/** Labels that somebody gives alerts. */
export function checkAlertLabels(path: string, labels: Readonly<Record<string, string>> = {}, taken: readonly string[] = []): void {
  if (typeof labels !== 'object' || labels === null || Array.isArray(labels)) {
    throw new Error(`[${path}] \`labels\` is ${describeValue(labels)}. Give names and values, for example { team: 'shop' }.`);
  }
  for (const [name, value] of Object.entries(labels)) {
    if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) {
      throw new Error(`[${path}] the label "${name}" is none of Prometheus: letters, digits and underscores are allowed, and no digit first, for example "team".`);
    }
    if (typeof value !== 'string') throw new Error(`[${path}] the label "${name}" is ${describeValue(value)}. Give a text, for example { ${name}: 'shop' }.`);
    if (value.includes(TEMPLATE)) throw new Error(`[${path}] the label "${name}" is ${describeValue(value)}, in which Prometheus takes "${TEMPLATE}" for the beginning of a template. Give a plain text, for example "shop".`);
    if ([...TAKEN, ...taken].includes(name)) throw new Error(`[${path}] the label "${name}" is set by the alert itself. Give yours another name, for example "team".`);
  }
}

/** Where somebody can read what to do. */
export function checkRunbookUrl(path: string, url: string | undefined): void {
  if (url !== undefined && (typeof url !== 'string' || !/^https?:\/\/\S+$/.test(url) || url.includes(TEMPLATE))) {
    throw new Error(`[${path}] \`runbookUrl\` is ${describeValue(url)}. Give a URL, for example https://wiki.example.com/runbooks/reviews.`);
  }
}
