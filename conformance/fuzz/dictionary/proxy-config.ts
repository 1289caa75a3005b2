import { SELECTION } from './common';
import { COUNT, Dictionary } from './words';

/** The webhook minds the selector alone, so it is not repaired. */
export const proxyConfig: Dictionary = {
  calm: 0.1,
  presence: { 'spec.selector': 0.8, 'selector.matchLabels': 0.5 },
  words: {
    ...SELECTION,
    'concurrency': COUNT,
    'imageType': { good: ['distroless', 'debug', ''], odd: ['X'] },
    'environmentVariables{key}': { good: ['A', 'B_C'], odd: ['', 'a b'] },
  },
};
