import { WorkloadGroupSpec } from '../../../manifest/generated/istio-specs';
import { Kind } from '../../../manifest/kinds';
import { specOf } from '../../facts/mesh-facts';
import { defineRule } from '../../rule';

export const workloadGroupServiceAccountMissing = defineRule({
  code: 'MESH3628',
  slug: 'workload-group-service-account-missing',
  title: 'A WorkloadGroup names a ServiceAccount that does not exist',
  severity: 'warning',
  preset: 'recommended',
  aliases: ['KIA1701'],
  sees: 'namespace',
  why: 'The virtual machine gets its token from that account. Without it it cannot join the mesh.',
  fix: 'Create the ServiceAccount in the namespace of the WorkloadGroup, or correct the name.',
  links: ['https://istio.io/latest/docs/setup/install/virtual-machine/', 'https://kiali.io/docs/features/validations/#kia1701'],
  examples: {
    valid: [{
      title: 'the account is there',
      yaml: `
apiVersion: networking.istio.io/v1
kind: WorkloadGroup
metadata: { name: ledger, namespace: shop }
spec:
  metadata: { labels: { app: ledger } }
  template: { serviceAccount: ledger }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: ledger, namespace: shop }
`,
    }],
    invalid: [{
      title: 'the account is in no sight',
      yaml: `
apiVersion: networking.istio.io/v1
kind: WorkloadGroup
metadata: { name: ledger, namespace: shop }
spec:
  metadata: { labels: { app: ledger } }
  template: { serviceAccount: ledger }
`,
    }],
  },
  kinds: [Kind.WORKLOAD_GROUP],
  check(object, { mesh, missing }) {
    const account = specOf<WorkloadGroupSpec>(object).template?.serviceAccount;
    if (!account || account === 'default' || mesh.find(Kind.SERVICE_ACCOUNT, object.namespace, account) !== undefined) return;
    missing({
      path: 'spec.template.serviceAccount',
      namespace: object.namespace,
      message: `There is no ServiceAccount ${account} in ${object.namespace}.`,
    });
  },
});
