import { SELECTION, selectSomething } from './common';
import { Dictionary, Repair } from './words';

const ports: Repair = (spec) => {
  if (spec.portLevelMtls && !(spec.selector?.matchLabels && Object.keys(spec.selector.matchLabels).length > 0)) spec.selector = { matchLabels: { app: 'a' } };
};

export const peerAuthentication: Dictionary = {
  calm: 0.1,
  presence: { 'spec.selector': 0.7, 'selector.matchLabels': 0.7, 'spec.portLevelMtls': 0.5, 'spec.mtls': 0.6 },
  words: {
    ...SELECTION,
    'portLevelMtls{key}': { good: ['80', '8080', '65535', '1'], odd: ['0', '65536', 'a', '-1', '+80', '080', '', '80.0', '1e2', '4294967376', ' 80', '0x50', '99999999999999999999', '-0', '00'] },
  },
  repairs: [ports, selectSomething],
};
