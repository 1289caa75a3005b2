import { Construct } from 'constructs';
import { listenerName } from './gateway-listeners';
import { GatewayObject, parentRefs } from './gateway-object';
import { hostnames } from './kubernetes-routes';
import { nameOf } from '../gateway-routes';

/** Sends the clients of a host to HTTPS: a route of the gateway's own namespace. */
export function writeHttpsRedirect(scope: Construct, gateway: string, httpPort: number, host: string): void {
  const [namespace] = gateway.split('/');
  new GatewayObject(scope, `Redirect-${host}`, {
    kind: 'HTTPRoute',
    metadata: { name: `${nameOf(host)}-to-https`, namespace },
    spec: () => ({
      parentRefs: parentRefs(gateway, namespace, [listenerName('http', httpPort, host)]),
      hostnames: hostnames([host]),
      rules: [{
        matches: [{ path: { type: 'PathPrefix', value: '/' } }],
        filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } }],
      }],
    }),
  });
}
