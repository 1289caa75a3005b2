import { LocalityName } from './locality-name';
import { checkOptions } from '../model/given';
import type { Locality } from '../model/traffic-layers';
import { describeValue } from '../semantics/describe-value';
import { isLabelKey, isLabelValue } from '../semantics/kubernetes-name';

type Failover = { from: string; to: string }[];

/** The order of these is decided already where Istio balances by zone. */
const TOPOLOGY = ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone', 'topology.istio.io/subzone'];

/** How requests stay in their zone, and leave it when the zone has too few pods. */
export interface ZoneAwareOptions {
  /**
   * Pods that the service needs in the caller's region, from 1: with fewer, zones are not looked at.
   *
   * @default 6
   */
  readonly minClusterSize?: number;
  /**
   * For a region, the region that takes over when it fails.
   *
   * @default - any other
   */
  readonly failover?: { readonly [region: string]: string };
  /**
   * Labels in the order of their weight, as in `LocalityPreference.failoverPriority`, but none of
   * region, zone and subzone.
   *
   * @default - none
   */
  readonly failoverPriority?: string[];
}

/**
 * Which pods of a service are preferred, by where they and the caller are. A pod is where its node is:
 * region and zone are the node's labels `topology.kubernetes.io/region` and `topology.kubernetes.io/zone`,
 * the subzone is `topology.istio.io/subzone`.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/locality-load-balancing/
 */
export class LocalityPreference {
  /**
   * Fixed shares: for callers in a place, how many percent of their requests go to which places. A place
   * that is not named gets none, also when all others fail. Callers elsewhere are balanced as if there
   * were no places.
   *
   * The origins may contain each other (`eu/a/*` and `eu/*`): the narrowest holds.
   *
   * @param shares by the callers' place, the share of each place in whole percent, 1–100, together 100:
   *   `{ 'eu/a/*': { 'eu/a/*': 80, 'eu/b/*': 20 } }`
   */
  public static distribute(shares: { readonly [origin: string]: { readonly [destination: string]: number } }): LocalityPreference {
    const what = 'LocalityPreference.distribute';
    const origins = entriesOf(shares, what, '{ \'eu/a/*\': { \'eu/a/*\': 80, \'eu/b/*\': 20 } }')
      .map(([origin, to]) => ({ origin: LocalityName.parse(origin, what), to: sharesOf(to, `${what}: callers in "${origin}"`) }));
    checkDistinct(origins.map(({ origin }) => origin), what);
    // The first that fits holds, and Istio refuses one within an earlier one.
    const distribute = origins
      .sort((a, b) => b.origin.precision - a.origin.precision)
      .map(({ origin, to }) => ({ from: origin.istio, to }));
    return new LocalityPreference({ setting: { localityLbSetting: { enabled: true, distribute } } });
  }

  /**
   * The nearest pods: of the caller's own zone; when those fail, of its region, then of the region that
   * is named here, then any. Without outlier detection nothing fails over, so that comes with it.
   *
   * @param regions for a region, the one that takes over when it fails: `{ eu: 'us', us: 'eu' }`; of a
   *   region that is not named, all others take over alike
   */
  public static failover(regions: { readonly [region: string]: string }): LocalityPreference {
    const failover = failoverOf(regions, 'LocalityPreference.failover');
    return new LocalityPreference({ setting: { localityLbSetting: { enabled: true, failover } } });
  }

  /**
   * The pods that agree with the caller in all of these labels, then, when those fail, those that agree
   * in all but the last, and so on. Without outlier detection nothing fails over, so that comes with it.
   *
   * @param labels of pods, the most important first. `topology.istio.io/network`,
   *   `topology.istio.io/cluster`, `topology.kubernetes.io/region`, `topology.kubernetes.io/zone`,
   *   `topology.istio.io/subzone` and `kubernetes.io/hostname` are of the node or the cluster.
   *   `key=value` asks for that value, whatever the caller's
   */
  public static failoverPriority(labels: string[]): LocalityPreference {
    const failoverPriority = labelsOf(labels, 'LocalityPreference.failoverPriority');
    return new LocalityPreference({ setting: { localityLbSetting: { enabled: true, failoverPriority } } });
  }

  /**
   * The caller's own zone as far as it has the pods for its share of the callers, computed by each
   * proxy; never another region unless this one fails. Istio's newest way.
   *
   * It needs `proxyMetadata: { ISTIO_META_ENABLE_SELF_DISCOVERY: "true" }` at the callers' proxies:
   * without, zones are not looked at, only regions. There is none in ambient mode.
   *
   * @param options what differs from Istio's defaults
   */
  public static zoneAware(options: ZoneAwareOptions = {}): LocalityPreference {
    const what = 'LocalityPreference.zoneAware';
    checkOptions(what, options, '{ minClusterSize: 6 }');
    const { minClusterSize, failover, failoverPriority } = options;
    if (minClusterSize !== undefined && (!Number.isInteger(minClusterSize) || minClusterSize < 1 || minClusterSize > 2 ** 32 - 1)) {
      throw new Error(`${what}: minClusterSize is ${describeValue(minClusterSize)}; a whole number from 1 is allowed.`);
    }
    const labels = failoverPriority === undefined ? undefined : labelsOf(failoverPriority, `${what}: failoverPriority`);
    const topology = labels?.find((label) => TOPOLOGY.includes(label.split('=')[0]));
    if (topology !== undefined) {
      throw new Error(`${what}: failoverPriority names ${topology}, but the own region and zone always come first here. Take it out; \`failover\` says which region is next.`);
    }
    return new LocalityPreference({
      setting: {
        zoneAwareLbSetting: {
          enabled: true, minClusterSize, failover: failover === undefined ? undefined : failoverOf(failover, `${what}: failover`), failoverPriority: labels,
        },
      },
    });
  }

  /**
   * All pods alike, wherever they are. Istio itself prefers the caller's own zone as soon as a service
   * has outlier detection; this switches that off.
   */
  public static none(): LocalityPreference {
    return new LocalityPreference({ setting: { localityLbSetting: { enabled: false } } });
  }

  private constructor(private readonly locality: Pick<Locality, 'setting'>) {}

  /** @internal */
  public get _setting(): Locality['setting'] {
    return this.locality.setting;
  }

  /** Whether anything is preferred, which takes finding out what fails. @internal */
  public get _prefers(): boolean {
    return this.locality.setting.localityLbSetting?.enabled !== false;
  }
}

function entriesOf<T>(map: { readonly [key: string]: T }, what: string, example: string): [string, T][] {
  if (typeof map !== 'object' || map === null || Array.isArray(map)) throw new Error(`${what} is given ${describeValue(map)}. Give for example ${example}.`);
  const entries = Object.entries(map);
  if (entries.length === 0) throw new Error(`${what} is given nothing. Give for example ${example}, or use LocalityPreference.none().`);
  return entries;
}

function sharesOf(shares: { readonly [destination: string]: number }, what: string): Record<string, number> {
  const to = entriesOf(shares, what, '{ \'eu/a/*\': 80, \'eu/b/*\': 20 }')
    .map(([destination, share]) => ({ destination: LocalityName.parse(destination, what), share }));
  for (const { destination, share } of to) {
    if (!Number.isInteger(share) || share < 1 || share > 100) {
      throw new Error(`${what}: the share of ${destination} is ${describeValue(share)}; a whole percentage from 1 to 100 is allowed. Leave out what is to get nothing.`);
    }
  }
  const total = to.reduce((sum, { share }) => sum + share, 0);
  if (total !== 100) {
    throw new Error(`${what}: the shares ${to.map(({ destination, share }) => `${destination}: ${share}`).join(', ')} add up to ${total}; they have to add up to 100.`);
  }
  checkApart(to.map(({ destination }) => destination), what);
  return Object.fromEntries(to.map(({ destination, share }) => [destination.istio, share]));
}

function checkDistinct(places: readonly LocalityName[], what: string): void {
  checkPairs(places, (a, b) => a.covers(b) && b.covers(a), (a, b) => `${what}: ${a} and ${b} are the same place. Keep one of them.`);
}

/** Istio takes the places of a share in random order, so one within another would get now this share, now that. */
function checkApart(places: readonly LocalityName[], what: string): void {
  checkPairs(places, (a, b) => a.covers(b), (a, b) => `${what}: ${b} lies within ${a}, so its share is not clear. Name places that do not contain each other.`);
}

function checkPairs(
  places: readonly LocalityName[], clash: (a: LocalityName, b: LocalityName) => boolean, message: (a: LocalityName, b: LocalityName) => string,
): void {
  for (const [index, a] of places.entries()) {
    const b = places.find((other, position) => position !== index && clash(a, other));
    if (b) throw new Error(message(a, b));
  }
}

function failoverOf(regions: { readonly [region: string]: string }, what: string): Failover {
  return entriesOf(regions, what, '{ eu: \'us\', us: \'eu\' }').map(([from, to]) => {
    for (const region of [from, to]) {
      if (typeof region !== 'string' || region === '' || /[/*]/.test(region)) {
        throw new Error(`${what}: ${describeValue(region)} is not a region. Name one region, without zone or *; zones of a region take over from each other anyway.`);
      }
    }
    if (from === to) throw new Error(`${what}: the region "${from}" fails over to itself. Name another region.`);
    return { from, to };
  });
}

function labelsOf(labels: string[], what: string): string[] {
  if (!Array.isArray(labels) || labels.length === 0) {
    throw new Error(`${what} is given ${describeValue(labels)}. Give the labels, the most important first, for example ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone'].`);
  }
  const keys = labels.map((label) => {
    if (typeof label !== 'string') throw new Error(`${what}: ${describeValue(label)} is not a label. Give its key, or key=value.`);
    const [key, value, ...rest] = label.split('=');
    if (!isLabelKey(key)) throw new Error(`${what}: "${key}" is not the key of a label: letters, digits, "-", "_" and ".", at most 63, perhaps after a DNS name and "/".`);
    if (rest.length > 0 || !isLabelValue(value ?? '')) {
      throw new Error(`${what}: "${label.slice(key.length + 1)}" is not the value of a label: letters, digits, "-", "_" and ".", at most 63.`);
    }
    return key;
  });
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) throw new Error(`${what}: the label ${twice} stands twice. Name it once.`);
  return labels;
}
