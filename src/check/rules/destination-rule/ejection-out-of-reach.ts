import { arrayOr, member } from '../../../manifest/json';
import { Kind } from '../../../manifest/kinds';
import { deploymentYaml, serviceYaml } from '../../example-objects';
import { destinationRules } from '../../facts/destination-rules';
import { MeshFacts } from '../../facts/mesh-facts';
import { services } from '../../facts/services';
import { policiesOf } from '../../facts/traffic-policies';
import { Workload, workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

const DEFAULT_PERCENT = 10;

export const ejectionOutOfReach = defineRule({
  code: 'MESH3143',
  slug: 'ejection-out-of-reach',
  title: 'Outlier detection may eject less than one pod',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'mesh',
  why: 'maxEjectionPercent, 10 if nothing is said, is never exceeded: of three pods 10 % is less than one, so that no pod is ever ejected, however often it fails.',
  fix: 'Write `maxEjectionPercent`, at least 100 divided by the number of pods.',
  links: ['https://istio.io/latest/docs/reference/config/networking/destination-rule/#OutlierDetection'],
  examples: {
    valid: [{
      title: 'half of two pods',
      yaml: `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: shop }
spec: { host: reviews, trafficPolicy: { outlierDetection: { consecutive5xxErrors: 3, maxEjectionPercent: 50 } } }
${serviceYaml('reviews', 'shop')}${deploymentYaml('reviews', 'shop', 'v1', '2')}`,
    }],
    invalid: [{
      title: 'a tenth of three pods, by default',
      yaml: `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: shop }
spec: { host: reviews, trafficPolicy: { outlierDetection: { consecutive5xxErrors: 3 } } }
${serviceYaml('reviews', 'shop')}${deploymentYaml('reviews', 'shop', 'v1', '3')}`,
    }],
  },
  kinds: [Kind.DESTINATION_RULE],
  check(object, { mesh, missing }) {
    const { spec, host, namespace } = mesh.fact(destinationRules).of(object);
    let pods: number | undefined;
    for (const { policy: { outlierDetection }, path } of policiesOf(spec)) {
      if (!outlierDetection) continue;
      const percent = outlierDetection.maxEjectionPercent ?? DEFAULT_PERCENT;
      // 0 is said on purpose; a subset has some of the pods only.
      if (percent <= 0 || path.startsWith('spec.subsets')) continue;
      const service = mesh.fact(services).serving(host, namespace);
      if (!service?.selector) return;
      pods ??= podsOf(mesh, mesh.fact(workloads).selected(service.namespace, service.selector));
      if (pods <= 1 || pods * percent >= 100) continue;
      const written = outlierDetection.maxEjectionPercent === undefined ? '10 % (the default)' : `${percent} %`;
      missing({
        path: `${path}.outlierDetection${outlierDetection.maxEjectionPercent === undefined ? '' : '.maxEjectionPercent'}`,
        namespace: service.namespace,
        message: `${service.host} has ${pods} pods, and ${written} of them is less than one: none is ever ejected.`,
        fix: `Write maxEjectionPercent: ${Math.ceil(100 / pods)} or more.`,
      });
    }
  },
});

/** How many pods there are; 0 if nobody says so for certain. */
function podsOf(mesh: MeshFacts, selected: readonly Workload[]): number {
  let pods = 0;
  for (const { object } of selected) {
    const replicas = member(member(object.json, 'spec'), 'replicas');
    // A dump of a cluster has the pods themselves too.
    if (object.groupKind === Kind.POD || object.groupKind === Kind.REPLICA_SET || typeof replicas !== 'number') return 0;
    if (mesh.fact(scaled).has(`${object.kind}/${object.namespace}/${object.name}`)) return 0;
    pods += replicas;
  }
  return pods;
}

/** What an autoscaler sets the number of. */
function scaled(mesh: MeshFacts): ReadonlySet<string> {
  const names = new Set<string>();
  for (const kind of ['HorizontalPodAutoscaler.autoscaling', 'ScaledObject.keda.sh']) {
    for (const { json, namespace } of mesh.ofKind(kind)) {
      for (const target of arrayOr([member(member(json, 'spec'), 'scaleTargetRef') ?? null])) {
        names.add(`${String(member(target, 'kind') ?? 'Deployment')}/${namespace}/${String(member(target, 'name'))}`);
      }
    }
  }
  return names;
}
