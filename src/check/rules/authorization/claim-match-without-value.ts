import { Kind } from '../../../manifest/kinds';
import { isJwtClaimHeader } from '../../../semantics/http-header';
import { claimRouteYaml, verifyingGatewayYaml } from '../../example-objects';
import { virtualServices } from '../../facts/virtual-services';
import { defineRule } from '../../rule';

export const claimMatchWithoutValue = defineRule({
  code: 'MESH3425',
  slug: 'claim-match-without-value',
  title: 'A claim of a token is matched without a value',
  severity: 'error',
  preset: 'recommended',
  aliases: [],
  sees: 'object',
  why: 'Of a header, {} means that it is there. Of a claim, Istio writes a condition that Envoy refuses, and with it all routes of that port of the gateway: it goes on with those that it had, and a new pod has none.',
  fix: 'Write regex: ".*" for a claim that is there with any text.',
  links: ['https://istio.io/latest/docs/tasks/security/authentication/jwt-route/'],
  examples: {
    valid: [{ title: 'any text', yaml: routes('headers', '{ regex: ".*" }') }],
    invalid: [{ title: 'no condition', yaml: routes('headers', '{}') }, { title: 'no condition on what is left out', yaml: routes('withoutHeaders', '{}') }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, report }) {
    mesh.fact(virtualServices).of(object).spec.http?.forEach(({ match: matches }, i) => matches?.forEach((match, j) => {
      for (const field of ['headers', 'withoutHeaders'] as const) {
        for (const [name, condition] of Object.entries(match[field] ?? {})) {
          if (!isJwtClaimHeader(name) || Object.values(condition ?? {}).some((value) => value !== undefined)) continue;
          report({ path: `spec.http[${i}].match[${j}].${field}["${name}"]`, message: `The match on ${name} has no value, so Envoy refuses the routes of the gateway.` });
        }
      }
    }));
  },
});

function routes(field: string, condition: string): string {
  return `${claimRouteYaml(field, condition)}${verifyingGatewayYaml()}`;
}
