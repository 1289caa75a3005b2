/** Objects that many examples of rules need besides the one they are about, as YAML documents. */

/** A Service, by default with one port for HTTP. */
export function serviceYaml(name: string, namespace: string, ports = '[{ name: http, port: 80 }]'): string {
  return `---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  selector: { app: ${name} }
  ports: ${ports}
`;
}

/** The Deployment of one version. */
export function deploymentYaml(name: string, namespace: string, version = 'v1', replicas = ''): string {
  return `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}-${version}, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: ${name}, version: ${version} } }${replicas === '' ? '' : `\n  replicas: ${replicas}`}
  template:
    metadata: { labels: { app: ${name}, version: ${version} } }
    spec:
      containers: [{ name: ${name}, image: "registry.example.com/${name}:1.0.0", ports: [{ containerPort: 8080 }] }]
`;
}

/** A DestinationRule with subsets v1, v2 …, and the Deployments that they select. */
export function subsetsYaml(name: string, namespace: string, versions: readonly string[] = ['v1', 'v2']): string {
  const subsets = versions.map((version) => `{ name: ${version}, labels: { version: ${version} } }`).join(', ');
  return `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  host: ${name}
  subsets: [${subsets}]
${versions.map((version) => deploymentYaml(name, namespace, version)).join('')}`;
}

/** A Gateway, its Service and its Deployment. */
export function gatewayYaml(name: string, namespace: string, hosts: string, server = '{ number: 80, name: http, protocol: HTTP }', tls = ''): string {
  return `---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  selector: { app: gateway }
  servers: [{ port: ${server}, hosts: ${hosts}${tls === '' ? '' : `, tls: ${tls}`} }]
---
apiVersion: v1
kind: Service
metadata: { name: gateway, namespace: ${namespace} }
spec:
  selector: { app: gateway }
  ports: [{ name: http, port: 80 }, { name: https, port: 443 }, { name: tcp-db, port: 5432 }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: gateway, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: gateway } }
  template:
    metadata:
      labels: { app: gateway, sidecar.istio.io/inject: "true" }
      annotations: { inject.istio.io/templates: gateway }
    spec:
      containers: [{ name: istio-proxy, image: auto }]
`;
}

/** A RequestAuthentication for pods that are labelled with its name. */
export function requestAuthenticationYaml(name: string, namespace: string): string {
  return `---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: ${name}, namespace: ${namespace} }
spec: { selector: { matchLabels: { app: ${name} } }, jwtRules: [{ issuer: "https://id.example.com", jwksUri: "https://id.example.com/jwks.json" }] }
`;
}

/** A VirtualService at the gateway of `gatewayYaml`, with one condition on a claim, its Service and the gateway. */
export function claimRouteYaml(field: string, condition: string): string {
  return `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: cart, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [edge/public]
  http:
    - match: [{ ${field}: { "@request.auth.claims.group": ${condition} } }]
      route: [{ destination: { host: cart } }]
${serviceYaml('cart', 'shop')}${gatewayYaml('public', 'edge', '[shop.example.com]')}`;
}

/** The gateway of `gatewayYaml` verifies tokens, and takes no request without one. */
export function verifyingGatewayYaml(): string {
  return `${requestAuthenticationYaml('gateway', 'edge')}---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: gateway, namespace: edge }
spec: { selector: { matchLabels: { app: gateway } }, rules: [{ from: [{ source: { requestPrincipals: ["*"] } }] }] }
`;
}
