import { Kind } from '../../../manifest/kinds';
import { deploymentYaml, serviceYaml } from '../../example-objects';
import { AuthorizationPolicyFacts, authorizationPolicies } from '../../facts/authorization-policies';
import { clientViews } from '../../facts/client-views';
import { MeshFacts } from '../../facts/mesh-facts';
import { ServiceFacts } from '../../facts/services';
import { servicesOfWorkloads } from '../../facts/services-of-workload';
import { sidecars } from '../../facts/sidecars';
import { defineRule } from '../../rule';

const POLICY = `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: reviews, namespace: shop }
spec:
  selector: { matchLabels: { app: reviews } }
  rules: [{ from: [{ source: { namespaces: [web] } }] }]
${serviceYaml('reviews', 'shop')}${deploymentYaml('reviews', 'shop')}${deploymentYaml('productpage', 'web')}`;

export const callerCannotSeeService = defineRule({
  code: 'MESH3511',
  slug: 'caller-cannot-see-service',
  title: 'A policy allows a caller whose Sidecar hides the service',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'mesh',
  why: "The caller's proxy does not know the service. Under REGISTRY_ONLY its requests are refused with 502; under ALLOW_ANY they go to the address without mTLS, so that the destination sees no identity and denies them.",
  fix: "Add the service to egress.hosts of the caller's Sidecar, as namespace/host or namespace/*.",
  links: ['https://istio.io/latest/docs/reference/config/networking/sidecar/#IstioEgressListener'],
  examples: {
    valid: [{
      title: 'the Sidecar of the caller shows the service',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default, namespace: web }
spec: { egress: [{ hosts: ["./*", "shop/*"] }] }
---${POLICY}`,
    }, {
      title: 'a VirtualService that the Sidecar shows leads there',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default, namespace: web }
spec: { egress: [{ hosts: ["./*"] }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: web }
spec:
  hosts: [reviews.shop.svc.cluster.local]
  http: [{ route: [{ destination: { host: reviews.shop.svc.cluster.local } }] }]
---${POLICY}`,
    }],
    invalid: [{
      title: 'the Sidecar of the caller shows only its own namespace',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default, namespace: web }
spec: { egress: [{ hosts: ["./*", "istio-system/*"] }] }
---${POLICY}`,
    }],
  },
  kinds: [Kind.AUTHORIZATION_POLICY],
  check(object, { mesh, missing }) {
    if (mesh.fact(sidecars).all.length === 0 || mesh.isReplaced(object)) return;
    const policy = mesh.fact(authorizationPolicies).of(object);
    if (policy.action !== 'ALLOW' || policy.everywhere || policy.targets.length > 0) return;
    const { rules = [] } = policy.spec;
    let reached: readonly ServiceFacts[] | undefined;
    const say = (path: string, client: string, serviceAccount?: string) => {
      if (client === policy.namespace) return;
      reached ??= servicesReached(mesh, policy);
      const sidecar = mesh.fact(clientViews).hiding(client, reached, serviceAccount);
      if (sidecar === undefined) return;
      missing({
        path,
        message: `The policy allows ${serviceAccount === undefined ? `namespace ${client}` : `service account ${client}/${serviceAccount}`}, and Sidecar ${sidecar.namespace}/${sidecar.object.name} hides ${hosts(reached)} from it.`,
      });
    };
    rules.forEach(({ from = [] }, i) => from.forEach(({ source }, j) => {
      const path = `spec.rules[${i}].from[${j}].source`;
      source?.namespaces?.forEach((namespace, k) => say(`${path}.namespaces[${k}]`, namespace));
      source?.principals?.forEach((principal, k) => {
        const named = IDENTITY.exec(principal);
        if (named) say(`${path}.principals[${k}]`, named[1], named[2]);
      });
      source?.serviceAccounts?.forEach((account, k) => {
        const slash = account.indexOf('/');
        if (slash > 0) say(`${path}.serviceAccounts[${k}]`, account.slice(0, slash), account.slice(slash + 1));
      });
    }));
  },
});

const IDENTITY = /^[^*]+\/ns\/([^*/]+)\/sa\/([^*/]+)$/;

function servicesReached(mesh: MeshFacts, policy: AuthorizationPolicyFacts): readonly ServiceFacts[] {
  const known = mesh.fact(servicesOfWorkloads);
  const found = new Set<ServiceFacts>();
  for (const workload of mesh.fact(authorizationPolicies).workloadsOf(policy)) for (const service of known.get(workload) ?? []) found.add(service);
  return [...found];
}

function hosts(services: readonly ServiceFacts[]): string {
  return services.length === 1 ? services[0].host : `all ${services.length} services that it is for, such as ${services[0].host},`;
}
