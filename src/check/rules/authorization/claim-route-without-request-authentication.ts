import { Kind } from '../../../manifest/kinds';
import { claimRouteYaml, verifyingGatewayYaml } from '../../example-objects';
import { requestAuthentications } from '../../facts/authorization-policies';
import { claimRouteOf } from '../../facts/claim-routes';
import { gateways } from '../../facts/gateways';
import { meshConfig } from '../../facts/mesh-config';
import { virtualServices } from '../../facts/virtual-services';
import { defineRule } from '../../rule';

export const claimRouteWithoutRequestAuthentication = defineRule({
  code: 'MESH3411',
  slug: 'claim-route-without-request-authentication',
  title: 'Routes ask for claims of a token that the gateway does not verify',
  severity: 'error',
  preset: 'istio',
  aliases: ['IST0149'],
  sees: 'mesh',
  why: 'Claims are only there where a RequestAuthentication has verified the token. Without one at the gateway the match never holds, and `withoutHeaders` always does.',
  fix: "Write a RequestAuthentication that selects the gateway's workload, in its namespace or in the root namespace.",
  links: ['https://istio.io/latest/docs/tasks/security/authentication/jwt-route/', 'https://istio.io/latest/docs/reference/config/analysis/ist0149/'],
  examples: {
    valid: [{ title: 'the gateway verifies tokens', yaml: `${routes()}${verifyingGatewayYaml()}` }],
    invalid: [{ title: 'nobody verifies them', yaml: routes() }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, missing }) {
    const { spec, gateways: bound } = mesh.fact(virtualServices).of(object);
    if (bound.length === 0) return;
    const route = claimRouteOf(spec);
    if (route === undefined) return;
    const all = mesh.fact(requestAuthentications);
    for (const name of new Set(bound)) {
      const slash = name.indexOf('/');
      const gatewayObject = mesh.find(Kind.GATEWAY, name.slice(0, slash), name.slice(slash + 1));
      const gateway = gatewayObject && mesh.fact(gateways).of(gatewayObject);
      if (gateway === undefined) continue;
      const unverified = gateway.workloads.find((workload) => all.reaching(workload).length === 0);
      const known = gateway.workloads.length === 0 ? gateway.workloadNamespace : undefined;
      // The workload may be out of sight, where others install it.
      const message = unverified !== undefined
        ? `No RequestAuthentication reaches ${unverified.title} of Gateway ${name}, so the claim ${route.header} is never there.`
        : known !== undefined && all.in(known).length === 0 && all.in(mesh.fact(meshConfig).rootNamespace).length === 0
          ? `No RequestAuthentication is in ${known}, where Gateway ${name} runs, so the claim ${route.header} is never there.` : undefined;
      if (message !== undefined) missing({ path: route.path, message });
    }
  },
});

function routes(): string {
  return claimRouteYaml('headers', '{ exact: testers }');
}
