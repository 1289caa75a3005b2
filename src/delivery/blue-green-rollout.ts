import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { BlueGreenStates } from './blue-green-states';
import { CanaryVersion, resolveVersion } from './canary-version';
import { checkGates } from './gates';
import { LiveColor } from './live-color';
import { MetricSource } from './metric-source';
import { RolloutGate } from './rollout-gate';
import { RolloutPlan } from './rollout-plan';
import { ROLLOUTS } from './rollouts';
import { checkDistinct, unselected } from './version-pods';
import { VersionRouting } from './version-routing';
import { checkConstructProps } from '../model/given';
import { HttpMatch } from '../model/http-match';
import { MeshService } from '../model/mesh-service';
import { validateOncePerSynth } from '../model/once-per-synth';
import { registerConstruct } from '../model/registered-construct';
import { StringMatch } from '../model/string-match';
import { describeValue } from '../semantics/describe-value';
import { isHost } from '../semantics/kubernetes-name';
import { escapeRegex } from '../semantics/string-condition';

export interface BlueGreenRolloutProps {
  /** The service whose Kubernetes Service selects the pods of both versions. */
  readonly service: MeshService;
  /** The pods that are called blue. */
  readonly blue: CanaryVersion;
  /** The pods that are called green. */
  readonly green: CanaryVersion;
  /** Which of them answers everybody. To switch, change it. */
  readonly live: LiveColor;
  /**
   * Requests that reach the one that is not live: of testers, say, by a header or cookie.
   *
   * @default - none
   */
  readonly preview?: HttpMatch;
  /**
   * A public host whose requests reach the one that is not live, for example `preview.shop.example.com`. It needs a way to
   * the service: beside the others in `hosts` of the GatewayRoutes, and in the Gateway.
   *
   * @default - none
   */
  readonly previewHost?: string;
  /**
   * What the figures of the version that becomes live have to be, for the plan's READMEs.
   *
   * @default - success, latency and rate, without limits
   */
  readonly gates?: RolloutGate[];
  /**
   * Where the gates' figures come from.
   *
   * @default - has to be given when there are gates
   */
  readonly metrics?: MetricSource;
}

/**
 * Two versions of one service, of which one answers everybody: a switch is one change of rules, and so is the way back, as
 * both stay warm. On the mesh and behind a gateway (`GatewayRoutes`) alike.
 *
 * @see https://istio.io/latest/docs/concepts/traffic-management/#routing-versions
 */
export class BlueGreenRollout extends Construct {
  /** The service. */
  public readonly service: MeshService;
  /** The name of blue's subset. */
  public readonly blueSubset: string;
  /** The name of green's subset. */
  public readonly greenSubset: string;
  /** The name of the subset that answers everybody. */
  public readonly liveSubset: string;

  private readonly routing: VersionRouting;
  private readonly states: BlueGreenStates;

  constructor(scope: Construct, id: string, props: BlueGreenRolloutProps) {
    super(scope, id);
    registerConstruct(this, BlueGreenRollout);
    const { path } = this.node;
    checkConstructProps(this, props, '{ service: reviews, blue: { version: \'v1\' }, green: { version: \'v2\' }, live: LiveColor.BLUE }');
    const { service, live, gates, metrics } = props;
    if (!(service instanceof MeshService)) throw new Error(`[${path}] \`service\` is ${describeValue(service)}. Give a MeshService.`);
    if (!Object.values(LiveColor).includes(live)) throw new Error(`[${path}] \`live\` is ${describeValue(live)}. Give LiveColor.BLUE or LiveColor.GREEN.`);
    checkGates(path, gates, metrics);
    ROLLOUTS.claim(this, service);
    const blue = resolveVersion(path, 'blue', props.blue);
    const green = resolveVersion(path, 'green', props.green);
    checkDistinct(path, [blue, green]);
    this.service = service;
    this.blueSubset = blue.subset;
    this.greenSubset = green.subset;
    const [first, second] = live === LiveColor.BLUE ? [blue, green] : [green, blue];
    this.liveSubset = first.subset;
    this.states = new BlueGreenStates(service, first, second, this.preview(props), gates ?? []);
    this.routing = new VersionRouting(this, service);
    this.routing.enter(this.states.current);
    validateOncePerSynth(this, () => [blue, green].flatMap((version) => unselected(service, version)));
  }

  /** The service's VirtualService. */
  public get virtualService(): ApiObject {
    return this.service.virtualService!;
  }

  /** The service's DestinationRule. */
  public get destinationRule(): ApiObject {
    return this.service.destinationRule!;
  }

  /**
   * What to apply, step by step, to make the other version live, to go back, and to take the old one away: ask when all
   * that the service has is said. Throws where the rollout or the service does not hold.
   */
  public plan(): RolloutPlan {
    const [live, idle] = this.liveSubset === this.blueSubset ? [this.blueSubset, this.greenSubset] : [this.greenSubset, this.blueSubset];
    const others = this.routing.othersThatLeadTo(live).map((owner) => owner.node.path);
    return RolloutPlan._of(this.routing, `Switch of ${this.service.name}: ${live} → ${idle}`, [
      `From ${live} to ${idle} of ${this.service.host}, in one change.`,
      `In the code, the construct ${this.node.path} follows: \`live\` is the other color once the switch is applied.`,
    ], this.states.all(others));
  }

  private preview({ preview, previewHost }: BlueGreenRolloutProps): HttpMatch | undefined {
    if (preview !== undefined && !(preview instanceof HttpMatch)) {
      throw new Error(`[${this.node.path}] \`preview\` is ${describeValue(preview)}. Give for example HttpMatch.header('x-preview', StringMatch.exact('true')).`);
    }
    if (previewHost === undefined) return preview;
    if (typeof previewHost !== 'string' || !isHost(previewHost) || previewHost.startsWith('*')) {
      throw new Error(`[${this.node.path}] \`previewHost\` is ${describeValue(previewHost)}. Give a host without scheme and port, for example preview.shop.example.com.`);
    }
    // Istio compares the Host header as it is sent, with its port.
    const host = HttpMatch.authority(StringMatch.regex(`${escapeRegex(previewHost)}(:\\d+)?`));
    return preview ? HttpMatch.anyOf(preview, host) : host;
  }
}
