import { Duration } from 'cdk8s';
import { QueryTarget, latency, successRate } from '../observability/golden-queries';
import { describeValue } from '../semantics/describe-value';
import { milliSecondsOf } from '../semantics/duration';
import { isDnsLabel } from '../semantics/kubernetes-name';

export interface SuccessRateGateOptions {
  /** The least percentage of requests that has to succeed, above 0 and up to 100. */
  readonly atLeast: number;
  /**
   * The time that one figure is about. Longer is steadier and slower to notice.
   *
   * @default Duration.minutes(1)
   */
  readonly window?: Duration;
}

export interface LatencyGateOptions {
  /** The longest time that the given percentage of requests may take. Whole milliseconds. */
  readonly atMost: Duration;
  /**
   * Of how many percent of the requests, above 0 and below 100.
   *
   * @default 95
   */
  readonly percentile?: number;
  /**
   * The time that one figure is about.
   *
   * @default Duration.minutes(1)
   */
  readonly window?: Duration;
}

export interface QueryGateOptions {
  /** What the gate is called: lower-case letters, digits and dashes. */
  readonly name: string;
  /** PromQL that answers with one number. An engine's own placeholders are left as they are. */
  readonly query: string;
  /**
   * The least value that passes.
   *
   * @default - no lower limit
   */
  readonly atLeast?: number;
  /**
   * The greatest value that passes.
   *
   * @default - no upper limit
   */
  readonly atMost?: number;
}

/** What a gate asks, and which answers pass; both limits are inclusive. */
interface GateDescription {
  readonly name: string;
  readonly title: string;
  readonly query: (target: QueryTarget) => string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

const DEFAULT_WINDOW = Duration.minutes(1);

/** A condition on the canary's figures that every step of a rollout has to meet. */
export class RolloutGate {
  /** By the share of requests that the canary answered without a 5xx; with gRPC, without a status that is the server's fault. */
  public static successRate(options: SuccessRateGateOptions): RolloutGate {
    const { atLeast, window = DEFAULT_WINDOW } = optionsOf('successRate', options, '{ atLeast: 99 }');
    if (typeof atLeast !== 'number' || !(atLeast > 0 && atLeast <= 100)) {
      throw new Error(`RolloutGate.successRate: \`atLeast\` is ${describeValue(atLeast)}; a percentage above 0 and up to 100 is allowed, for example 99.5.`);
    }
    milliSecondsOf(window, 'RolloutGate.successRate: window');
    return new RolloutGate({
      name: 'success-rate', title: `at least ${atLeast} % of requests succeed`, query: (target) => successRate(target, window), atLeast,
    });
  }

  /** By how long the canary takes to answer. */
  public static latency(options: LatencyGateOptions): RolloutGate {
    const { atMost, percentile = 95, window = DEFAULT_WINDOW } = optionsOf('latency', options, '{ percentile: 95, atMost: Duration.millis(500) }');
    if (typeof percentile !== 'number' || !(percentile > 0 && percentile < 100)) {
      throw new Error(`RolloutGate.latency: \`percentile\` is ${describeValue(percentile)}; a number above 0 and below 100 is allowed, for example 95 or 99.9.`);
    }
    milliSecondsOf(window, 'RolloutGate.latency: window');
    const milliseconds = milliSecondsOf(atMost, 'RolloutGate.latency: atMost');
    return new RolloutGate({
      name: `latency-p${String(percentile).replace('.', '-')}`,
      title: `${percentile} % of requests are answered within ${milliseconds} ms`,
      query: (target) => latency(target, percentile, window),
      atMost: milliseconds,
    });
  }

  /** By a query of your own. */
  public static query(options: QueryGateOptions): RolloutGate {
    const { name, query, atLeast, atMost } = optionsOf('query', options, '{ name: \'queue\', query: \'max(queue_length)\', atMost: 100 }');
    if (typeof name !== 'string' || !isDnsLabel(name)) {
      throw new Error(`RolloutGate.query: the name is ${describeValue(name)}; lower-case letters, digits and dashes are allowed, at most 63, for example queue-length.`);
    }
    if (typeof query !== 'string' || query.trim() === '') throw new Error(`RolloutGate.query: the query of ${name} is ${describeValue(query)}. Give PromQL that answers with one number.`);
    for (const [what, limit] of Object.entries({ atLeast, atMost })) {
      if (limit !== undefined && !Number.isFinite(limit)) throw new Error(`RolloutGate.query: \`${what}\` of ${name} is ${describeValue(limit)}. Give a number.`);
    }
    if (atLeast === undefined && atMost === undefined) throw new Error(`RolloutGate.query: ${name} has no limit, so every value would pass. Give \`atLeast\`, \`atMost\` or both.`);
    if (atLeast !== undefined && atMost !== undefined && atLeast > atMost) {
      throw new Error(`RolloutGate.query: ${name} asks for at least ${atLeast} and at most ${atMost}, which no value is. Exchange them.`);
    }
    const limits = [atLeast === undefined ? [] : [`at least ${atLeast}`], atMost === undefined ? [] : [`at most ${atMost}`]].flat();
    return new RolloutGate({ name, title: `${name} is ${limits.join(' and ')}`, query: () => query.trim(), atLeast, atMost });
  }

  private constructor(private readonly gate: GateDescription) {}

  /** One word, also fit for an object of an engine. @internal */
  public get _name(): string {
    return this.gate.name;
  }

  /** What holds when the gate passes. @internal */
  public get _title(): string {
    return this.gate.title;
  }

  /** Percent, milliseconds, or the query's own unit; inclusive. @internal */
  public get _atLeast(): number | undefined {
    return this.gate.atLeast;
  }

  /** @internal */
  public get _atMost(): number | undefined {
    return this.gate.atMost;
  }

  /** The PromQL. @internal */
  public _query(target: QueryTarget): string {
    return this.gate.query(target);
  }
}

function optionsOf<T extends object>(gate: string, options: T, example: string): T {
  if (typeof options === 'object' && options !== null) return options;
  throw new Error(`RolloutGate.${gate}: the options are ${describeValue(options)}. Give for example ${example}.`);
}
