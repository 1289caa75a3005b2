import type { CheckResult } from '../check/check';

/** How much a finding weighs. */
export enum CheckSeverity {
  /** Istio refuses it, or traffic will not go where the configuration says. It stops a synth. */
  ERROR = 'error',
  /** It takes effect, and probably not as meant. */
  WARNING = 'warning',
  /** Worth knowing; among others what could not be seen here. It never stops anything. */
  INFO = 'info',
  /** Not reported. Only to be set, never found. */
  OFF = 'off',
}

/** Which rules are on. */
export enum CheckPreset {
  /** What Istio reports by itself: the API server, istiod's webhook and `istioctl analyze`. */
  ISTIO = 'istio',
  /** And what the field knows to be a mistake. */
  RECOMMENDED = 'recommended',
  /** And matters of taste. */
  STRICT = 'strict',
}

/** Who would say so. */
export enum CheckLayer {
  /** An API server with Istio's CRDs. */
  SCHEMA = 'schema',
  /** The validation webhook of istiod. */
  WEBHOOK = 'webhook',
  /** `istioctl analyze`, or nobody before it is too late. */
  ANALYSIS = 'analysis',
}

/** One thing that the checker has to say. */
export interface CheckFinding {
  /** Stable and never reused, such as `MESH3101`. */
  readonly code: string;
  /** How much it weighs. */
  readonly severity: CheckSeverity;
  /** Who would say so. */
  readonly layer: CheckLayer;
  /** Of the object, or empty when a file could not be read. */
  readonly apiVersion: string;
  /** Of the object, or empty when a file could not be read. */
  readonly kind: string;
  /** Of the object, or empty for kinds without one. */
  readonly namespace: string;
  /** Of the object. */
  readonly name: string;
  /** The field, such as `spec.http[0].route[1].weight`, or empty for the whole object. */
  readonly path: string;
  /**
   * The path of the construct that wrote the object.
   * @default - the object was not written by a construct
   */
  readonly construct?: string;
  /**
   * The file that the object was read from, or the source file where its construct was made.
   * @default - not known
   */
  readonly file?: string;
  /**
   * The line in that file, from 1.
   * @default - not known
   */
  readonly line?: number;
  /**
   * The column in that line, from 1.
   * @default - the input could be read
   */
  readonly column?: number;
  /** What is wrong, with the value. */
  readonly message: string;
  /** Why it matters. */
  readonly why: string;
  /** What to write instead. */
  readonly fix: string;
  /** The page of the rule. */
  readonly url: string;
}

/** How a report is written as text. */
export interface CheckTextOptions {
  /**
   * Colours for a terminal.
   * @default false
   */
  readonly color?: boolean;
  /**
   * Whether informations are listed, instead of counted.
   * @default false
   */
  readonly infos?: boolean;
  /**
   * Whether silenced findings are listed, instead of counted.
   * @default false
   */
  readonly silenced?: boolean;
}

/** What the checker found. */
export class CheckReport {
  /** @internal */
  public static _of(result: CheckResult): CheckReport {
    return new CheckReport(result);
  }

  private constructor(private readonly result: CheckResult) {}

  /** All findings, in the order of the input. */
  public get findings(): CheckFinding[] {
    return this.result.findings.map((finding) => ({ ...finding })) as unknown as CheckFinding[];
  }

  /** Findings that were silenced where they stand, each with its reason in `toJson()`. */
  public get silenced(): CheckFinding[] {
    return this.result.silenced.map(({ reason: _, ...finding }) => finding) as unknown as CheckFinding[];
  }

  /** The findings that are errors. */
  public get errors(): CheckFinding[] {
    return this.findings.filter(({ severity }) => severity === CheckSeverity.ERROR);
  }

  /** The findings that are warnings. */
  public get warnings(): CheckFinding[] {
    return this.findings.filter(({ severity }) => severity === CheckSeverity.WARNING);
  }

  /** How many objects were looked at. */
  public get resources(): number {
    return this.result.resources;
  }

  /** For people: by resource, then the count. */
  public toText(options: CheckTextOptions = {}): string {
    return formats().textReport(this.result, options);
  }

  /** For programs: `{ findings, silenced, summary }`, as `cdk8s-istio check --format json` writes it. */
  public toJson(): any {
    return formats().jsonReport(this.result);
  }

  /** For code scanning: a SARIF 2.1.0 log. */
  public toSarif(): any {
    return formats().sarifReport(this.result, formats().packageVersion());
  }

  /** For GitHub: workflow commands, one an error or a warning. */
  public toGithub(): string {
    return formats().githubReport(this.result);
  }
}

/** Loaded when a report is written. */
function formats(): typeof import('./formats') {
  return require('./formats') as typeof import('./formats');
}
