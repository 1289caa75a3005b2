import { Kind } from '../../../manifest/kinds';
import { mtlsModes } from '../../facts/mtls';
import { namespaces } from '../../facts/namespaces';
import { defineRule } from '../../rule';

const NAMESPACE = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
`;

export const namespacePermissive = defineRule({
  code: 'MESH3310',
  slug: 'namespace-permissive',
  title: 'A namespace of the mesh takes plaintext by default',
  severity: 'info',
  preset: 'strict',
  aliases: [],
  sees: 'mesh',
  why: 'PERMISSIVE is there for the time of migration: until it ends, any pod of the cluster may call without an identity.',
  fix: 'When all callers have sidecars, write a PeerAuthentication with `mtls: { mode: STRICT }` for the namespace or, in the root namespace, for the mesh.',
  links: ['https://istio.io/latest/docs/tasks/security/authentication/mtls-migration/'],
  examples: {
    valid: [{
      title: 'STRICT for the mesh',
      yaml: `${NAMESPACE}---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: istio-system }
spec: { mtls: { mode: STRICT } }
`,
    }],
    invalid: [{ title: 'no PeerAuthentication', yaml: NAMESPACE }],
  },
  kinds: [Kind.NAMESPACE],
  check(object, { mesh, missing }) {
    const namespace = mesh.fact(namespaces).get(object.name);
    if (namespace?.object !== object || !(namespace.injects || namespace.ambient)) return;
    const { mode, policy } = mesh.fact(mtlsModes).ofNamespace(object.name);
    if (mode === 'STRICT') return;
    missing({
      path: '',
      message: `Workloads of ${object.name} take plaintext: ${policy === undefined ? 'no PeerAuthentication says otherwise' : `PeerAuthentication ${policy.namespace}/${policy.name} says ${mode}`}.`,
    });
  },
});
