import { ADDRESS, ENDPOINT_PORT_NAME, LOCALITY } from './service-entry';
import { Dictionary, LABEL_KEY, LABEL_VALUE, PORT, Repair } from './words';

const METHODS = ['httpGet', 'tcpSocket', 'exec', 'grpc'];

const probe: Repair = (spec, random) => {
  if (String(spec.template?.address).startsWith('unix')) delete spec.template.ports;
  if (!spec.probe) return;
  if (spec.probe.grpc) {
    delete spec.probe.grpc;
    spec.probe.httpGet = { port: 80 };
  }
  if (!METHODS.some((method) => method in spec.probe)) spec.probe[random.pick(['httpGet', 'tcpSocket'])] = { port: 80 };
  if (spec.probe.exec?.command?.length === 0) spec.probe.exec.command = ['true'];
};

export const workloadGroup: Dictionary = {
  calm: 0.1,
  presence: { 'spec.probe': 0.6, 'spec.metadata': 0.5, 'metadata.labels': 0.7 },
  words: {
    'spec.template': { good: [], odd: [{}] },
    'address': ADDRESS,
    'ports{key}': ENDPOINT_PORT_NAME,
    'ports{}': PORT,
    'labels{key}': LABEL_KEY,
    'labels{}': LABEL_VALUE,
    'annotations{key}': LABEL_KEY,
    'locality': LOCALITY,
    'port': PORT,
    'scheme': { good: ['HTTP', 'HTTPS', ''], odd: ['http', 'TCP'] },
    'httpHeaders[].name': { good: ['x-a', 'X_b'], odd: ['', 'a b', ':a', 'ä'] },
    'command[]': { good: ['true'], odd: ['', ' '] },
    'path': { good: ['/healthz'], odd: ['', 'x'] },
  },
  repairs: [probe],
};
