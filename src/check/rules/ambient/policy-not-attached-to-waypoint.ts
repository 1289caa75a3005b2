import { member, stringMap } from '../../../manifest/json';
import { Kind } from '../../../manifest/kinds';
import { deploymentYaml, serviceYaml } from '../../example-objects';
import { WAYPOINT_POLICIES, waypointNeed } from '../../facts/ambient-policies';
import { namespacesWithWaypoint } from '../../facts/waypoints';
import { defineRule } from '../../rule';

const SHOP = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: waypoint, namespace: shop }
spec: { gatewayClassName: istio-waypoint, listeners: [{ name: mesh, port: 15008, protocol: HBONE }] }
${serviceYaml('reviews', 'shop')}${deploymentYaml('reviews', 'shop')}---`;

const authentication = (to: string) => `
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: reviews, namespace: shop }
spec:
  ${to}
  jwtRules: [{ issuer: "https://id.example.com", jwksUri: "https://id.example.com/keys" }]
`;

export const policyNotAttachedToWaypoint = defineRule({
  code: 'MESH3902',
  slug: 'policy-not-attached-to-waypoint',
  title: 'A policy selects workloads, and waypoints follow targetRefs only',
  severity: 'warning',
  preset: 'recommended',
  aliases: ['KIA0110', 'KIA1115', 'KIA1116', 'KIA1117'],
  sees: 'namespace',
  why: 'A waypoint is not the workload that the selector selects: it takes only policies whose targetRefs name its Gateway or a Service behind it. ztunnel takes the policy, and cannot judge requests.',
  fix: 'Replace the selector with targetRefs: the Service (kind: Service, group: ""), or the Gateway of the waypoint.',
  links: ['https://istio.io/latest/docs/ambient/usage/l7-features/#targeting-policies-or-routing-rules'],
  examples: {
    valid: [{
      title: 'attached to the Service',
      yaml: `${SHOP}${authentication('targetRefs: [{ kind: Service, group: "", name: reviews }]')}`,
    }],
    invalid: [{
      title: 'a selector',
      yaml: `${SHOP}${authentication('selector: { matchLabels: { app: reviews } }')}`,
    }],
  },
  kinds: WAYPOINT_POLICIES,
  check(object, { mesh, missing }) {
    const need = waypointNeed(mesh, object);
    if (need === undefined || !mesh.fact(namespacesWithWaypoint).has(object.namespace)) return;
    const hasSelector = Object.keys(stringMap(member(member(member(object.json, 'spec'), 'selector'), 'matchLabels'))).length > 0;
    // A Telemetry for a whole namespace is for its waypoints too.
    if (object.groupKind === Kind.TELEMETRY && !hasSelector) return;
    missing({
      path: hasSelector ? 'spec.selector' : '',
      namespace: object.namespace,
      message: `No waypoint takes the ${object.kind}, which has ${hasSelector ? 'a selector and ' : ''}no targetRefs, and ztunnel does not know ${need.what} and ${need.instead}.`,
    });
  },
});
