import { arrayOr, member, stringOr } from '../../../manifest/json';
import { Kind } from '../../../manifest/kinds';
import { workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

const BLOCKED = 'BLOCKED_CIDRS_IN_JWKS_URIS';

export const jwksFetchUnrestricted = defineRule({
  code: 'MESH3412',
  slug: 'jwks-fetch-unrestricted',
  title: 'istiod fetches keys from any address that a RequestAuthentication names',
  severity: 'warning',
  preset: 'istio',
  severityIn: { recommended: 'info' },
  aliases: ['IST0175'],
  sees: 'mesh',
  why: 'istiod itself fetches every `jwksUri`. Whoever may write a RequestAuthentication can have it call services inside of the network, the metadata service of the cloud among them.',
  fix: `Set ${BLOCKED} on istiod to the ranges that no key may come from, such as 169.254.169.254/32 and those of the cluster.`,
  links: ['https://istio.io/latest/docs/reference/config/analysis/ist0175/'],
  examples: {
    valid: [{ title: 'ranges are blocked', yaml: installation(`, env: [{ name: ${BLOCKED}, value: "169.254.0.0/16" }]`) }],
    invalid: [{ title: 'nothing is blocked', yaml: installation('') }],
  },
  kinds: [Kind.DEPLOYMENT],
  check(object, { mesh, report }) {
    if (object.labels.app !== 'istiod') return;
    const authentications = mesh.ofKind(Kind.REQUEST_AUTHENTICATION);
    if (authentications.length === 0) return;
    const containers = mesh.fact(workloads).of(object)?.containers ?? [];
    if (containers.some(({ json }) => arrayOr(member(json, 'env')).some((env) => member(env, 'name') === BLOCKED && stringOr(member(env, 'value'))))) return;
    const [{ namespace, name }] = authentications;
    const more = authentications.length - 1;
    report({
      path: 'spec.template.spec.containers',
      message: `istiod has no ${BLOCKED}, and RequestAuthentication ${namespace}/${name}${more > 0 ? ` and ${more} more tell` : ' tells'} it where to fetch keys.`,
    });
  },
});

function installation(env: string): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { name: istiod, namespace: istio-system, labels: { app: istiod } }
spec:
  selector: { matchLabels: { app: istiod } }
  template:
    metadata: { labels: { app: istiod, sidecar.istio.io/inject: "false" } }
    spec: { containers: [{ name: discovery, image: "docker.io/istio/pilot:1.31.1"${env} }] }
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: tokens, namespace: istio-system }
spec: { jwtRules: [{ issuer: "https://id.example.com", jwksUri: "https://id.example.com/jwks.json" }] }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: tokens, namespace: istio-system }
spec: { rules: [{ from: [{ source: { requestPrincipals: ["*"] } }] }] }
`;
}
