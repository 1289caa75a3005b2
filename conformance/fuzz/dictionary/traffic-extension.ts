import { attachToKnownKinds, selectSomething } from './common';
import { inlineValues, WASM } from './wasm-plugin';
import { Dictionary, Repair } from './words';

const either: Repair = (spec, random) => {
  if (!spec.wasm && !spec.lua) {
    if (random.chance(0.5)) spec.lua = { inlineCode: 'x' };
    else spec.wasm = { url: 'oci://a.b/c' };
  }
  if (spec.wasm && spec.lua) delete spec[random.pick(['wasm', 'lua'])];
};

export const trafficExtension: Dictionary = {
  calm: 0.05,
  presence: { 'spec.targetRefs': 0.3, 'spec.selector': 0.5, 'spec.wasm': 0.9, 'spec.lua': 0.9, 'wasm.vmConfig': 0.4, 'vmConfig.env': 0.8, 'env[].value': 0.5 },
  words: {
    ...WASM,
    inlineCode: { good: ['x'], odd: ['', ' ', 'a'.repeat(65536), 'a'.repeat(65537), 'ä'.repeat(32769), 'ä'.repeat(32768)] },
  },
  repairs: [either, inlineValues, attachToKnownKinds, selectSomething],
};
