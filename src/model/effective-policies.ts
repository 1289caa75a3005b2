import type { MeshService } from './mesh-service';
import { TrafficLayers } from './traffic-layers';
import { PortProtocol } from '../semantics/port-protocol';

/** One subset and port of a service (or all of them), and what holds there once all settings are merged. */
interface Place {
  readonly where: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly blocks: ReturnType<TrafficLayers['effective']>;
}

/** What only shows when service, port and subset settings have come together. */
export function effectivePolicies(service: MeshService): string[] {
  if (service._trafficLayers.isEmpty) return [];
  const mistakes = placesOf(service).flatMap((place) => [
    ...neverEjects(place), ...tooFewPods(place, service), ...contradiction(place), ...passthrough(place), ...twoRetryLimits(place),
  ]);
  return [...new Set([...mistakes, ...unreadRetryBudgets(service), ...unreadTcpTimes(service), ...unreadHashKeys(service)])];
}

function placesOf(service: MeshService): Place[] {
  const subsets = service._subsets.all.length === 0 ? [{ name: undefined, labels: {} }] : service._subsets.all;
  const whole = (subset: string | undefined) => service._trafficLayers.effective(subset, undefined);
  return subsets.flatMap(({ name, labels }) => {
    const base = `${service.name}${name === undefined ? '' : ` (subset ${name})`}`;
    const ports = service._trafficLayers.ports.map((port) => ({
      where: `${base} on port ${port}`, labels, blocks: service._trafficLayers.effective(name, port),
    }));
    // A port that only repeats what holds for all of them is not told about twice.
    const differing = ports.filter(({ blocks }) => JSON.stringify(blocks) !== JSON.stringify(whole(name)));
    return [{ where: base, labels, blocks: whole(name) }, ...differing];
  });
}

function neverEjects({ where, blocks: { outlierDetection } }: Place): string[] {
  if (!outlierDetection || outlierDetection.consecutive5XxErrors !== 0 || outlierDetection.consecutiveGatewayErrors !== 0) return [];
  if (outlierDetection.splitExternalLocalOriginErrors) return [];
  return [`outlier detection of ${where} ends up with both thresholds at 0, so nothing is ever ejected. Give one of them, or leave it out.`];
}

/** Envoy ejects a host only while (ejected + 1) / hosts stays within maxEjectionPercent. */
function tooFewPods({ where, labels, blocks }: Place, service: MeshService): string[] {
  const percent = blocks.outlierDetection?.maxEjectionPercent;
  if (percent === undefined || service.workloads.length === 0) return [];
  const pods = service._replicas(labels);
  if (pods === undefined || pods === 0 || 100 / pods <= percent) return [];
  return [
    `outlier detection of ${where} can never eject: one of ${pods} pods is ${Math.round(1000 / pods) / 10} %, more than maxEjectionPercent, ${percent}. `
    + (pods === 1
      ? 'Run more pods, or set maxEjectionPercent to 100 (then its only pod can be ejected and every request fails).'
      : `Set maxEjectionPercent to ${Math.ceil(100 / pods)} or more.`),
  ];
}

function contradiction({ where, blocks }: Place): string[] {
  const http = blocks.connectionPool?.http;
  if (!http?.useClientProtocol || http.h2UpgradePolicy !== 'UPGRADE') return [];
  return [`${where} ends up with useClientProtocol, which keeps the client's protocol, and h2UpgradePolicy UPGRADE, which changes it; Istio refuses both together. Keep one.`];
}

function passthrough({ where, blocks: { loadBalancer, outlierDetection } }: Place): string[] {
  if (loadBalancer?.simple !== 'PASSTHROUGH') return [];
  const called = `${where}: LoadBalancer.passthrough() sends to the address that was called`;
  const preferred = loadBalancer.localityLbSetting ?? loadBalancer.zoneAwareLbSetting;
  if (preferred) return [`${called}, wherever it is, so a LocalityPolicy does nothing. Leave one of them out.`];
  return outlierDetection ? [`${called}, ejected or not, so outlier detection does nothing. Leave one of them out.`] : [];
}

function twoRetryLimits({ where, blocks: { connectionPool, retryBudget } }: Place): string[] {
  const maxRetries = connectionPool?.http?.maxRetries;
  if (!retryBudget || maxRetries === undefined) return [];
  return [`${where} ends up with a retryBudget and with maxRetries (${maxRetries}), which a proxy with a budget does not look at. Leave one of them out.`];
}

/** Settings of a port replace all others there, and Istio has no place for a budget in them. */
function unreadRetryBudgets(service: MeshService): string[] {
  const layers = service._trafficLayers;
  const budgets = layers.all.filter(({ blocks }) => blocks.retryBudget !== undefined);
  if (budgets.length === 0) return [];
  const http = service.ports.filter((port) => port.isHttp);
  if (http.length === 0) {
    return budgets.map(({ owner }) => `[${owner.node.path}] a retry budget is set for ${service.name}, but its ports are ${service._ports.list()}, where nothing is retried. Leave it out.`);
  }
  const subsets = [undefined, ...service._subsets.all.map(({ name }) => name)];
  const unread = http.filter(({ number }) => subsets.some((subset) =>
    layers.effective(subset, number).retryBudget !== undefined && !layers.readsRetryBudget(subset, number)));
  return unread.map((port) => {
    const owners = layers.all.filter((layer) => layer.port === port.number).map(({ owner }) => `[${owner.node.path}]`);
    return `${service.name} has a retry budget, and port ${port.toString()} settings of its own (${[...new Set(owners)].join(', ')}): there Istio reads no budget. `
      + 'Make them settings of the whole service, or give that port a limit by connectionPool.http.maxRetries and leave the budget out.';
  });
}

/** These times are the listener's on a TCP port, and Istio takes them from the policy of the whole service alone. */
function unreadTcpTimes(service: MeshService): string[] {
  return service._trafficLayers.all.flatMap(({ owner, port, subset, blocks }) => {
    const tcp = blocks.connectionPool?.tcp;
    const times = [...(tcp?.idleTimeout ? ['idleTimeout'] : []), ...(tcp?.maxConnectionDuration ? ['maxConnectionDuration'] : [])];
    const all = port === undefined ? service.ports : service.ports.filter(({ number }) => number === port);
    if (times.length === 0 || (port === undefined && subset === undefined) || all.length === 0 || all.some((one) => one.isHttp)) return [];
    return [
      `[${owner.node.path}] connectionPool.tcp.${times.join(' and ')} of ${subset === undefined ? `port ${port}` : `subset ${subset}`} of ${service.name}: `
      + 'where the proxy reads no requests, Istio takes these times from the whole service only. Set them there.',
    ];
  });
}

/** Where Istio does not find the key of a consistent hash, so that pods would be chosen at random. */
function unreadHashKeys(service: MeshService): string[] {
  return service._trafficLayers.all.flatMap(({ owner, port, blocks: { loadBalancer } }) => {
    const hash = loadBalancer?.consistentHash;
    const ports = service.ports.filter(({ number }) => port === undefined || number === port);
    if (!hash || ports.length === 0) return [];
    const which = `[${owner.node.path}] the consistent hash ${port === undefined ? '' : `of port ${port} `}of ${service.name}`;
    if (ports.some((one) => one.isHttp)) {
      // A destination of a service with one port names none, and then Istio does not look at the settings of ports.
      return port === undefined || service._ports.needNumber ? [] : [`${which} is given for its only port. Set it for the whole service: for a port of its own, Istio would not find the key.`];
    }
    if (ports.some(({ protocol }) => protocol === PortProtocol.AUTOMATIC)) return [];
    if (!hash.useSourceIp) return [`${which} is by something in a request, and the proxy reads none on ${ports.join(', ')}. Use HashKey.sourceIp().`];
    return port === undefined ? [] : [`${which}: where the proxy reads no requests, Istio takes the key from the whole service or a subset only. Set it there.`];
  });
}
