import { X509_CERTIFICATE } from './certificate';
import { examplesOf } from './example';
import { FAULTY_TARGETS, FINE_TARGETS, POINTLESS_TARGETS } from './targets';

const SELECTOR = { matchLabels: { app: 'reviews' } };
const onPort = (port: string) => ({ selector: SELECTOR, portLevelMtls: { [port]: { mode: 'DISABLE' } } });
const DRY_RUN = { annotations: { 'istio.io/dry-run': 'true' } };
const DRY_RUN_PATH = 'metadata.annotations[istio.io/dry-run]';

export const PEER_AUTHENTICATIONS = examplesOf('PeerAuthentication', {
  accepted: [
    ['nothing', {}],
    ['a mode for the namespace', { mtls: { mode: 'STRICT' } }],
    ['a mode for a port', onPort('8080')],
    ['the greatest port', onPort('65535')],
  ],
  warned: [
    ['a selector without labels', { selector: {} }, 'spec.selector'],
    ['a selector with no label in it', { selector: { matchLabels: {} } }, 'spec.selector'],
  ],
  refused: [
    ['a port with a sign', onPort('+8080'), 'spec.portLevelMtls[+8080]'],
    ['a port with a leading zero', onPort('08080'), 'spec.portLevelMtls[08080]'],
    ['a dry run', {}, DRY_RUN_PATH, DRY_RUN],
  ],
});

const rules = (...fields: object[]) => ({ jwtRules: fields.map(rule => ({ issuer: 'example.com', ...rule })) });
const jwks = (text: string) => rules({ jwks: text });
const keys = (...list: object[]) => jwks(JSON.stringify({ keys: list }));
const RSA = { kty: 'RSA', e: 'AQAB', n: 'AQAB' };
const EC = { kty: 'EC', crv: 'P-256', x: 'AQAB', y: 'AQAB' };
const OKP = { kty: 'OKP', crv: 'Ed25519', x: 'AQAB' };
const without = (key: object, name: string) => Object.fromEntries(Object.entries(key).filter(([field]) => field !== name));
const nested = (depth: number) => jwks(`{"a":${'['.repeat(depth)}${']'.repeat(depth)},"keys":[]}`);
const JWKS = 'spec.jwtRules[0].jwks';

export const REQUEST_AUTHENTICATIONS = examplesOf('RequestAuthentication', {
  accepted: [
    ...FINE_TARGETS,
    ['nothing', {}],
    ['an issuer', rules({})],
    ['an address of keys, without issuer', { jwtRules: [{ jwksUri: 'https://example.com/keys' }] }],
    ['an address of keys under its other name', { jwtRules: [{ jwks_uri: 'https://example.com/keys' }] }],
    ['an address with a port that is none, but a number', rules({ jwksUri: 'https://example.com:99999/keys' })],
    ['an address with a fragment', rules({ jwksUri: 'https://example.com/keys?a#b%20c' })],
    ['the greatest number of 64 bits as a port', rules({ jwksUri: 'http://[::1]:9223372036854775807/' })],
    ['a number too great for a port in the path', rules({ jwksUri: 'http://a/:99999999999999999999' })],
    ['no keys', keys()],
    ['null for keys', jwks('{"keys":null}')],
    ['public keys of all types', keys(RSA, EC, OKP)],
    ['one key that is no set', jwks(JSON.stringify(RSA))],
    ['text behind the keys', jwks('{"keys":[]} and more')],
    ['keys given twice', jwks(`{"keys":[${JSON.stringify(RSA)}],"keys":[${JSON.stringify(EC)}]}`)],
    ['the type of a key in capitals', keys({ ...without(RSA, 'kty'), KTY: 'RSA' })],
    ['the type of a key with the sign for Kelvin', keys({ ...without(RSA, 'kty'), Kty: 'RSA' })],
    ['unknown fields of a key', keys({ ...RSA, x5u: [], foo: { bar: 1 } })],
    ['operations of a key', keys({ ...RSA, key_ops: ['verify', null, 'anything'], use: 'whatever', alg: null })],
    ['padded base64', keys({ ...RSA, n: 'YWI=', e: 'YQ==' })],
    ['base64 of the other alphabet', keys({ ...RSA, n: 'a+/b' })],
    ['base64 with line breaks', keys({ ...RSA, n: 'YWJj\r\nYQ' })],
    ['null for base64', keys({ ...RSA, n: null })],
    ['a certificate', keys({ ...RSA, x5c: [X509_CERTIFICATE] })],
    ['values nested nearly as deep as Go reads them', nested(9_998)],
    ['times in whole milliseconds', rules({ timeout: '1s' }, { timeout: '1.5s' }, { timeout: '1ms' }, { timeout: '1000us' }, { timeout: '1h30m' })],
  ],
  warned: [
    ...POINTLESS_TARGETS,
    ['a private RSA key', keys({ ...RSA, d: 'AQAB' }), JWKS],
    ['a private part that is null', keys({ ...RSA, d: null }), JWKS],
    ['a private part in capitals beside it', keys({ ...RSA, D: 1, d: '' }), JWKS],
    ['a private EC key among public ones', keys(RSA, { ...EC, d: 'AQAB' }), JWKS],
    ['a private OKP key', keys({ ...OKP, d: 'AQAB' }), JWKS],
    ['two private keys', keys({ ...OKP, d: 'AQAB' }, { ...EC, d: 'AQAB' }), [JWKS, JWKS]],
    ['a symmetric key', keys({ kty: 'oct', k: 'AQAB' }), JWKS],
  ],
  refused: [
    ...FAULTY_TARGETS,
    ['a dry run', {}, DRY_RUN_PATH, DRY_RUN],
    ['neither issuer nor address', { jwtRules: [{}] }, 'spec.jwtRules[0]'],
    ['keys without issuer', { jwtRules: [{ jwks: '{"keys":[]}' }] }, 'spec.jwtRules[0]'],
    ['a port of more than 64 bits', rules({ jwksUri: 'http://example.com:9223372036854775808/' }), 'spec.jwtRules[0].jwksUri'],
    ['a time with a fraction of a millisecond', rules({ timeout: '1.5ms' }), 'spec.jwtRules[0].timeout'],
    ['a time with a thousandth too much', rules({ timeout: '1001us' }), 'spec.jwtRules[0].timeout'],
    ['keys that are blank', jwks(' '), JWKS],
    ['keys that are no JSON', jwks('{"keys":[}'), JWKS],
    ['keys that do not end', jwks('{"keys":[]'), JWKS],
    ['a comma too many', jwks('{"keys":[],}'), JWKS],
    ['a control character in a string', jwks('{"a":"\n","keys":[]}'), JWKS],
    ['an unknown escape in a string', jwks('{"a":"\\x","keys":[]}'), JWKS],
    ['a number with a leading zero', jwks('{"a":01,"keys":[]}'), JWKS],
    ['a list', jwks('[]'), JWKS],
    ['an object that is neither set nor key', jwks('{}'), JWKS],
    ['keys that are no list', jwks('{"keys":{}}'), JWKS],
    ['a key that is no object', jwks('{"keys":["a"]}'), JWKS],
    ['a number beyond a double', jwks('{"a":[-1e999],"keys":[]}'), JWKS],
    ['a number beyond a double in an unknown field of a key', jwks(JSON.stringify({ keys: [RSA] }).replace('"RSA"', '"RSA","a":{"b":1e400}')), JWKS],
    ['values nested deeper than Go reads them', nested(10_000), JWKS],
    ['a key of no type', keys(without(RSA, 'kty')), JWKS],
    ['a key of an unknown type', keys({ ...RSA, kty: 'rsa' }), JWKS],
    ['a key whose type is a number', keys({ ...RSA, kty: 1 }), JWKS],
    ['a key of two types', keys({ ...RSA, KTY: 'EC', crv: 'P-256', x: 'AQAB', y: 'AQAB' }), JWKS],
    ['an RSA key without n', keys(without(RSA, 'n')), JWKS],
    ['an RSA key without e', keys(without(RSA, 'e')), JWKS],
    ['an EC key without y', keys(without(EC, 'y')), JWKS],
    ['an OKP key without crv', keys(without(OKP, 'crv')), JWKS],
    ['a symmetric key without k', keys({ kty: 'oct' }), JWKS],
    ['base64 of impossible length', keys({ ...RSA, n: 'a' }), JWKS],
    ['base64 of both alphabets', keys({ ...RSA, n: 'a+-b' }), JWKS],
    ['base64 with too little padding', keys({ ...RSA, n: 'YQ=' }), JWKS],
    ['a number for base64', keys({ ...RSA, n: 1 }), JWKS],
    ['a number for a name', keys({ ...RSA, kid: 1 }), JWKS],
    ['operations that are no list', keys({ ...RSA, key_ops: 'verify' }), JWKS],
    ['an operation that is a number', keys({ ...RSA, key_ops: [1] }), JWKS],
    ['a certificate that is none', keys({ ...RSA, x5c: ['AQAB'] }), JWKS],
    ['a certificate with something behind it', keys({ ...RSA, x5c: [`${X509_CERTIFICATE.replace(/=+$/, '')}`.slice(0, -4)] }), JWKS],
  ],
});
