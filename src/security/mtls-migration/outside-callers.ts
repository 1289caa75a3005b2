import { Finding, podsOfTemplate } from './finding';
import { MigratedMesh, WrittenObject, containersOf, portsOf, templateOf } from './migrated-mesh';
import { MtlsPhase } from './mtls-edge';
import { selects } from '../../model/kubernetes-object';
import { PodTemplate } from '../../model/pod-index';

const ADMISSION = 'admissionregistration.k8s.io';
const OPEN_OR_GATEWAY = 'Lead them through a gateway of the mesh, or keep the port open (`openPorts`).';
const OPEN = 'Keep the port open (`openPorts`).';
const OR_OPEN = 'Or keep the port open (`openPorts`).';

/** The pods behind a Service and the port of theirs that a port of it leads to. */
interface Reached {
  readonly pod: PodTemplate;
  readonly target?: number;
}

/** As manifests refer to a Service, and a port of it. */
interface ServiceReference {
  readonly name?: string;
  readonly namespace?: string;
  readonly port?: { readonly name?: string; readonly number?: number };
}

/** Callers that never have a sidecar, where the App's objects lead them to pods of the namespaces. */
export function outsideCallers(mesh: MigratedMesh): Finding[] {
  const ofPods = mesh.enforcing.flatMap((pod) => [...scrapes(mesh, pod), ...probes(mesh, pod)]);
  return [...balanced(mesh), ...ingresses(mesh), ...apiServer(mesh), ...monitors(mesh), ...ofPods];
}

function finding({ pod, target }: Reached, caller: string, why: string, remedy: string, { object }: Pick<WrittenObject, 'object'>): Finding {
  return { caller, target: podsOfTemplate(pod), port: target, breaksAt: MtlsPhase.STRICT, why, remedy, source: object.node.path };
}

/** Through load balancers and nodes' ports; a gateway is what these are for. */
function balanced(mesh: MigratedMesh): Finding[] {
  return mesh.ofKind('Service').filter((service) => mesh.isMigrated(service.namespace)).flatMap((service) => {
    const { type } = service.json.spec ?? {};
    if (type !== 'LoadBalancer' && type !== 'NodePort') return [];
    return mesh.behind(service).filter((pod) => !pod.facts.proxy.gateway).flatMap((pod) => portsOf(service, pod).map(({ number, target }) =>
      finding({ pod, target }, `clients of the ${type} ${service.name}:${number}`, `whoever comes through a ${type} speaks plaintext to the pods`, OPEN_OR_GATEWAY, service)));
  });
}

/** By controllers that are not Istio's. */
function ingresses(mesh: MigratedMesh): Finding[] {
  return mesh.ofKind('Ingress', 'networking.k8s.io').filter(({ namespace }) => mesh.isMigrated(namespace)).flatMap((ingress) => {
    const { spec = {}, metadata } = ingress.json;
    const controller = spec.ingressClassName ?? metadata.annotations?.['kubernetes.io/ingress.class'];
    if (controller === 'istio') return [];
    const backends = [spec.defaultBackend, ...(spec.rules ?? []).flatMap((rule: any) => (rule.http?.paths ?? []).map((path: any) => path.backend))];
    const caller = `the Ingress controller${controller === undefined ? '' : ` ${controller}`}`;
    return backends.flatMap((backend: any) => reached(mesh, { ...backend?.service, namespace: ingress.namespace }).map((one) =>
      finding(one, caller, `the Ingress ${ingress.name} leads to it; controllers send to the pods' addresses, in plaintext, with a sidecar of their own, too`, OPEN_OR_GATEWAY, ingress)));
  });
}

/** Webhooks and API services. */
function apiServer(mesh: MigratedMesh): Finding[] {
  const why = 'the API server has no sidecar';
  const webhooks = ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'].flatMap((kind) => mesh.ofKind(kind, ADMISSION))
    .flatMap((object) => (object.json.webhooks ?? []).map((webhook: any) => ({ object, service: webhook.clientConfig?.service })));
  const services = mesh.ofKind('APIService', 'apiregistration.k8s.io').map((object) => ({ object, service: object.json.spec?.service }));
  return [...webhooks, ...services].flatMap(({ object, service }) => reached(mesh, { ...service, port: { number: service?.port ?? 443 } })
    .map((one) => finding(one, 'the API server', `${object.object.kind} ${object.name} lets it call, and ${why}`, OPEN, object)));
}

/** Of the Prometheus operator: they name ports of pods, which Prometheus then asks itself. */
function monitors(mesh: MigratedMesh): Finding[] {
  const namespacesOf = ({ json, namespace }: WrittenObject) => mesh.namespaces.filter((one) =>
    json.spec?.namespaceSelector?.any === true || (json.spec?.namespaceSelector?.matchNames ?? [namespace]).includes(one));
  const scraped = (monitor: WrittenObject, one: Reached) =>
    finding(one, 'Prometheus', `the ${monitor.object.kind} ${monitor.name} lets it scrape the pods in plaintext`, `${OPEN} Or let Istio merge the metrics: annotate the pods (prometheus.io/scrape).`, monitor);
  const plaintext = (endpoints: any[] = []) => endpoints.filter(({ tlsConfig, scheme }) => tlsConfig === undefined && scheme !== 'https');
  const ofServices = mesh.ofKind('ServiceMonitor', 'monitoring.coreos.com').flatMap((monitor) => namespacesOf(monitor)
    .flatMap((namespace) => mesh.servicesOf(namespace))
    .filter((service) => selects(monitor.json.spec?.selector?.matchLabels ?? {}, service.json.metadata.labels ?? {}))
    .flatMap(({ name, namespace }) => plaintext(monitor.json.spec?.endpoints)
      .flatMap(({ port }) => reached(mesh, { name, namespace, port: { name: port } })))
    .map((one) => scraped(monitor, one)));
  const ofPods = mesh.ofKind('PodMonitor', 'monitoring.coreos.com').flatMap((monitor) => namespacesOf(monitor)
    .flatMap((namespace) => mesh.selected(namespace, monitor.json.spec?.selector?.matchLabels ?? {}))
    .flatMap((pod) => plaintext(monitor.json.spec?.podMetricsEndpoints).map(({ port }) => ({ pod, target: pod.facts.namedPorts[port] })))
    .filter(({ target }) => target !== undefined)
    .map((one) => scraped(monitor, one)));
  return [...ofServices, ...ofPods];
}

/** By annotation; Istio merges the application's metrics with its own, at a port of its own, unless told not to. */
function scrapes(mesh: MigratedMesh, pod: PodTemplate): Finding[] {
  const { annotations = {} } = templateOf(pod.object.toJson()).metadata ?? {};
  const port = Number(annotations['prometheus.io/port']);
  if (annotations['prometheus.io/scrape'] !== 'true' || annotations['prometheus.istio.io/merge-metrics'] !== 'false' || !mesh.captures(pod, port)) return [];
  return [finding({ pod, target: Number.isInteger(port) ? port : undefined }, 'Prometheus', 'it scrapes in plaintext, and prometheus.istio.io/merge-metrics is "false"',
    `Take that annotation out, so that Istio merges the metrics. ${OR_OPEN}`, pod)];
}

/** The injector leads probes by HTTP, gRPC and TCP through its own agent, unless told not to. */
function probes(mesh: MigratedMesh, pod: PodTemplate): Finding[] {
  const json = pod.object.toJson();
  const { annotations = {} } = templateOf(json).metadata ?? {};
  const rewritten = annotations['sidecar.istio.io/rewriteAppHTTPProbers'] !== 'false';
  return containersOf(json).flatMap((container: any) => ['startupProbe', 'livenessProbe', 'readinessProbe'].flatMap((kind) => {
    const probe = container[kind] ?? {};
    const asked = probe.httpGet ?? probe.grpc;
    if (asked === undefined) return [];
    const target = typeof asked.port === 'string' ? pod.facts.namedPorts[asked.port] : asked.port;
    if (rewritten) {
      return probe.httpGet?.host === undefined ? [] : [{
        ...finding({ pod, target }, `the kubelet (${kind})`, `it is told to ask the host ${probe.httpGet.host}, and injection changes the port and the path of the probe, but not the host`,
          'Leave `host` out of the probe: it is asked at the pod then.', pod),
        breaksAt: MtlsPhase.INJECT,
        needsDisable: true,
      }];
    }
    return target === undefined || !mesh.captures(pod, target) ? [] : [finding({ pod, target }, `the kubelet (${kind})`,
      'sidecar.istio.io/rewriteAppHTTPProbers is "false", so the probe comes from outside of the mesh, in plaintext',
      `Take that annotation out. ${OR_OPEN}`, pod)];
  }));
}

/** Pods of the namespaces that a reference to a Service leads to. */
function reached(mesh: MigratedMesh, { name, namespace, port }: ServiceReference): Reached[] {
  if (namespace === undefined || !mesh.isMigrated(namespace)) return [];
  return mesh.servicesOf(namespace).filter((service) => service.name === name).flatMap((service) => mesh.behind(service)
    .filter((pod) => !pod.facts.proxy.gateway)
    .flatMap((pod) => portsOf(service, pod)
      .filter((one) => (port?.name !== undefined ? one.name === port.name : one.number === port?.number))
      .map(({ target }) => ({ pod, target }))));
}
