import { arrayOr, member, stringOr } from '../../../manifest/json';
import { Kind } from '../../../manifest/kinds';
import { nearestTo } from '../../facts/nearest';
import { defineRule } from '../../rule';

export const referenceGrantFromNowhere = defineRule({
  code: 'MESH3215',
  slug: 'reference-grant-from-nowhere',
  title: 'A ReferenceGrant lets in a namespace that does not exist',
  severity: 'error',
  preset: 'recommended',
  aliases: ['KIA1601'],
  sees: 'mesh',
  why: 'It grants nothing, and the reference that it was to allow is refused.',
  fix: 'Correct the namespace in `spec.from`.',
  links: ['https://gateway-api.sigs.k8s.io/api-types/referencegrant/', 'https://kiali.io/docs/features/validations/#kia1601'],
  examples: {
    valid: [{
      title: 'a namespace that is there',
      yaml: `
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: { name: certificates, namespace: certs }
spec:
  from: [{ group: gateway.networking.k8s.io, kind: Gateway, namespace: ingress }]
  to: [{ group: "", kind: Secret }]
---
apiVersion: v1
kind: Namespace
metadata: { name: ingress }
`,
    }],
    invalid: [{
      title: 'a name that nothing has',
      yaml: `
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: { name: certificates, namespace: certs }
spec:
  from: [{ group: gateway.networking.k8s.io, kind: Gateway, namespace: ingres }]
  to: [{ group: "", kind: Secret }]
---
apiVersion: v1
kind: Namespace
metadata: { name: ingress }
`,
    }],
  },
  kinds: [Kind.REFERENCE_GRANT],
  check(object, { mesh, missing }) {
    arrayOr(member(member(object.json, 'spec'), 'from')).forEach((from, i) => {
      const namespace = stringOr(member(from, 'namespace'));
      if (namespace === undefined || mesh.snapshot.namespaces.has(namespace)) return;
      const near = nearestTo(namespace, mesh.snapshot.namespaces);
      missing({
        path: `spec.from[${i}].namespace`,
        message: `There is no namespace ${namespace}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
      });
    });
  },
});
