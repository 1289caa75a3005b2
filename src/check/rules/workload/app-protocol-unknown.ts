import { arrayOr, member, stringOr } from '../../../manifest/json';
import { Kind } from '../../../manifest/kinds';
import { PortProtocol, selectProtocol } from '../../../semantics/port-protocol';
import { defineRule } from '../../rule';

export const appProtocolUnknown = defineRule({
  code: 'MESH3625',
  slug: 'app-protocol-unknown',
  title: 'An `appProtocol` that Istio does not know hides the protocol in the name',
  severity: 'warning',
  preset: 'recommended',
  aliases: ['KIA0602'],
  sees: 'object',
  why: 'Where `appProtocol` is set, the name of the port is not looked at. Istio does not understand the value, so the protocol is guessed from the first bytes.',
  fix: 'Use a value that Istio knows (`http`, `http2`, `grpc`, `https`, `tls`, `tcp`, `kubernetes.io/h2c`, `kubernetes.io/ws` …), or drop `appProtocol`.',
  links: ['https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/', 'https://kiali.io/docs/features/validations/#kia0602'],
  examples: {
    valid: [{
      title: 'h2c as Kubernetes calls it',
      yaml: `
apiVersion: v1
kind: Service
metadata: { name: reviews, namespace: shop }
spec: { selector: { app: reviews }, ports: [{ name: http-web, port: 80, appProtocol: kubernetes.io/h2c }] }
`,
    }],
    invalid: [{
      title: 'h2c as Istio does not know it',
      yaml: `
apiVersion: v1
kind: Service
metadata: { name: reviews, namespace: shop }
spec: { selector: { app: reviews }, ports: [{ name: http-web, port: 80, appProtocol: h2c }] }
`,
    }],
  },
  kinds: [Kind.SERVICE],
  check(object, { report }) {
    arrayOr(member(member(object.json, 'spec'), 'ports')).forEach((port, i) => {
      const appProtocol = stringOr(member(port, 'appProtocol'));
      if (appProtocol === undefined) return;
      const name = stringOr(member(port, 'name')) ?? '';
      const protocol = stringOr(member(port, 'protocol'));
      const number = member(port, 'port');
      const known = { port: typeof number === 'number' ? number : undefined, protocol, name };
      if (selectProtocol({ ...known, appProtocol }) !== PortProtocol.AUTOMATIC) return;
      const byName = selectProtocol(known);
      if (byName === PortProtocol.AUTOMATIC) return;
      report({
        path: `spec.ports[${i}].appProtocol`,
        message: `Istio does not know appProtocol "${appProtocol}", and because of it the name ${name} does not count: the protocol is guessed, not ${byName}.`,
      });
    });
  },
});
