import { CIPHER_SUITES, KNOWN_CIPHER_SUITES } from '../semantics/cipher-suite';
import { describeValue } from '../semantics/describe-value';
import { isDnsName } from '../semantics/kubernetes-name';

const HOW = 'Put certificate and key into a Secret in the namespace of the gateway (kubectl create secret tls, or cert-manager), and give the name of the Secret.';

/** A Secret by its name: never what is in it, and no file. */
export function checkCredential(what: string, field: string, credential: unknown): void {
  if (typeof credential !== 'string') throw new Error(`${what}: \`${field}\` is ${describeValue(credential)}. Give the name of a Secret, for example "shop-cert".`);
  if (/-----BEGIN|\n/.test(credential)) {
    // Whoever reads the log must not read the key.
    const kind = credential.includes('PRIVATE KEY-----') ? 'a private key' : 'a certificate or another text of several lines';
    throw new Error(`${what}: \`${field}\` is ${kind} in the code, which everybody has who reads the code or the manifests. `
      + `Take it out${kind === 'a private key' ? ', and let nobody use that key any more' : ''}. ${HOW}`);
  }
  if (/^\.{0,2}\/|\.(pem|crt|cer|key|p12|pfx)$/i.test(credential)) {
    throw new Error(`${what}: \`${field}\` is ${describeValue(credential)}, a file. A gateway reads no files of yours. ${HOW}`);
  }
  if (credential.includes('/')) {
    throw new Error(`${what}: \`${field}\` is ${describeValue(credential)}, and a gateway gets Secrets of its own namespace alone. Give the name without a namespace. ${HOW}`);
  }
  if (!isDnsName(credential)) {
    throw new Error(`${what}: \`${field}\` is ${describeValue(credential)}, which is not the name of a Secret: lower-case letters, digits, dashes and dots, at most 253.`);
  }
}

/** The name of a ConfigMap with the authority of clients. */
export function checkConfigMap(what: string, field: string, name: unknown): void {
  if (typeof name === 'string' && isDnsName(name)) return;
  const given = typeof name === 'string' && name.includes('-----BEGIN') ? 'a text of several lines' : describeValue(name);
  throw new Error(`${what}: \`${field}\` is ${given}, which is not the name of a ConfigMap: lower-case letters, digits, dashes and dots, at most 253. `
    + 'Put the certificate of the authority under ca.crt into a ConfigMap in the namespace of the gateway, and give its name.');
}

export function checkCipherSuites(what: string, suites: readonly string[] | undefined, onlyNewest: boolean): void {
  if (suites === undefined) return;
  if (!Array.isArray(suites) || suites.length === 0) throw new Error(`${what}: \`cipherSuites\` is ${describeValue(suites)}. Give a list, for example ['ECDHE-ECDSA-AES256-GCM-SHA384'], or leave it out.`);
  if (onlyNewest) throw new Error(`${what}: \`cipherSuites\` means nothing beside TlsVersion.V1_3, whose suites nobody chooses. Leave it out.`);
  for (const suite of suites) {
    if (!KNOWN_CIPHER_SUITES.has(suite)) throw new Error(`${what}: \`cipherSuites\` holds ${describeValue(suite)}, which Envoy does not know; Istio would leave it out without a word. It knows ${CIPHER_SUITES}.`);
  }
  const twice = suites.find((suite, index) => suites.indexOf(suite) !== index);
  if (twice !== undefined) throw new Error(`${what}: \`cipherSuites\` holds ${twice} twice. Leave one out.`);
}

export function checkNames(what: string, field: string, names: readonly string[] | undefined, meaning: string, example: string, pattern: RegExp = /\S/): void {
  if (names === undefined) return;
  const wrong = Array.isArray(names) && names.length > 0 ? names.find((name) => typeof name !== 'string' || !pattern.test(name)) : names;
  if (wrong !== undefined) {
    throw new Error(`${what}: \`${field}\` ${wrong === names ? 'is' : 'holds'} ${describeValue(wrong)}. Give ${meaning}, for example ${example}, or leave it out for any client that the authority signs.`);
  }
}
