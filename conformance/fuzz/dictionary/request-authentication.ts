import { keySet } from './key-set';
import { attachToKnownKinds, SELECTION, selectSomething } from './common';
import { Dictionary, durations, Repair, URL_WORDS } from './words';

const PUBLIC = '{"keys":[{"kty":"RSA","kid":"a","e":"AQAB","n":"xAE7eB6qugXyCAG3yhh7pkDkT65pHymX-P7KfIupjf59vsdo91bSP9C8H07pSAGQO1MV_xFj9VswgsCg4R6otmg5PV2He95lZdHtOcU5DXIg_pbhLdKXbi66GlVeK6ABZOUW3WYtnNHD-91gVuoeJT_DwtGGcp4ignkgXfkiEm4sw-4sfb4qdt5oLbyVpmW6x9cfa7vs2WTfURiCrBoUqgBo_-4WTiULmmHSGZHOjzwa8WtrtOQGsAFjIbno85jp6MnGGGZPYZbDAa_b3y5u-YpW7ypZrvD8BgtKVjgtQgZhLAGezMt0ua3DRrWnKqTZ0BJ_EyxOGuHJrLsn00fnMQ"}]}';
const JWKS_ODD = [
  '', '{}', '{"keys":[]}', '{"keys":null}', '{"keys":{}}', '{"keys":[{}]}', '{"keys":[null]}', 'x', '[]', 'null', '1', '{', '{"keys":[{"kty":"X"}]}', '{"keys":[{"kty":"RSA"}]}', '{"keys":[{"kty":"RSA","n":"AQ","e":"AQAB"}]}',
  '{"keys":[{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}]}', '{"kty":"oct","k":"AyM1"}', '{"keys":[{"kty":"oct"}]}', '{"keys":[{"kty":"oct","k":""}]}',
  '{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}', '{"kty":"EC","crv":"P-257","x":"f83O","y":"x_FE"}',
  '{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}',
  '{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}', '{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}',
  `${PUBLIC} `, PUBLIC.replace('"RSA"', '"rsa"'), PUBLIC.replace('AQAB', 'A!'), PUBLIC.replace('AQAB', 'AQAB='),
];

const rules: Repair = (spec, random) => {
  for (const rule of Array.isArray(spec.jwtRules) ? spec.jwtRules : []) {
    if (!rule.issuer && !rule.jwksUri && !rule.jwks_uri) rule.issuer = 'https://a.b';
    if (rule.jwks && random.chance(0.5)) rule.jwks = keySet(random);
  }
};

export const requestAuthentication: Dictionary = {
  calm: 0.1,
  presence: { 'spec.jwtRules': 0.9, 'jwtRules[].issuer': 0.7, 'jwtRules[].jwks': 0.4, 'jwtRules[].jwksUri': 0.5, 'jwtRules[].jwks_uri': 0.1, 'spec.targetRefs': 0.25, 'spec.targetRef': 0.15, 'spec.selector': 0.4 },
  words: {
    ...SELECTION,
    'issuer': { good: ['https://a.b', 'a'], odd: [''] },
    'jwksUri': URL_WORDS,
    'jwks_uri': URL_WORDS,
    'jwks': { good: [PUBLIC], odd: JWKS_ODD },
    'timeout': durations(),
    'outputClaimToHeaders[].header': { good: ['x-a', 'X-B'], odd: ['x_a', 'a_', '_', '-', '', 'a b', 'ä'] },
    'outputClaimToHeaders[].claim': { good: ['sub', 'a.b'], odd: ['', ' '] },
    'fromHeaders[].name': { good: ['x-a'], odd: ['', ':path', 'a b'] },
    'fromParams[]': { good: ['t'], odd: [''] },
    'fromCookies[]': { good: ['t'], odd: [''] },
    'audiences[]': { good: ['a'], odd: [''] },
  },
  repairs: [rules, attachToKnownKinds, selectSomething],
};
