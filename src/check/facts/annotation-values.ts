import { readEmbeddedYaml } from '../../manifest/embedded-yaml';
import { isJsonObject } from '../../manifest/json';
import { isCidr } from '../../semantics/ip-address';

/** What is wrong with the value of an annotation, as the end of a sentence; undefined if the injector takes it. */
type ValueProblem = (value: string) => string | undefined;

const PORT = /^\d+$/;
const QUANTITY = /^[+-]?(\d+\.?\d*|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;
const INTERFACE = /^[a-zA-Z][a-zA-Z0-9_.-]*$/;
const BOOLEANS: ReadonlySet<string> = new Set(['1', 't', 'T', 'TRUE', 'true', 'True', '0', 'f', 'F', 'FALSE', 'false', 'False']);
const MAX_INTERFACE = 15;

function isPort(text: string): boolean {
  return PORT.test(text) && Number(text) <= 65535;
}

const interception: ValueProblem = (value) => value === 'REDIRECT' || value === 'TPROXY' || value === 'NONE'
  ? undefined : 'is none of REDIRECT, TPROXY and NONE';

const port: ValueProblem = (value) => isPort(value.trim()) ? undefined : 'is no port: a number up to 65535';

const uint32: ValueProblem = (value) => PORT.test(value) && Number(value) <= 0xffffffff ? undefined : 'is no whole number from 0 up';

const bool: ValueProblem = (value) => BOOLEANS.has(value) ? undefined : 'is neither true nor false';

const quantity: ValueProblem = (value) => QUANTITY.test(value) ? undefined : 'is no quantity such as 100m, 0.5 or 128Mi';

const cidrs: ValueProblem = (value) => {
  if (value === '') return undefined;
  const bad = value.split(',').find((range) => !isCidr(range));
  return bad === undefined ? undefined : `holds "${bad}", which is no range such as 10.0.0.0/8 (separated by commas, without spaces)`;
};

const ports: ValueProblem = (value) => {
  if (value.trim() === '') return undefined;
  const bad = value.trim().split(',').find((each) => !isPort(each.trim()));
  return bad === undefined ? undefined : `holds "${bad}", which is no port`;
};

const interfaces: ValueProblem = (value) => {
  if (value === '') return undefined;
  const bad = value.split(',').map((each) => each.trim()).find((each) => each.length > MAX_INTERFACE || !INTERFACE.test(each));
  return bad === undefined ? undefined : `holds "${bad}", which is no name of a network interface`;
};

const proxyConfig: ValueProblem = (value) => {
  if (value.trim() === '') return undefined;
  const { isReadable, value: config } = readEmbeddedYaml(value);
  if (!isReadable) return 'is no YAML';
  return config === null || config === undefined || isJsonObject(config) ? undefined : 'is no ProxyConfig: it must be YAML of names and values';
};

const any = (problem: ValueProblem): ValueProblem => (value) => value === '*' ? undefined : problem(value);

/** The annotations whose values the injector refuses if they are wrong, so that the pod is not made. */
export const ANNOTATION_VALUES: ReadonlyMap<string, ValueProblem> = new Map<string, ValueProblem>([
  ['sidecar.istio.io/interceptionMode', interception],
  ['status.sidecar.istio.io/port', port],
  ['readiness.status.sidecar.istio.io/initialDelaySeconds', uint32],
  ['readiness.status.sidecar.istio.io/periodSeconds', uint32],
  ['readiness.status.sidecar.istio.io/failureThreshold', uint32],
  ['traffic.sidecar.istio.io/includeOutboundIPRanges', any(cidrs)],
  ['traffic.sidecar.istio.io/excludeOutboundIPRanges', cidrs],
  ['traffic.sidecar.istio.io/includeInboundPorts', any(ports)],
  ['traffic.sidecar.istio.io/excludeInboundPorts', ports],
  ['traffic.sidecar.istio.io/excludeOutboundPorts', ports],
  ['traffic.sidecar.istio.io/excludeInterfaces', interfaces],
  ['traffic.sidecar.istio.io/kubevirtInterfaces', interfaces],
  ['istio.io/reroute-virtual-interfaces', interfaces],
  ['prometheus.istio.io/merge-metrics', bool],
  ['proxy.istio.io/config', proxyConfig],
  ['sidecar.istio.io/proxyCPU', quantity],
  ['sidecar.istio.io/proxyMemory', quantity],
  ['sidecar.istio.io/proxyCPULimit', quantity],
  ['sidecar.istio.io/proxyMemoryLimit', quantity],
]);
