import { checkOptions } from '../model/given';
import { describeValue } from '../semantics/describe-value';

/** CPU and memory of a container, in the notation of Kubernetes. */
export interface ComponentResources {
  /**
   * What is set aside for it: "500m", or "2" for two CPUs.
   *
   * @default - as before
   */
  readonly cpu?: string;
  /**
   * What is set aside for it: "512Mi", "2Gi".
   *
   * @default - as before
   */
  readonly memory?: string;
  /**
   * The most it gets; beyond it is slowed down.
   *
   * @default - as before
   */
  readonly cpuLimit?: string;
  /**
   * The most it gets; beyond it is killed.
   *
   * @default - as before
   */
  readonly memoryLimit?: string;
}

const QUANTITY = /^(\d+(?:\.\d+)?|\.\d+)(m|[kMGTPE]i?|Ki)?$/;

const FACTORS: { readonly [suffix: string]: number } = {
  k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60,
};

/** As containers have them; undefined where nothing is said. */
export function containerResources(resources: ComponentResources): { requests?: Record<string, string>; limits?: Record<string, string> } {
  const { cpu, memory, cpuLimit, memoryLimit } = resources;
  return { ...pair('requests', cpu, memory), ...pair('limits', cpuLimit, memoryLimit) };
}

function pair(field: string, cpu: string | undefined, memory: string | undefined): object {
  if (cpu === undefined && memory === undefined) return {};
  return { [field]: { ...(cpu === undefined ? {} : { cpu }), ...(memory === undefined ? {} : { memory }) } };
}

/**
 * Kubernetes refuses a container that asks for more than its limit, when the pod is made.
 * @param before what holds where nothing is said
 */
export function checkResources(what: string, resources: ComponentResources, before: ComponentResources): void {
  checkOptions(what, resources, "{ cpu: '500m', memory: '1Gi' }");
  const all = { ...before, ...resources };
  for (const [field, value] of Object.entries(resources)) {
    if (!['cpu', 'memory', 'cpuLimit', 'memoryLimit'].includes(field)) {
      throw new Error(`${what}: there is no \`${field}\`. Give cpu, memory, cpuLimit or memoryLimit.`);
    }
    if (value === undefined) continue;
    const example = field.startsWith('cpu') ? '"500m" or "2"' : '"512Mi" or "2Gi"';
    if (typeof value !== 'string' || !QUANTITY.test(value) || quantity(value) <= 0) {
      throw new Error(`${what}: \`${field}\` is ${describeValue(value)}. Give an amount above 0 in the notation of Kubernetes, for example ${example}.`);
    }
    if (field.startsWith('memory') && quantity(value) < 2 ** 20) {
      throw new Error(`${what}: \`${field}\` is "${value}", which is ${quantity(value)} bytes. Give a unit, for example ${example}.`);
    }
  }
  compare(what, 'cpu', all.cpu, all.cpuLimit);
  compare(what, 'memory', all.memory, all.memoryLimit);
}

function compare(what: string, field: string, request: string | undefined, limit: string | undefined): void {
  if (request === undefined || limit === undefined || quantity(request) <= quantity(limit)) return;
  throw new Error(`${what}: \`${field}\` is "${request}" and its limit "${limit}", and Kubernetes makes no pod that asks for more than it may have. Give a \`${field}Limit\` of at least "${request}".`);
}

function quantity(text: string): number {
  const [, number, suffix] = QUANTITY.exec(text)!;
  // A product would not be the number that is written: 2300 * 0.001 is more than 2.3.
  if (suffix === 'm') return Number(number) / 1000;
  return Number(number) * (suffix === undefined ? 1 : FACTORS[suffix]);
}
