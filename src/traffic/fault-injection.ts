import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { FaultAbort } from './fault-abort';
import { FaultDelay } from './fault-delay';
import { expiring } from '../model/fault-expiry';
import { checkConstructProps } from '../model/given';
import { HttpMatch } from '../model/http-match';
import { EVERY_REQUEST, MatchAtoms } from '../model/match-atom';
import { matchKey } from '../model/match-order';
import { MeshService } from '../model/mesh-service';
import { registerConstruct } from '../model/registered-construct';
import { describeValue } from '../semantics/describe-value';
import { instantOf, instantText } from '../semantics/instant';

export interface FaultInjectionProps {
  /** The service whose callers meet the fault. */
  readonly service: MeshService;
  /**
   * Whether the fault is injected. `false` is the kill switch: what is written is then, to the byte, what is written without
   * this construct. Where nothing else sets anything for the service, that is no VirtualService at all: `kubectl apply` leaves
   * the one of before in the cluster, so delete it, or apply with `--prune`.
   *
   * @default false
   */
  readonly enabled?: boolean;
  /**
   * Which requests meet it, by a header that only testers send, say. Either this or `everyone`.
   *
   * @default - none: then `everyone` has to be true
   */
  readonly match?: HttpMatch;
  /**
   * That every request meets it, those of real users too.
   *
   * @default false
   */
  readonly everyone?: boolean;
  /**
   * Requests that wait. `delay` and `abort` are drawn separately; a request that meets both waits, then fails.
   *
   * @default - none; one of `delay` and `abort` is needed
   */
  readonly delay?: FaultDelay;
  /**
   * Requests that fail without being sent on.
   *
   * @default - none; one of `delay` and `abort` is needed
   */
  readonly abort?: FaultAbort;
  /**
   * When it is to be over: an instant in ISO 8601 with time and zone, `2026-12-01T18:00:00Z` or `2026-12-01T18:00+01:00`. It is
   * written as the annotation `cdk8s-istio.dev/fault-expires`. After it the fault goes on, and the checker reports it.
   */
  readonly expires: string;
}

/**
 * Delays and errors for the callers of a service, to see how they bear them: on the mesh and behind a gateway alike.
 *
 * It is off unless `enabled`, is for some requests unless `everyone` is said, and has an end. Of several faults on one service,
 * the one with the most specific match decides for a request; they do not add up.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/fault-injection/
 */
export class FaultInjection extends Construct {
  /** The service. */
  public readonly service: MeshService;
  /** Whether it is on. */
  public readonly enabled: boolean;

  /** @throws if it is not clear who meets what until when */
  constructor(scope: Construct, id: string, props: FaultInjectionProps) {
    super(scope, id);
    registerConstruct(this, FaultInjection);
    checkConstructProps(this, props, '{ service: reviews, everyone: true, abort: FaultAbort.http(503, 10), expires: \'2026-12-01T18:00:00Z\' }');
    const { service, delay, abort } = props;
    if (!(service instanceof MeshService)) throw new Error(`[${this.node.path}] \`service\` is ${describeValue(service)}. Give a MeshService.`);
    const match = this.victims(props);
    this.checkFault(props);
    const expires = this.expiry(props.expires);
    this.service = service;
    this.enabled = this.flag('enabled', props.enabled);
    if (!this.enabled) return;
    service._addRouteLayer({
      owner: this,
      aspect: 'fault',
      match,
      value: { fault: expiring({ delay: delay?._spec, abort: abort?._spec }, { name: id.replace(/\s+/g, ' '), expires }) },
    });
  }

  /** The service's VirtualService; undefined while nothing needs one. */
  public get virtualService(): ApiObject | undefined {
    return this.service.virtualService;
  }

  private victims({ match, everyone }: FaultInjectionProps): MatchAtoms {
    if (match !== undefined && !(match instanceof HttpMatch)) {
      throw new Error(`[${this.node.path}] \`match\` is ${describeValue(match)}. Say which requests are meant, for example HttpMatch.header('x-fault', StringMatch.exact('on')).`);
    }
    const all = this.flag('everyone', everyone);
    if (all && match) throw new Error(`[${this.node.path}] both \`match\` and \`everyone\` are given. Keep \`match\` for some requests, or \`everyone\` for all.`);
    if (all) return EVERY_REQUEST;
    if (!match || match._atoms.some((atom) => matchKey([atom]) === matchKey(EVERY_REQUEST))) {
      throw new Error(
        `[${this.node.path}] ${match ? '`match` is every request' : 'neither `match` nor `everyone` is given'}, so real users would meet the fault. `
        + 'Name the requests, for example match: HttpMatch.header(\'x-fault\', StringMatch.exact(\'on\')), or say `everyone: true`.');
    }
    return match._atoms;
  }

  private checkFault({ delay, abort }: FaultInjectionProps): void {
    if (delay !== undefined && !(delay instanceof FaultDelay)) {
      throw new Error(`[${this.node.path}] \`delay\` is ${describeValue(delay)}. Say for example FaultDelay.of(Duration.seconds(5), 50).`);
    }
    if (abort !== undefined && !(abort instanceof FaultAbort)) {
      throw new Error(`[${this.node.path}] \`abort\` is ${describeValue(abort)}. Say for example FaultAbort.http(503, 10).`);
    }
    if (!delay && !abort) throw new Error(`[${this.node.path}] neither \`delay\` nor \`abort\` is given, so nothing would happen. Give at least one.`);
  }

  private expiry(expires: string): number {
    const example = 'for example 2026-12-01T18:00:00Z';
    if (expires === undefined) {
      throw new Error(`[${this.node.path}] \`expires\` is not given. Say when the fault is to be over, ${example}, so that it is not forgotten.`);
    }
    const instant = typeof expires === 'string' ? instantOf(expires) : undefined;
    if (instant !== undefined) return instant;
    const day = typeof expires === 'string' && instantOf(`${expires}T00:00:00Z`);
    const local = typeof expires === 'string' && instantOf(`${expires}Z`);
    throw new Error(`[${this.node.path}] \`expires\` is ${describeValue(expires)}, ${
      typeof day === 'number' ? `a day without time and zone. Write for example ${instantText(day)}.`
        : typeof local === 'number' ? `a time without its zone. Write for example ${instantText(local)}.`
          : `which is no instant. Write date, time and zone in ISO 8601, ${example} or 2026-12-01T18:00+01:00.`}`);
  }

  /** A switch that a program without types read from its environment is a string, and "false" would be true. */
  private flag(name: string, value: boolean | undefined): boolean {
    if (value !== undefined && typeof value !== 'boolean') throw new Error(`[${this.node.path}] \`${name}\` is ${describeValue(value)}. Give true or false.`);
    return value ?? false;
  }
}
