import type { MeshService } from './mesh-service';
import { TrafficBlocks } from './traffic-layers';

/** One subset and port of a service (or all of them), and what holds there once all settings are merged. */
interface Place {
  readonly where: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly blocks: TrafficBlocks;
}

/** What only shows when service, port and subset settings have come together. */
export function effectivePolicies(service: MeshService): string[] {
  if (service._trafficLayers.isEmpty) return [];
  const mistakes = placesOf(service).flatMap((place) => [
    ...neverEjects(place), ...tooFewPods(place, service), ...contradiction(place), ...passthrough(place),
  ]);
  return [...new Set(mistakes)];
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

function passthrough({ where, blocks }: Place): string[] {
  if (blocks.loadBalancer?.simple !== 'PASSTHROUGH' || !blocks.outlierDetection) return [];
  return [`${where}: LoadBalancer.passthrough() sends to the address that was called, ejected or not, so outlier detection does nothing. Leave one of them out.`];
}
