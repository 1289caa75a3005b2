import { PeerAuthenticationSpec } from '../../../manifest/generated/istio-specs';
import { stringMap } from '../../../manifest/json';
import { Kind } from '../../../manifest/kinds';
import { deploymentYaml, serviceYaml } from '../../example-objects';
import { DestinationRuleFacts, destinationRules } from '../../facts/destination-rules';
import { CLUSTER_DOMAIN } from '../../facts/full-host';
import { meshConfig } from '../../facts/mesh-config';
import { MeshFacts, specOf } from '../../facts/mesh-facts';
import { services } from '../../facts/services';
import { servicesOfWorkloads } from '../../facts/services-of-workload';
import { workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

const WITHOUT_AUTO_MTLS = `---
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  mesh: |
    enableAutoMtls: false
`;

const STRICT = `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
`;

export const strictWithoutClientMtls = defineRule({
  code: 'MESH3307',
  slug: 'strict-without-client-mtls',
  title: 'Only mTLS is taken, auto mTLS is off, and no DestinationRule tells clients to speak it',
  severity: 'error',
  preset: 'recommended',
  aliases: ['KIA0401', 'KIA0501'],
  sees: 'mesh',
  why: 'Without auto mTLS a client speaks plaintext unless a DestinationRule says ISTIO_MUTUAL, and STRICT servers reset plaintext.',
  fix: 'Remove `enableAutoMtls: false`, or write a DestinationRule for `*.local` with `trafficPolicy: { tls: { mode: ISTIO_MUTUAL } }`.',
  links: ['https://istio.io/latest/docs/ops/configuration/traffic-management/tls-configuration/#auto-mtls'],
  examples: {
    valid: [{
      title: 'auto mTLS, as it is by default',
      yaml: `${STRICT}${serviceYaml('reviews', 'shop')}${deploymentYaml('reviews', 'shop')}`,
    }, {
      title: 'a DestinationRule for all',
      yaml: `${STRICT}${WITHOUT_AUTO_MTLS}---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: default, namespace: istio-system }
spec: { host: "*.local", trafficPolicy: { tls: { mode: ISTIO_MUTUAL } } }
${serviceYaml('reviews', 'shop')}${deploymentYaml('reviews', 'shop')}`,
    }],
    invalid: [{
      title: 'nobody tells the clients',
      yaml: `${STRICT}${WITHOUT_AUTO_MTLS}${serviceYaml('reviews', 'shop')}${deploymentYaml('reviews', 'shop')}`,
    }],
  },
  kinds: [Kind.PEER_AUTHENTICATION],
  check(object, { mesh, missing }) {
    const config = mesh.fact(meshConfig);
    const spec = specOf<PeerAuthenticationSpec>(object);
    if (config.enableAutoMtls || spec.mtls?.mode !== 'STRICT') return;
    const labels = stringMap(spec.selector?.matchLabels);
    const isRoot = object.namespace === config.rootNamespace;
    if (isRoot && Object.keys(labels).length > 0) return;
    const host = hostsOf(mesh, object.namespace, labels, isRoot).find((one) => !isMtlsToldFor(mesh, one));
    if (host === undefined) return;
    missing({ path: 'spec.mtls.mode', message: `Auto mTLS is off, and no DestinationRule has clients speak mTLS to ${host}.` });
  },
});

/** The hosts of what is STRICT now. */
function hostsOf(mesh: MeshFacts, namespace: string, labels: Readonly<Record<string, string>>, isRoot: boolean): string[] {
  if (isRoot) return [`*.${CLUSTER_DOMAIN}`];
  const byWorkload = mesh.fact(servicesOfWorkloads);
  const hosts = mesh.fact(workloads).selected(namespace, labels).flatMap((workload) => byWorkload.get(workload) ?? []).map(({ host }) => host);
  if (hosts.length > 0 || Object.keys(labels).length > 0) return [...new Set(hosts)];
  const there = mesh.fact(services).all.some((service) => service.namespace === namespace);
  return there ? [] : [`*.${namespace}.${CLUSTER_DOMAIN}`];
}

function isMtlsToldFor(mesh: MeshFacts, host: string): boolean {
  return mesh.fact(destinationRules).covering(host, (rules) => rules.some(tellsMtls) ? true : undefined) ?? false;
}

function tellsMtls({ spec: { trafficPolicy } }: DestinationRuleFacts): boolean {
  const mode = trafficPolicy?.tls?.mode;
  return mode === 'ISTIO_MUTUAL' || mode === 'MUTUAL';
}
