import { member } from '../../../manifest/json';
import { deploymentYaml, serviceYaml } from '../../example-objects';
import { authorizationPolicies } from '../../facts/authorization-policies';
import { isGatewayWorkload } from '../../facts/gateway-workloads';
import { dataPlaneOf } from '../../facts/namespaces';
import { servicesOfWorkloads } from '../../facts/services-of-workload';
import { absentFor } from '../../facts/where-absent';
import { POD_KINDS, workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

const NAMESPACE = `---
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
`;

export const workloadWithoutAuthorizationPolicy = defineRule({
  code: 'MESH3410',
  slug: 'workload-without-authorization-policy',
  title: 'No AuthorizationPolicy reaches a workload that serves others',
  severity: 'warning',
  preset: 'strict',
  aliases: ['KIA1301'],
  sees: 'mesh',
  why: 'Whatever runs in the cluster may call it, with any method and any path.',
  fix: 'Close the namespace or the mesh with an AuthorizationPolicy with `spec: {}`, and allow the callers of each workload.',
  links: ['https://istio.io/latest/docs/ops/best-practices/security/#use-default-deny-patterns'],
  examples: {
    valid: [{
      title: 'the namespace is closed',
      yaml: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: deny-all, namespace: shop }
spec: {}
${NAMESPACE}${serviceYaml('cart', 'shop')}${deploymentYaml('cart', 'shop')}`,
    }],
    invalid: [{ title: 'no policy', yaml: `${NAMESPACE}${serviceYaml('cart', 'shop')}${deploymentYaml('cart', 'shop')}` }],
  },
  kinds: POD_KINDS,
  check(object, { mesh, missing }) {
    const workload = mesh.fact(workloads).of(object);
    if (workload === undefined || !mesh.fact(servicesOfWorkloads).has(workload)) return;
    // Not where the Namespace that decides about sidecars is out of sight.
    const plane = dataPlaneOf(mesh, workload);
    if (plane === undefined || plane === 'none') return;
    // The pods of a Deployment are spoken of once.
    if (isGatewayWorkload(mesh, workload) || (workload.isPod && member(member(object.json, 'metadata'), 'ownerReferences') !== undefined)) return;
    if (mesh.fact(authorizationPolicies).reaching(workload).some(({ action, isDryRun }) => action !== 'AUDIT' && !isDryRun)) return;
    missing({ path: '', ...absentFor(mesh, object.namespace), message: `No AuthorizationPolicy reaches ${workload.title}.` });
  },
});
