import { Kind } from '../../../manifest/kinds';
import { defineRule } from '../../rule';

const BUNDLE_VERSION = 'gateway.networking.k8s.io/bundle-version';

/** The oldest version of the Gateway API whose definition istiod reads, by the name of the CRD. */
const OLDEST: ReadonlyMap<string, readonly [number, number, number]> = new Map([
  ['grpcroutes.gateway.networking.k8s.io', [1, 1, 0]],
  ['backendtlspolicies.gateway.networking.k8s.io', [1, 4, 0]],
  ['tlsroutes.gateway.networking.k8s.io', [1, 5, 0]],
  ['tcproutes.gateway.networking.k8s.io', [1, 6, 0]],
]);

const crd = (version: string) => `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: tlsroutes.gateway.networking.k8s.io
  annotations: { gateway.networking.k8s.io/bundle-version: ${version}, gateway.networking.k8s.io/channel: experimental }
spec:
  group: gateway.networking.k8s.io
  names: { kind: TLSRoute, listKind: TLSRouteList, plural: tlsroutes, singular: tlsroute }
  scope: Namespaced
  versions: [{ name: v1alpha2, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }]
`;

export const gatewayApiCrdTooOld = defineRule({
  code: 'MESH4201',
  slug: 'gateway-api-crd-too-old',
  title: 'A CRD of the Gateway API is older than istiod reads',
  severity: 'warning',
  preset: 'istio',
  aliases: ['IST0176'],
  sees: 'object',
  why: 'istiod passes over the kind without a word in its status: routes of that kind are not carried out, and the listeners that wait for them serve nothing.',
  fix: 'Install the CRDs of a newer version of the Gateway API.',
  links: ['https://istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api/', 'https://github.com/kubernetes-sigs/gateway-api/releases'],
  examples: {
    valid: [{ title: 'the version that istiod asks for', yaml: crd('v1.5.0') }],
    invalid: [{ title: 'an older one', yaml: crd('v1.4.1') }],
  },
  kinds: [Kind.CUSTOM_RESOURCE_DEFINITION],
  check({ name, annotations }, { report }) {
    const oldest = OLDEST.get(name);
    const written = annotations[BUNDLE_VERSION];
    if (oldest === undefined || written === undefined) return;
    const version = VERSION.exec(written);
    if (version === null) return;
    const parts = [1, 2, 3].map((i) => Number(version[i] ?? 0));
    const different = parts.findIndex((part, i) => part !== oldest[i]);
    if (different < 0 || parts[different] > oldest[different]) return;
    report({
      path: `metadata.annotations["${BUNDLE_VERSION}"]`,
      message: `${name} is of version ${written} of the Gateway API, and istiod reads it from v${oldest.join('.')}.`,
      fix: `Install the CRDs of the Gateway API v${oldest.join('.')} or newer.`,
    });
  },
});

/** Pre-releases count as their release. */
const VERSION = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:[-+].*)?$/;
