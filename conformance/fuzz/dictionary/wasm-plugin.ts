import { attachToKnownKinds, SELECTION, selectSomething } from './common';
import { Dictionary, PORT, Repair, URL_WORDS, Words } from './words';

export const WASM: Readonly<Record<string, Words>> = {
  ...SELECTION,
  'url': { good: ['oci://a.b/c:v1', 'https://a.b/c.wasm', 'file:///a.wasm', 'a.b/c', 'http://a'], odd: [...URL_WORDS.odd!, 'oci:', 'oci://', 'file://', 'ftp://a', 'a b', ':a', 'a:b/c', 'OCI://a', 'localhost:5000/a', '/a b', '%', 'ä', 'a/%zz', '//', '?', '#', 'x://', '*', '[', 'a.b:port/c', 'docker.io/a@sha256:b', 'http://a b/', 'a\\b', '{}'] },
  'sha256': { good: ['', 'a'.repeat(64), '0123456789abcdef'.repeat(4)], odd: ['a', 'A'.repeat(64), 'a'.repeat(63), 'a'.repeat(65), 'g'.repeat(64)] },
  'env[].name': { good: ['A', 'B', 'C_D'], odd: ['', 'a b', 'A'.repeat(256), 'A'.repeat(257), '😀'.repeat(256), '😀'.repeat(130), 'ä'.repeat(129)] },
  'env[].value': { good: ['a', ''], odd: ['a'.repeat(2048), 'a'.repeat(2049)] },
  'pluginName': { good: ['a'], odd: ['', 'a'.repeat(256), 'a'.repeat(257), 'ä'.repeat(129), 'ä'.repeat(128)] },
  'imagePullSecret': { good: ['a'], odd: ['', 'a'.repeat(253), 'a'.repeat(254), 'ä'.repeat(127), 'ä'.repeat(126)] },
  'ports[].number': PORT,
};

/** A value from the host is not written here. */
export const inlineValues: Repair = (spec) => {
  for (const { vmConfig } of [spec, spec.wasm ?? {}]) {
    for (const variable of Array.isArray(vmConfig?.env) ? vmConfig.env : []) if (variable.valueFrom === 'HOST') delete variable.value;
  }
};

export const wasmPlugin: Dictionary = {
  calm: 0.05,
  presence: { 'spec.targetRefs': 0.3, 'spec.targetRef': 0.2, 'spec.selector': 0.5, 'spec.vmConfig': 0.4, 'vmConfig.env': 0.8, 'env[].value': 0.5 },
  words: WASM,
  repairs: [inlineValues, attachToKnownKinds, selectSomething],
};
