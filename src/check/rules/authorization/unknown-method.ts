import { Kind } from '../../../manifest/kinds';
import { authorizationPolicies } from '../../facts/authorization-policies';
import { operationValues } from '../../facts/authorization-rules';
import { nearestTo } from '../../facts/nearest';
import { defineRule } from '../../rule';

/** RFC 9110, PATCH, and those of WebDAV and its family. */
const METHODS: ReadonlySet<string> = new Set([
  'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY', 'PROPFIND', 'PROPPATCH', 'MKCOL', 'COPY', 'MOVE', 'LOCK',
  'UNLOCK', 'ACL', 'SEARCH', 'REPORT', 'CHECKOUT', 'CHECKIN', 'MERGE', 'MKCALENDAR', 'MKACTIVITY', 'MKWORKSPACE', 'VERSION-CONTROL', 'UNCHECKOUT', 'UPDATE',
  'LABEL', 'BIND', 'UNBIND', 'REBIND', 'LINK', 'UNLINK', 'ORDERPATCH', 'BASELINE-CONTROL', 'MKREDIRECTREF', 'UPDATEREDIRECTREF', 'PURGE', 'PRI',
]);

export const unknownMethod = defineRule({
  code: 'MESH3402',
  slug: 'unknown-method',
  title: 'An AuthorizationPolicy names a method that HTTP does not have',
  severity: 'warning',
  preset: 'recommended',
  aliases: ['KIA0102', 'TIS0102'],
  sees: 'object',
  why: 'Methods are compared letter by letter: no request has one of that name, so an ALLOW rule admits nobody and a DENY rule stops nobody.',
  fix: 'Write the method in capitals; calls of gRPC are POST, and their name is the path: `/package.Service/Method`.',
  links: ['https://istio.io/latest/docs/reference/config/security/authorization-policy/#Operation'],
  examples: {
    valid: [{ title: 'methods of HTTP', yaml: policy('[GET, HEAD, PROPFIND, "P*"]') }],
    invalid: [
      { title: 'in small letters', yaml: policy('[get]') },
      { title: 'a method of a gRPC service', yaml: policy('[/shop.Cart/Add]') },
    ],
  },
  kinds: [Kind.AUTHORIZATION_POLICY],
  check(object, { mesh, report }) {
    const { spec, uses } = mesh.fact(authorizationPolicies).of(object);
    if (!uses.methods) return;
    spec.rules?.forEach((rule, i) => {
      for (const field of ['methods', 'notMethods'] as const) {
        for (const place of operationValues(rule, i, field)) {
          const { value } = place;
          if (METHODS.has(value) || value.includes('*')) continue;
          if (value.includes('/')) {
            report({ path: place.path, message: `${value} is no method but the path of a gRPC call, whose method is POST.`, fix: `Write \`paths: ["/${value.replace(/^\//, '')}"]\`.` });
            continue;
          }
          const near = METHODS.has(value.toUpperCase()) ? value.toUpperCase() : nearestTo(value, METHODS);
          report({ path: place.path, message: `${value} is no method of HTTP.${near === undefined ? '' : ` Did you mean ${near}?`}` });
        }
      }
    });
  },
});

function policy(methods: string): string {
  return `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: cart, namespace: shop }
spec: { selector: { matchLabels: { app: cart } }, rules: [{ to: [{ operation: { methods: ${methods} } }] }] }
`;
}
