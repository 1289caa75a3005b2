import { IConstruct } from 'constructs';
import type { Spec } from './istio-object';
import type { DestinationRuleSpecTrafficPolicy } from '../imports/networking.istio.io';

type TrafficPolicy = Spec<DestinationRuleSpecTrafficPolicy>;
type Detection = NonNullable<TrafficPolicy['outlierDetection']>;

/** The blocks of a traffic policy that exist at every level, as they are written. */
export type PolicyBlocks = Pick<TrafficPolicy, 'connectionPool' | 'loadBalancer' | 'outlierDetection' | 'tls'>;

/** Which pods are preferred by where they are. It stands in the load balancer's block, and is chosen by itself. */
export interface Locality {
  readonly setting: Pick<NonNullable<TrafficPolicy['loadBalancer']>, 'localityLbSetting' | 'zoneAwareLbSetting'>;
  /** What holds where nobody sets outlier detection. */
  readonly outlierDetection?: Detection;
}

/** What contributors decide, each for itself. */
export interface TrafficBlocks extends PolicyBlocks {
  readonly locality?: Locality;
  /** Istio has none for ports. */
  readonly retryBudget?: TrafficPolicy['retryBudget'];
}

/** One contributor's word for the whole service, one port of it, or one subset. */
export interface TrafficLayer {
  readonly owner: IConstruct;
  readonly port?: number;
  readonly subset?: string;
  readonly blocks: TrafficBlocks;
}

const BLOCKS = ['connectionPool', 'loadBalancer', 'outlierDetection', 'tls', 'locality', 'retryBudget'] as const;

/** What a load balancer is chosen by: a new choice replaces the whole of the old one. */
const LOAD_BALANCER_CHOICES = ['simple', 'consistentHash', 'warmup'];

/** Istio's own threshold where none is given. */
const DEFAULT_CONSECUTIVE_5XX = 5;
/** Istio's default of 10 never ejects with fewer than ten pods; see docs/resilience.md. */
const DEFAULT_MAX_EJECTION_PERCENT = 50;
/** Istio's own, written out for those who read the manifests. */
const DEFAULT_RETRY_BUDGET = { percent: 20, minRetryConcurrency: 3 };

/**
 * The traffic policy of one service.
 *
 * Istio replaces whole blocks: a subset's `connectionPool` loses what the service's said, and a
 * port's settings lose everything. So what is inherited is written out, and a setting changes only
 * what it names.
 */
export class TrafficLayers {
  private readonly layers: TrafficLayer[] = [];

  public get isEmpty(): boolean {
    return this.layers.length === 0;
  }

  public get ports(): number[] {
    return [...new Set(this.layers.flatMap((layer) => layer.port ?? []))].sort((a, b) => a - b);
  }

  /** Subsets that a layer names, with the construct that names them. */
  public get subsets(): { subset: string; owner: IConstruct }[] {
    return this.layers.flatMap(({ subset, owner }) => (subset === undefined ? [] : [{ subset, owner }]));
  }

  /** All that was said. */
  public get all(): readonly TrafficLayer[] {
    return this.layers;
  }

  /** The constructs that choose how load is balanced. */
  public get balanced(): IConstruct[] {
    return this.layers.filter(({ blocks }) => blocks.loadBalancer !== undefined || blocks.locality !== undefined).map((layer) => layer.owner);
  }

  /** The constructs that set outlier detection. */
  public get ejecting(): IConstruct[] {
    return this.layers.filter((layer) => layer.blocks.outlierDetection !== undefined).map((layer) => layer.owner);
  }

  /** Whether anybody sets an HTTP pool: at all, or for one port. */
  public usesHttpPool(port?: number): boolean {
    return this.layers.some((layer) => layer.blocks.connectionPool?.http !== undefined && (port === undefined || layer.port === port));
  }

  public add(layer: TrafficLayer): void {
    for (const block of BLOCKS) {
      const taken = this.layers.find((other) => layer.blocks[block] !== undefined && other.blocks[block] !== undefined
        && other.port === layer.port && other.subset === layer.subset);
      if (taken) {
        const where = layer.subset !== undefined ? ` of subset ${layer.subset}` : layer.port !== undefined ? ` of port ${layer.port}` : '';
        throw new Error(`[${layer.owner.node.path}] sets the ${block}${where} that [${taken.owner.node.path}] already sets. Keep one of them.`);
      }
    }
    this.layers.push(layer);
  }

  /** The policy of the whole service, with its ports; undefined when nobody said anything. */
  public service(): TrafficPolicy | undefined {
    const { retryBudget, ...blocks } = this.effective(undefined, undefined);
    return nonEmpty({ ...blocks, retryBudget, portLevelSettings: this.portLevelSettings() });
  }

  /** The policy of one subset: the blocks it changes, whole, and every port's, which it would else override. */
  public subset(subset: string): TrafficPolicy | undefined {
    const named = this.namedBlocks(subset);
    const { retryBudget } = this.blocksOf({ subset });
    if (named.length === 0) return retryBudget && { retryBudget: this.effective(subset, undefined).retryBudget };
    const whole = this.effective(subset, undefined);
    return {
      ...Object.fromEntries(named.map((block) => [block, whole[block]])),
      retryBudget: retryBudget && whole.retryBudget,
      portLevelSettings: this.portLevelSettings(subset),
    };
  }

  /** What holds in the end for one subset and port: what the proxies are to enforce. */
  public effective(subset: string | undefined, port: number | undefined): PolicyBlocks & Pick<TrafficBlocks, 'retryBudget'> {
    const { locality, loadBalancer, outlierDetection, connectionPool, tls, retryBudget } = this.merged(subset, port);
    return {
      connectionPool,
      tls,
      retryBudget: retryBudget && { ...DEFAULT_RETRY_BUDGET, ...definedOf(retryBudget) },
      loadBalancer: locality ? { ...loadBalancer, ...locality.setting } : loadBalancer,
      outlierDetection: outlierDetection && completed(outlierDetection, locality?.outlierDetection),
    };
  }

  /** Whether Istio reads the retry budget there: settings of a port replace all, and have no place for one. */
  public readsRetryBudget(subset: string | undefined, port: number): boolean {
    if (!this.ports.includes(port)) return true;
    return subset !== undefined && this.blocksOf({ subset }).retryBudget !== undefined && this.namedBlocks(subset).length === 0;
  }

  private portLevelSettings(subset?: string): TrafficPolicy['portLevelSettings'] {
    if (this.ports.length === 0) return undefined;
    return this.ports.map((port) => {
      const { retryBudget, ...blocks } = this.effective(subset, port);
      return { port: { number: port }, ...blocks };
    });
  }

  /** The blocks that a subset's policy has of its own. */
  private namedBlocks(subset: string): (keyof PolicyBlocks)[] {
    const { connectionPool, loadBalancer, outlierDetection, tls, locality } = this.blocksOf({ subset });
    const named = { connectionPool, loadBalancer: loadBalancer ?? locality, outlierDetection: outlierDetection ?? locality?.outlierDetection, tls };
    return (Object.keys(named) as (keyof PolicyBlocks)[]).filter((block) => named[block] !== undefined);
  }

  private merged(subset: string | undefined, port?: number): TrafficBlocks {
    let blocks = onTopOf({}, this.blocksOf({}));
    if (port !== undefined) blocks = onTopOf(blocks, this.blocksOf({ port }));
    if (subset !== undefined) blocks = onTopOf(blocks, this.blocksOf({ subset }));
    return blocks;
  }

  private blocksOf(scope: { port?: number; subset?: string }): TrafficBlocks {
    return this.layers
      .filter((layer) => layer.port === scope.port && layer.subset === scope.subset)
      .reduce<TrafficBlocks>((blocks, layer) => ({ ...blocks, ...definedOf(layer.blocks) }), {});
  }
}

/** One level on top of the wider ones; the outlier detection that locality needs is there unless somebody gave another. */
function onTopOf(base: TrafficBlocks, blocks: TrafficBlocks): TrafficBlocks {
  const merged = merge(base, blocks);
  return { ...merged, outlierDetection: merged.outlierDetection ?? blocks.locality?.outlierDetection };
}

/**
 * Filled in after merging, so that a subset which only changes the ejection time keeps the
 * service's thresholds. Both thresholds are always written, as each has a default of its own.
 */
function completed(detection: Detection, ofLocality: Detection | undefined): Detection {
  const gateway = detection.consecutiveGatewayErrors;
  const others = gateway || detection.consecutiveLocalOriginFailures;
  return {
    ...detection,
    consecutive5XxErrors: detection.consecutive5XxErrors ?? (others ? 0 : DEFAULT_CONSECUTIVE_5XX),
    consecutiveGatewayErrors: gateway ?? 0,
    maxEjectionPercent: detection.maxEjectionPercent ?? ofLocality?.maxEjectionPercent ?? DEFAULT_MAX_EJECTION_PERCENT,
    minHealthPercent: detection.minHealthPercent ?? ofLocality?.minHealthPercent,
  };
}

/** `change` changes what it names, field by field; what it leaves undefined is inherited. */
export function merge(base: TrafficBlocks, change: TrafficBlocks): TrafficBlocks {
  // A preference for some places says nothing that could be kept of another one; what it brought along is inherited.
  return {
    ...mergeObjects(base, change),
    // What one kind of TLS needs means nothing to another.
    tls: change.tls ?? base.tls,
    locality: change.locality ? { ...base.locality, ...definedOf(change.locality) } : base.locality,
  };
}

function mergeObjects(base: object, over: object): object {
  const result: Record<string, unknown> = { ...definedOf(base) };
  const chosen = LOAD_BALANCER_CHOICES.some((choice) => (over as Record<string, unknown>)[choice] !== undefined);
  if (chosen) LOAD_BALANCER_CHOICES.forEach((choice) => delete result[choice]);
  for (const [key, value] of Object.entries(definedOf(over))) {
    const inherited = result[key];
    result[key] = isObject(inherited) && isObject(value) ? mergeObjects(inherited, value) : value;
  }
  return result;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function definedOf<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}

function nonEmpty<T extends object>(object: T): T | undefined {
  return Object.values(object).some((value) => value !== undefined) ? object : undefined;
}
