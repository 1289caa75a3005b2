import { WEBHOOK_CHECKS } from '../../../src/check/webhook/webhook-checks';

/** All that is said about a spec, in one text. */
function said(groupKind: string, spec: object): string {
  const sentences: string[] = [];
  const say = (_: string, message: string, fix: string) => sentences.push(`${message} ${fix}`);
  WEBHOOK_CHECKS.get(groupKind)!({ namespace: 'shop', name: 'a', labels: {}, annotations: {}, spec, json: {} }, { error: say, warning: say });
  return sentences.join('\n');
}

const condition = (key: string, values?: string[]) => said('AuthorizationPolicy.security.istio.io', { rules: [{ when: [{ key, values }] }] });
const path = (text: string) => said('AuthorizationPolicy.security.istio.io', { rules: [{ to: [{ operation: { paths: [text] } }] }] });
const domain = (text: string) => said('AuthorizationPolicy.security.istio.io', { rules: [{ from: [{ source: { trustDomains: [text] } }] }] });
const filter = (expression: string) => said('Telemetry.telemetry.istio.io', { accessLogging: [{ filter: { expression } }] });
const jwks = (text: string) => said('RequestAuthentication.security.istio.io', { jwtRules: [{ issuer: 'a', jwks: text }] });
const sidecar = (...hosts: string[]) => said('Sidecar.networking.istio.io', { egress: [{ hosts }] });
const patch = (value: object) => said('EnvoyFilter.networking.istio.io', { configPatches: [{ applyTo: 'HTTP_FILTER', patch: { operation: 'ADD', value } }] });

test.each([
  ['the own namespace by a dot and by name', sidecar('./*', 'shop/*'), /Of the root namespace keep both/],
  ['a namespace twice', sidecar('./*', 'web/*', 'web/a.web.svc.cluster.local'), /Keep the wider of the two\.$/],
  ['an attribute that became the selector', condition('destination.labels[app]', ['a']), /spec\.selector\.matchLabels/],
  ['an attribute that became the namespace', condition('destination.namespace', ['a']), /Put the policy into that namespace/],
  ['an attribute that never was', condition('source.ips', ['a']), /"source\.ips" is no attribute.*source\.ip, /s],
  ['an empty key', condition('', ['a']), /has an empty key/],
  ['a key without brackets', condition('request.headers', ['a']), /request\.headers\[x-team\]/],
  ['a condition without values', condition('source.ip'), /condition on "source\.ip" has no values/],
  ['a condition with nothing', condition(''), /neither a key nor values/],
  ['a path with a named variable', path('/users/{id}'), /segment "\{id\}".*\{\*\} for one segment/s],
  ['a path with a wildcard beside a template', path('/{*}/*'), /segment "\*" may not stand beside a template/],
  ['a path with an empty segment', path('/{*}//a'), /empty segment/],
  ['a template behind the last one', path('/{**}/{*}'), /\{\*\} follows \{\*\*\}/],
  ['a wildcard in the middle', domain('a*b'), /wildcard in the middle/],
  ['two wildcards', domain('*a*'), /more than one wildcard/],
  ['an assignment for a comparison', filter('a = b'), /character 3 stands a single =; equality is ==/],
  ['a single ampersand', filter('a & b'), /the operator is &&/],
  ['a text without end', filter('a == "b'), /begins at character 6 has no end or an unknown escape/],
  ['a stray character', filter('a # b'), /character 3 stands "#", which begins nothing/],
  ['an expression that breaks off', filter('a =='), /ends where a value should stand/],
  ['a word too many', filter('a and b'), /character 3 stands "and" where an operator or the end should stand/],
  ['a reserved word', filter('package.name == "a"'), /package is reserved/],
  ['a field asked for by index', filter('has(request.headers["a"])'), /has\(\) asks for a field/],
  ['a macro without name', filter('a.all(1, true)'), /first argument of all\(\) must be a plain name/],
  ['keys that are no JSON', jwks('x'), /it is no JSON object/],
  ['the second key', jwks('{"keys":[{"kty":"oct","k":""},{"kty":"RSA","n":"AQ"}]}'), /key 1 lacks "e"/],
  ['a key alone', jwks('{"kty":"EC"}'), /has no "keys", and as a single key it lacks "crv", "x", "y"/],
  ['a key of another type', jwks('{"keys":[{"kty":"rsa"}]}'), /"kty" "rsa"; known are RSA, EC, OKP and oct/],
  ['a private key', jwks('{"keys":[{"kty":"oct","k":""}]}'), /Key 0 is private/],
  ['a filter of the v2 API', patch({ name: 'a', typed_config: { '@type': 'type.googleapis.com/envoy.config.filter.http.lua.v2.Lua' } }), /v2 API is gone/],
  ['a filter of an unknown type', patch({ name: 'a', typed_config: { '@type': 'example.Lua' } }), /knows no type "example\.Lua".*with its version/s],
  ['a filter without type', patch({ name: 'a', typed_config: {} }), /no "@type"/],
  ['a filter that is text', patch({ name: 'a', typed_config: 'x' }), /is "x", not an object/],
  ['a field that Envoy does not have', patch({ name: 'a', config: {} }), /HttpFilter has no field "config"; it is ignored\. Its fields are name, /],
  ['a number for a name', patch({ name: 1 }), /is 1; Envoy wants text here/],
  ['text for true or false', patch({ name: 'a', disabled: 'yes' }), /is "yes"; Envoy wants true or false here/],
  ['a filter by name', patch({ name: 'envoy.filters.http.lua' }), /"envoy\.filters\.http\.lua" is configured by name/],
])('what is said of %s names the way out', (_, text, expected) => {
  expect(text).toMatch(expected);
});
