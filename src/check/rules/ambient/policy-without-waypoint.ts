import { deploymentYaml, serviceYaml } from '../../example-objects';
import { WAYPOINT_POLICIES, waypointNeed } from '../../facts/ambient-policies';
import { namespacesWithWaypoint } from '../../facts/waypoints';
import { defineRule } from '../../rule';

const NAMESPACE = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient } }
---`;

const policy = (rule: string) => `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: reviews, namespace: shop }
spec:
  selector: { matchLabels: { app: reviews } }
  action: DENY
  rules: [${rule}]
${serviceYaml('reviews', 'shop')}${deploymentYaml('reviews', 'shop')}`;

export const policyWithoutWaypoint = defineRule({
  code: 'MESH3901',
  slug: 'policy-without-waypoint',
  title: 'A policy of the ambient mesh needs a waypoint, and there is none',
  severity: 'warning',
  preset: 'recommended',
  aliases: ['KIA0109', 'KIA1110', 'KIA1111', 'KIA1112', 'KIA1317'],
  sees: 'namespace',
  why: 'In ambient only ztunnel stands before the workloads, and it sees connections, not requests: conditions on HTTP, tokens, extensions and most telemetry need a waypoint.',
  fix: 'Create a waypoint (a Gateway of class istio-waypoint), name it with the label istio.io/use-waypoint on the Namespace or Service, and attach the policy to it with targetRefs.',
  links: ['https://istio.io/latest/docs/ambient/usage/waypoint/', 'https://istio.io/latest/docs/ambient/usage/l7-features/'],
  examples: {
    valid: [{
      title: 'what ztunnel can judge by itself',
      yaml: `${NAMESPACE}${policy('{ from: [{ source: { ipBlocks: ["10.9.0.0/16"] } }] }')}`,
    }],
    invalid: [{
      title: 'a path, and only ztunnel to judge it',
      yaml: `${NAMESPACE}${policy('{ to: [{ operation: { paths: ["/admin*"] } }] }')}`,
    }],
  },
  kinds: WAYPOINT_POLICIES,
  check(object, { mesh, missing }) {
    const need = waypointNeed(mesh, object);
    if (need === undefined || mesh.fact(namespacesWithWaypoint).has(object.namespace)) return;
    missing({
      path: need.path,
      namespace: object.namespace,
      message: `Namespace ${object.namespace} is in the ambient mesh and has no waypoint: ztunnel does not know ${need.what} and ${need.instead}.`,
    });
  },
});
