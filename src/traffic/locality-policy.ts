import { ApiObject, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { LocalityPreference } from './locality-preference';
import { OutlierDetection, renderOutlierDetection } from './outlier-detection';
import { checkConstructProps } from '../model/given';
import { locatedAt } from '../model/located-at';
import { MeshService } from '../model/mesh-service';
import { registerConstruct } from '../model/registered-construct';
import { describeValue } from '../semantics/describe-value';

/**
 * What finds out that a place failed, where nobody says otherwise. All pods of a place can be out at one
 * time; when those of all places are, they are all asked again, instead of none.
 */
const DETECTION: OutlierDetection = {
  consecutiveGatewayErrors: 5, baseEjectionTime: Duration.seconds(30), maxEjectionPercent: 100, minHealthPercent: 1,
};

export interface LocalityPolicyProps {
  /** The service that is called. */
  readonly service: MeshService;
  /** Which of its pods are preferred: `LocalityPreference.failover({ eu: 'us' })`, say. */
  readonly preference: LocalityPreference;
  /**
   * When a pod counts as failed. Where a `ResilientService` sets it for the same service, port or
   * subset, that one holds, and it may not be set here as well. In both, unless said otherwise,
   * `maxEjectionPercent` is 100, as all pods of a place may fail, and `minHealthPercent` 1: when all
   * pods of all places are out, they are asked again instead of none.
   *
   * @default - 5 gateway errors (502, 503, 504, or failed connections) in a row, for 30 s; none with `LocalityPreference.none()`
   */
  readonly outlierDetection?: OutlierDetection;
  /**
   * The Service's port that is meant.
   *
   * @default - all ports
   */
  readonly port?: number;
  /**
   * The subset that is meant.
   *
   * @default - the whole service, its subsets included
   */
  readonly subset?: string;
}

/**
 * Which pods of a service get the requests, by where they and the callers are: shares between zones,
 * failover between regions, an order by labels, or no difference at all. One of them for a service, or
 * for each of its ports or subsets.
 *
 * It writes no objects of its own: it contributes to the one DestinationRule of its `MeshService`,
 * beside the load balancer that a `ResilientService` chooses.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/locality-load-balancing/
 */
export class LocalityPolicy extends Construct {
  /** The service that is called. */
  public readonly service: MeshService;

  constructor(scope: Construct, id: string, props: LocalityPolicyProps) {
    super(scope, id);
    registerConstruct(this, LocalityPolicy);
    checkConstructProps(this, props, '{ service: reviews, preference: LocalityPreference.failover({ eu: \'us\' }) }');
    const { service, preference, port, subset } = props;
    const refuse = (what: string, value: unknown, fix: string) => new Error(`[${this.node.path}] \`${what}\` is ${describeValue(value)}. ${fix}`);
    if (!(service instanceof MeshService)) throw refuse('service', service, 'Give a MeshService, for example new MeshService(this, \'reviews\', { service }).');
    if (!(preference instanceof LocalityPreference)) throw refuse('preference', preference, 'Say for example LocalityPreference.failover({ eu: \'us\' }).');
    if (port !== undefined && !Number.isInteger(port)) throw refuse('port', port, 'Give the number of one of the Service\'s ports.');
    if (subset !== undefined && typeof subset !== 'string') throw refuse('subset', subset, 'Give the name of a subset.');
    if (port !== undefined && subset !== undefined) {
      throw new Error(`[${this.node.path}] both \`port\` (${port}) and \`subset\` (${subset}) are given. Give one of them: what holds for one port of one subset cannot be said.`);
    }
    this.service = service;
    service._addTrafficLayer({
      owner: this,
      port,
      subset,
      blocks: {
        outlierDetection: props.outlierDetection === undefined ? undefined : this.detection(props.outlierDetection),
        locality: {
          setting: preference._setting,
          outlierDetection: preference._prefers ? this.detection(DETECTION) : undefined,
        },
      },
    });
  }

  /** The service's DestinationRule. */
  public get destinationRule(): ApiObject {
    return this.service.destinationRule!;
  }

  private detection(options: OutlierDetection): ReturnType<typeof renderOutlierDetection> {
    return locatedAt(this, () => renderOutlierDetection(options));
  }
}
