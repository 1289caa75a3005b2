/**
 * A mesh of services that call each other, as YAML: what is pushed to proxies is measured on it.
 *
 * Each service has a Deployment of two pods, a Service, timeouts and retries, and allow policies for its callers. It calls two
 * services of its own namespace and three of anywhere.
 */
import { ApiObject, App, Chart, Duration } from 'cdk8s';
import { MeshService, PolicyScope, RequestTimeout, ResilientService, Retries, SidecarScope } from 'cdk8s-istio';

// What the check costs is measured by bench/check.ts.
process.env.CDK8S_ISTIO_CHECK = 'off';

/** What the sidecars see: everything, what anybody in their namespace calls, or what they call themselves. */
export type Scoping = 'none' | 'namespace' | 'workload';

export interface MeshSize {
  readonly services: number;
  readonly namespaces: number;
}

/** Where a service's calls go: in steps that lead from namespace to namespace as they do in a mesh that grew. */
export function calledBy(index: number, { services, namespaces }: MeshSize): number[] {
  const near = [1, 2].map((step) => index + step * namespaces);
  const far = [7, 101, 389].map((step) => index * 3 + step);
  return [...new Set([...near, ...far].map((target) => target % services))].filter((target) => target !== index);
}

export function meshYaml(size: MeshSize, scoping: Scoping): string {
  const app = new App();
  const charts = Array.from({ length: size.namespaces }, (_, i) => namespaceChart(app, `team-${i}`));
  const services = Array.from({ length: size.services }, (_, i) => service(charts[i % size.namespaces], `service-${i}`));
  services.forEach((caller, i) => calledBy(i, size).forEach((target) => caller.calls(services[target], { methods: ['GET'] })));
  if (scoping === 'namespace') {
    charts.forEach((chart) => new SidecarScope(chart, 'scope', { scope: PolicyScope.namespace(chart.namespace!) }));
  }
  if (scoping === 'workload') {
    services.forEach((target, i) => new SidecarScope(charts[i % size.namespaces], `scope-${i}`, { scope: PolicyScope.workload(target) }));
  }
  return app.synthYaml();
}

function namespaceChart(app: App, name: string): Chart {
  const chart = new Chart(app, name, { namespace: name });
  new ApiObject(chart, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { 'istio-injection': 'enabled' } } });
  return chart;
}

function service(chart: Chart, name: string): MeshService {
  const labels = { app: name };
  const workload = new ApiObject(chart, `${name}-pods`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { serviceAccountName: name, containers: [{ name, image: 'application', ports: [{ containerPort: 8080 }] }] },
      },
    },
  });
  const kubernetes = new ApiObject(chart, `${name}-service`, {
    apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  });
  const target = new MeshService(chart, name, { service: kubernetes, workloads: [workload] });
  new ResilientService(chart, `${name}-resilience`, {
    service: target,
    timeout: RequestTimeout.after(Duration.seconds(5)),
    retries: Retries.upTo(2, { perTryTimeout: Duration.seconds(1) }),
  });
  return target;
}
