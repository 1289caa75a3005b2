import { member, stringMap } from '../../../manifest/json';
import { Kind } from '../../../manifest/kinds';
import { deploymentYaml } from '../../example-objects';
import { meshConfig } from '../../facts/mesh-config';
import { workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

export const authorizationPolicySelectsNothing = defineRule({
  code: 'MESH3003',
  slug: 'authorization-policy-selects-nothing',
  title: 'An AuthorizationPolicy selects no workload',
  severity: 'warning',
  preset: 'istio',
  aliases: ['IST0127', 'KIA0004', 'TIS0003'],
  sees: 'mesh',
  why: 'It protects nothing. Whoever reads it believes that a workload is guarded which is open, or allowed what is not.',
  fix: "Write labels that the pods have, those of the Deployment's template, in the namespace of the pods.",
  links: ['https://istio.io/latest/docs/reference/config/analysis/ist0127/'],
  examples: {
    valid: [{
      title: 'a Deployment has the labels',
      yaml: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: deny-admin, namespace: shop }
spec: { selector: { matchLabels: { app: reviews } }, action: DENY, rules: [{ to: [{ operation: { paths: ["/admin*"] } }] }] }
${deploymentYaml('reviews', 'shop')}`,
    }],
    invalid: [{
      title: 'nothing has them',
      yaml: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: deny-admin, namespace: shop }
spec: { selector: { matchLabels: { app: review } }, action: DENY, rules: [{ to: [{ operation: { paths: ["/admin*"] } }] }] }
${deploymentYaml('reviews', 'shop')}`,
    }],
  },
  kinds: [Kind.AUTHORIZATION_POLICY],
  check({ json, namespace }, { mesh, missing }) {
    const spec = member(json, 'spec');
    // With a target it is for a gateway or a waypoint, which Istio runs by itself.
    if (member(spec, 'targetRef') !== undefined || member(spec, 'targetRefs') !== undefined) return;
    const labels = stringMap(member(member(spec, 'selector'), 'matchLabels'));
    const hasLabels = Object.keys(labels).length > 0;
    const known = mesh.fact(workloads);
    const everywhere = namespace === mesh.fact(meshConfig).rootNamespace;
    if (everywhere ? !hasLabels || known.selectedAnywhere(labels).length > 0 : known.selected(namespace, labels).length > 0) return;
    // Whoever sees no workload there at all has nothing to say about it.
    const inSight = everywhere ? known.all : known.in(namespace);
    if (inSight.length === 0 && !mesh.isComplete(everywhere ? undefined : namespace)) return;
    const text = Object.entries(labels).map(([name, value]) => `${name}=${value}`).join(', ');
    missing({
      path: hasLabels ? 'spec.selector.matchLabels' : '',
      ...!everywhere && { namespace },
      message: `${hasLabels ? `No workload with the labels ${text} runs` : 'No workload runs'} in ${everywhere ? 'the mesh' : `namespace ${namespace}`}.`,
    });
  },
});
