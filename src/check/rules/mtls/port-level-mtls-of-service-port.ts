import { PeerAuthenticationSpec } from '../../../manifest/generated/istio-specs';
import { stringMap } from '../../../manifest/json';
import { Kind } from '../../../manifest/kinds';
import { deploymentYaml, serviceYaml } from '../../example-objects';
import { specOf } from '../../facts/mesh-facts';
import { portsOf } from '../../facts/workload-ports';
import { workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

export const portLevelMtlsOfServicePort = defineRule({
  code: 'MESH3305',
  slug: 'port-level-mtls-of-service-port',
  title: 'portLevelMtls names a port of the Service, not of the workload',
  severity: 'error',
  preset: 'recommended',
  aliases: [],
  sees: 'namespace',
  why: 'The ports of `portLevelMtls` are those that the containers listen on. For any other port the entry does nothing, and the mode above it holds.',
  fix: "Write the Service's `targetPort`.",
  links: ['https://istio.io/latest/docs/reference/config/security/peer_authentication/#PeerAuthentication-port_level_mtls'],
  examples: {
    valid: [{
      title: 'the port of the container',
      yaml: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: reviews, namespace: shop }
spec: { selector: { matchLabels: { app: reviews } }, mtls: { mode: STRICT }, portLevelMtls: { "8080": { mode: PERMISSIVE } } }
${serviceYaml('reviews', 'shop', '[{ name: http, port: 80, targetPort: 8080 }]')}${deploymentYaml('reviews', 'shop')}`,
    }],
    invalid: [{
      title: 'the port of the Service',
      yaml: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: reviews, namespace: shop }
spec: { selector: { matchLabels: { app: reviews } }, mtls: { mode: STRICT }, portLevelMtls: { "80": { mode: PERMISSIVE } } }
${serviceYaml('reviews', 'shop', '[{ name: http, port: 80, targetPort: 8080 }]')}${deploymentYaml('reviews', 'shop')}`,
    }],
  },
  kinds: [Kind.PEER_AUTHENTICATION],
  check(object, { mesh, report, missing }) {
    const { selector, portLevelMtls } = specOf<PeerAuthenticationSpec>(object);
    const labels = stringMap(selector?.matchLabels);
    if (portLevelMtls === undefined || Object.keys(labels).length === 0) return;
    const selected = mesh.fact(workloads).selected(object.namespace, labels);
    for (const port of Object.keys(portLevelMtls)) {
      const wanted = Number(port);
      let fault: { message: string; fix: string; sure: boolean } | undefined;
      for (const workload of selected) {
        const ports = portsOf(mesh, workload);
        const declared = workload.containers.flatMap((container) => container.ports);
        // Whatever listens there, or might: a name that does not resolve may stand for it.
        if (ports.some(({ number }) => number === wanted || number === undefined) || declared.some(({ containerPort }) => containerPort === wanted)) {
          fault = undefined;
          break;
        }
        const meant = ports.find((one) => one.port.number === wanted);
        if (meant === undefined) continue;
        fault ??= {
          message: `${wanted} is a port of Service ${meant.service.object.name}, which leads to port ${meant.number} of ${workload.title}.`,
          fix: `Write "${meant.number}".`,
          // Containers that list their ports list them all, mostly.
          sure: declared.some(({ containerPort }) => containerPort === meant.number),
        };
      }
      if (fault === undefined) continue;
      const found = { path: `spec.portLevelMtls["${port}"]`, message: fault.message, fix: fault.fix };
      if (fault.sure) report(found);
      else missing({ ...found, namespace: object.namespace });
    }
  },
});
