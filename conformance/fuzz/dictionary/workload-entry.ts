import { ADDRESS, ENDPOINT_PORT_NAME, LOCALITY } from './service-entry';
import { Dictionary, LABEL_KEY, LABEL_VALUE, PORT, Repair } from './words';

const address: Repair = (spec, random) => {
  if (!spec.address) spec.address = random.pick(['10.0.0.1', 'a.b', '::1']);
  if (String(spec.address).startsWith('unix')) delete spec.ports;
};

export const workloadEntry: Dictionary = {
  calm: 0.1,
  presence: { 'spec.address': 0.8, 'spec.ports': 0.6, 'spec.labels': 0.6 },
  words: {
    'address': ADDRESS,
    'network': { good: ['n1', ''], odd: [' '] },
    'ports{key}': ENDPOINT_PORT_NAME,
    'ports{}': PORT,
    'labels{key}': LABEL_KEY,
    'labels{}': LABEL_VALUE,
    'locality': LOCALITY,
    'serviceAccount': { good: ['a'], odd: ['', 'A b'] },
  },
  repairs: [address],
};
