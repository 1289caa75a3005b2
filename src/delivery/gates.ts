import { MetricSource } from './metric-source';
import { RolloutGate } from './rollout-gate';
import { describeValue } from '../semantics/describe-value';

const METRICS = 'MetricSource.prometheus(\'http://prometheus.istio-system:9090\')';

/** Refuses gates that nobody can answer, or that are one. */
export function checkGates(path: string, gates: readonly RolloutGate[] = [], metrics: MetricSource | undefined): void {
  if (metrics !== undefined && !(metrics instanceof MetricSource)) throw new Error(`[${path}] \`metrics\` is ${describeValue(metrics)}. Give for example ${METRICS}.`);
  if (!Array.isArray(gates)) throw new Error(`[${path}] \`gates\` is ${describeValue(gates)}. Give a list, for example [RolloutGate.successRate({ atLeast: 99 })].`);
  const wrong = gates.findIndex((gate) => !(gate instanceof RolloutGate));
  if (wrong >= 0) throw new Error(`[${path}] \`gates\` holds ${describeValue(gates[wrong])}. Give RolloutGates, for example RolloutGate.successRate({ atLeast: 99 }).`);
  const names = gates.map((gate) => gate._name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`[${path}] two of the gates are ${twice}. Keep the stricter one.`);
  if (gates.length > 0 && metrics === undefined) {
    throw new Error(`[${path}] there ${gates.length === 1 ? 'is a gate' : 'are gates'} (${names.join(', ')}), but no \`metrics\` to ask. Give for example ${METRICS}.`);
  }
}
