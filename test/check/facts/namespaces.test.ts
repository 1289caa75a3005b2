import { dataPlaneOf, isInjected } from '../../../src/check/facts/namespaces';
import { workloads } from '../../../src/check/facts/workloads';
import { meshOf } from './mesh-in-sight';

function plane(namespace: string | undefined, pod: string, spec = '{ }', name = 'shop'): [boolean | undefined, string | undefined] {
  const mesh = meshOf(`
{ apiVersion: v1, kind: Pod, metadata: { name: reviews, namespace: ${name}, ${pod} }, spec: ${spec} }
${namespace === undefined ? '' : `---
{ apiVersion: v1, kind: Namespace, metadata: { name: ${name}, labels: ${namespace} } }`}
`);
  const [workload] = mesh.fact(workloads).all;
  return [isInjected(mesh, workload), dataPlaneOf(mesh, workload)];
}

const NO = 'labels: { sidecar.istio.io/inject: "false" }';
const YES = 'labels: { sidecar.istio.io/inject: "true" }';

// As the selectors of the injector's webhooks and the injector behind them decide.
test.each([
  ['a Namespace that injects', '{ istio-injection: enabled }', '', [true, 'sidecar']],
  ['a Namespace with a revision', '{ istio.io/rev: stable }', '', [true, 'sidecar']],
  ['istio-injection wins over the revision', '{ istio-injection: disabled, istio.io/rev: stable }', '', [false, 'none']],
  ['any other value does not inject', '{ istio-injection: "true" }', '', [false, 'none']],
  ['a pod opts out by label', '{ istio-injection: enabled }', NO, [false, 'none']],
  ['a pod opts out by annotation', '{ istio-injection: enabled }', 'annotations: { sidecar.istio.io/inject: "false" }', [false, 'none']],
  ['a pod opts in', '{ }', YES, [true, 'sidecar']],
  ['not by annotation', '{ }', 'annotations: { sidecar.istio.io/inject: "true" }', [false, 'none']],
  ['not where the Namespace says no', '{ istio-injection: disabled }', YES, [false, 'none']],
  ['a pod chooses a revision', '{ }', 'labels: { istio.io/rev: stable }', [true, 'sidecar']],
  ['ambient mode', '{ istio.io/dataplane-mode: ambient }', '', [false, 'ambient']],
  ['a pod leaves ambient mode', '{ istio.io/dataplane-mode: ambient }', 'labels: { istio.io/dataplane-mode: none }', [false, 'none']],
  ['a sidecar is stronger than ambient mode', '{ istio.io/dataplane-mode: ambient }', YES, [true, 'sidecar']],
  ['out of sight', undefined, '', [undefined, undefined]],
  ['out of sight, but the pod says no', undefined, NO, [false, undefined]],
  ['out of sight, but the pod says yes', undefined, YES, [true, 'sidecar']],
])('%s', (_title, namespace, pod, expected) => {
  expect(plane(namespace, pod)).toEqual(expected);
});

test('pods on the network of their node, and pods of Kubernetes itself, are never injected', () => {
  expect(plane('{ istio-injection: enabled }', YES, '{ hostNetwork: true }')).toEqual([false, 'none']);
  expect(plane('{ istio-injection: enabled }', YES, '{ }', 'kube-system')[0]).toBe(false);
});

test('a proxy that is written in the pod is a sidecar', () => {
  expect(plane('{ }', '', '{ initContainers: [{ name: istio-proxy, image: proxy:1 }] }')[1]).toBe('sidecar');
});
