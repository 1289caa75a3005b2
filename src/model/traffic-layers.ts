import { IConstruct } from 'constructs';
import type { Spec } from './istio-object';
import type { DestinationRuleSpecTrafficPolicy } from '../imports/networking.istio.io';

type TrafficPolicy = Spec<DestinationRuleSpecTrafficPolicy>;

/** The blocks of a traffic policy that contributors decide, and that exist at every level. */
export type TrafficBlocks = Pick<TrafficPolicy, 'connectionPool' | 'loadBalancer' | 'outlierDetection'>;

/** One contributor's word for the whole service, one port of it, or one subset. */
export interface TrafficLayer {
  readonly owner: IConstruct;
  readonly port?: number;
  readonly subset?: string;
  readonly blocks: TrafficBlocks;
}

const BLOCKS = ['connectionPool', 'loadBalancer', 'outlierDetection'] as const;

/** What a load balancer is chosen by: a new choice replaces the whole of the old one. */
const LOAD_BALANCER_CHOICES = ['simple', 'consistentHash', 'warmup'];

/** Istio's own threshold where none is given. */
const DEFAULT_CONSECUTIVE_5XX = 5;
/** Istio's default of 10 never ejects with fewer than ten pods; see docs/resilience.md. */
const DEFAULT_MAX_EJECTION_PERCENT = 50;

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

  /** The constructs that choose how load is balanced. */
  public get balanced(): IConstruct[] {
    return this.layers.filter((layer) => layer.blocks.loadBalancer !== undefined).map((layer) => layer.owner);
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
    const portLevelSettings = this.ports.map((port) => ({ port: { number: port }, ...this.effective(undefined, port) }));
    return nonEmpty({ ...this.effective(undefined, undefined), portLevelSettings: portLevelSettings.length > 0 ? portLevelSettings : undefined });
  }

  /** The policy of one subset: the blocks it changes, whole, and every port's, which it would else override. */
  public subset(subset: string): TrafficPolicy | undefined {
    const own = this.blocksOf({ subset });
    const named = BLOCKS.filter((block) => own[block] !== undefined);
    if (named.length === 0) return undefined;
    const whole = this.effective(subset, undefined);
    const portLevelSettings = this.ports.map((port) => ({ port: { number: port }, ...this.effective(subset, port) }));
    return {
      ...Object.fromEntries(named.map((block) => [block, whole[block]])),
      portLevelSettings: portLevelSettings.length > 0 ? portLevelSettings : undefined,
    };
  }

  /** What holds in the end for one subset and port: what the proxies are to enforce. */
  public effective(subset: string | undefined, port: number | undefined): TrafficBlocks {
    let blocks = this.blocksOf({});
    if (port !== undefined) blocks = merge(blocks, this.blocksOf({ port }));
    if (subset !== undefined) blocks = merge(blocks, this.blocksOf({ subset }));
    return { ...blocks, outlierDetection: blocks.outlierDetection && completed(blocks.outlierDetection) };
  }

  private blocksOf(scope: { port?: number; subset?: string }): TrafficBlocks {
    return this.layers
      .filter((layer) => layer.port === scope.port && layer.subset === scope.subset)
      .reduce<TrafficBlocks>((blocks, layer) => ({ ...blocks, ...definedOf(layer.blocks) }), {});
  }
}

/**
 * Filled in after merging, so that a subset which only changes the ejection time keeps the
 * service's thresholds. Both thresholds are always written, as each has a default of its own.
 */
function completed(detection: NonNullable<TrafficBlocks['outlierDetection']>): TrafficBlocks['outlierDetection'] {
  const gateway = detection.consecutiveGatewayErrors;
  return {
    ...detection,
    consecutive5XxErrors: detection.consecutive5XxErrors ?? (gateway ? 0 : DEFAULT_CONSECUTIVE_5XX),
    consecutiveGatewayErrors: gateway ?? 0,
    maxEjectionPercent: detection.maxEjectionPercent ?? DEFAULT_MAX_EJECTION_PERCENT,
  };
}

/** `over` changes what it names, field by field; what it leaves undefined is inherited. */
export function merge(base: TrafficBlocks, over: TrafficBlocks): TrafficBlocks {
  return mergeObjects(base, over) as TrafficBlocks;
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
