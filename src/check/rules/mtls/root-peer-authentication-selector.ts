import { PeerAuthenticationSpec } from '../../../manifest/generated/istio-specs';
import { stringMap } from '../../../manifest/json';
import { Kind } from '../../../manifest/kinds';
import { deploymentYaml } from '../../example-objects';
import { meshConfig } from '../../facts/mesh-config';
import { specOf } from '../../facts/mesh-facts';
import { defineRule } from '../../rule';

export const rootPeerAuthenticationSelector = defineRule({
  code: 'MESH3304',
  slug: 'root-peer-authentication-selector',
  title: 'A PeerAuthentication with a selector stands in the root namespace',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'mesh',
  why: 'Other than with AuthorizationPolicies, a selector there reaches no other namespace, and Istio does not even use it for workloads of the root namespace. The object does nothing.',
  fix: 'Put it into the namespace of the workloads, or drop the selector to mean the whole mesh.',
  links: ['https://istio.io/latest/docs/reference/config/security/peer_authentication/'],
  examples: {
    valid: [{
      title: 'for the whole mesh, and for one workload in its own namespace',
      yaml: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: istio-system }
spec: { mtls: { mode: STRICT } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: reviews, namespace: shop }
spec: { selector: { matchLabels: { app: reviews } }, mtls: { mode: PERMISSIVE } }
${deploymentYaml('reviews', 'shop')}`,
    }],
    invalid: [{
      title: 'a selector in istio-system, meant for another namespace',
      yaml: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: reviews, namespace: istio-system }
spec: { selector: { matchLabels: { app: reviews } }, mtls: { mode: STRICT } }
${deploymentYaml('reviews', 'shop')}`,
    }],
  },
  kinds: [Kind.PEER_AUTHENTICATION],
  check(object, { mesh, report }) {
    const config = mesh.fact(meshConfig);
    if (object.namespace !== config.rootNamespace) return;
    const { selector } = specOf<PeerAuthenticationSpec>(object);
    if (Object.keys(stringMap(selector?.matchLabels)).length === 0) return;
    report({ path: 'spec.selector', message: `${object.namespace} is the root namespace, where a PeerAuthentication with a selector reaches no workload.` });
  },
});
