import { TelemetryDirection } from './telemetry-direction';
import { TelemetryProvider, checkTelemetryProvider } from './telemetry-provider';
import type { TelemetrySpecAccessLogging } from '../imports/telemetry.istio.io';
import { checkList, checkMember, checkOptions } from '../model/given';
import type { Spec } from '../model/istio-object';
import { logConditionProblem } from '../semantics/cel/log-condition';
import { describeValue } from '../semantics/describe-value';

export interface AccessLoggingOptions {
  /**
   * Which requests are logged: a CEL expression over Envoy's attributes, for example `response.code >= 500` or
   * `!request.url_path.startsWith('/healthz')`. What an expression asks for and a request does not have is no match:
   * guard it, `has(request.useragent) && …`.
   *
   * @default - all
   */
  readonly filter?: string;
  /**
   * Which direction is meant.
   *
   * @default TelemetryDirection.BOTH: a request is then logged by the caller's proxy and by that of the pod
   */
  readonly direction?: TelemetryDirection;
}

export interface NoAccessLoggingOptions {
  /**
   * Which direction is not logged.
   *
   * @default TelemetryDirection.BOTH
   */
  readonly direction?: TelemetryDirection;
}

/**
 * Where access logs go, or that there are none. What is said for a namespace or a workload replaces, for its direction, what
 * is said for more: the providers of the wider scope get nothing unless they are named again, and neither do its filters hold.
 *
 * @see https://istio.io/latest/docs/reference/config/telemetry/#AccessLogging
 */
export class AccessLogging {
  /**
   * Logs to these providers.
   *
   * @param providers for example `[TelemetryProvider.named('envoy')]`, which is /dev/stdout of each proxy
   * @throws for a filter that would log nothing, or that Envoy does not take
   */
  public static to(providers: TelemetryProvider[], options: AccessLoggingOptions = {}): AccessLogging {
    checkList('providers', providers, "[TelemetryProvider.named('envoy')]");
    if (providers.length === 0) throw new Error("AccessLogging.to: no providers are given, and a filter then holds for nothing. Give for example [TelemetryProvider.named('envoy')], or say AccessLogging.off().");
    for (const provider of providers) {
      checkTelemetryProvider('providers', provider);
      checkTakes(provider);
    }
    checkOptions('AccessLogging.to', options, "{ filter: 'response.code >= 500' }");
    const { filter, direction } = options;
    checkDirection(direction);
    if (filter !== undefined) checkFilter(filter);
    return new AccessLogging(providers, direction ?? TelemetryDirection.BOTH, filter);
  }

  /** Logs nothing, to no provider, whatever the wider scope says. */
  public static off(options: NoAccessLoggingOptions = {}): AccessLogging {
    checkOptions('AccessLogging.off', options, '{ direction: TelemetryDirection.INBOUND }');
    checkDirection(options.direction);
    return new AccessLogging([], options.direction ?? TelemetryDirection.BOTH);
  }

  private constructor(
    /** None where nothing is logged. @internal */
    public readonly _providers: readonly TelemetryProvider[],
    /** Which direction is meant. @internal */
    public readonly _direction: TelemetryDirection,
    private readonly filter?: string,
  ) {}

  /** As the Telemetry has it. @internal */
  public _render(): Spec<TelemetrySpecAccessLogging> {
    const match = this._direction === TelemetryDirection.BOTH ? {} : { match: { mode: this._direction } };
    // Whoever is named in a narrower scope replaces all others, and a disabling without a name holds for the last ones only.
    if (this._providers.length === 0) return { ...match, providers: [{ name: ANY }], disabled: true };
    const providers = this._providers.map(({ name }) => ({ name }));
    return { ...match, providers, ...this.filter === undefined ? {} : { filter: { expression: this.filter } } };
  }
}

/** One that every mesh has. */
const ANY = 'envoy';

function checkTakes(provider: TelemetryProvider): void {
  const { _signal: signal } = provider;
  if (signal !== undefined && signal !== 'accessLogging') {
    throw new Error(`AccessLogging.to: the provider ${provider.name} takes ${signal === 'tracing' ? 'traces' : 'metrics'} and no access logs, so nothing would be logged. Give for example TelemetryProvider.named('envoy') or TelemetryProvider.openTelemetryLog(…).`);
  }
}

function checkDirection(direction: TelemetryDirection | undefined): void {
  if (direction !== undefined) checkMember('direction', direction, 'TelemetryDirection', TelemetryDirection);
}

function checkFilter(filter: string): void {
  const problem = typeof filter === 'string' ? logConditionProblem(filter) : 'it is no text';
  if (problem !== undefined) throw new Error(`AccessLogging.to: \`filter\` is ${describeValue(filter)}: ${problem}. Write a CEL expression over Envoy's attributes, for example "response.code >= 500", or leave it out to log everything.`);
}

/** What programs without types give, and two entries of which Istio would take the last only. */
export function checkAccessLogs(entries: readonly AccessLogging[]): void {
  checkList('accessLogs', entries, "[AccessLogging.to([TelemetryProvider.named('envoy')])]");
  if (entries.length === 0) throw new Error('`accessLogs` is empty. Say AccessLogging.off() where nothing is to be logged, or leave it out to keep what the wider scope says.');
  const known = new Map<string, TelemetryDirection>();
  const off = new Set<TelemetryDirection>();
  for (const entry of entries) {
    if (!(entry instanceof AccessLogging)) throw new Error(`\`accessLogs\` holds ${describeValue(entry)}. Give AccessLogging.to([TelemetryProvider.named('envoy')]) or AccessLogging.off().`);
    if (entry._providers.length === 0) off.add(entry._direction);
    for (const { name } of entry._providers) {
      const directions = directionsOf(entry._direction);
      const twice = directions.find((direction) => known.has(`${direction} ${name}`));
      if (twice !== undefined) throw new Error(`\`accessLogs\` names the provider ${name} twice for one direction, and Istio takes the last filter only. Join the filters with || in one entry.`);
      for (const direction of directions) known.set(`${direction} ${name}`, direction);
    }
  }
  const said = new Set(known.values());
  const contradicted = [...off].flatMap(directionsOf).find((direction) => said.has(direction));
  if (contradicted !== undefined || off.size > 1) throw new Error('`accessLogs` says AccessLogging.off() beside another entry for the same direction. Keep one of them.');
}

function directionsOf(direction: TelemetryDirection): TelemetryDirection[] {
  return direction === TelemetryDirection.BOTH ? [TelemetryDirection.INBOUND, TelemetryDirection.OUTBOUND] : [direction];
}
