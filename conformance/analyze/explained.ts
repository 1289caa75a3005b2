/** Messages that only one side says about some object, with the reason. */
export interface Explanation {
  readonly only: 'Istio' | 'us';
  readonly code: string;
  readonly because: string;
  /** Objects by the name of their mesh, without the namespace `default`; everywhere if left out. */
  readonly about?: Readonly<Record<string, readonly string[]>>;
}

export const EXPLAINED: readonly Explanation[] = [
  // --- what no manifest can tell ---------------------------------------------------------------
  { only: 'Istio', code: 'IST0103', because: 'about Pods that run: what is written down has no sidecar yet, as the injector adds it to the Pod' },
  { only: 'Istio', code: 'IST0158', because: 'about Pods that run: they have the image of the time when they were injected' },
  { only: 'Istio', code: 'IST0171', because: 'reads `status`, which controllers write and manifests do not have' },
  { only: 'Istio', code: 'IST0163', because: 'about the webhooks that an external control plane installs by itself' },
  { only: 'Istio', code: 'IST0164', because: 'about the webhooks that an external control plane installs by itself' },

  // --- what Istio says although there is nothing wrong, or twice --------------------------------
  {
    only: 'Istio',
    code: 'IST0101',
    because: 'the Gateway selects `istio: ingressgateway`, the gateway of Istio\'s default installation, which whoever writes Gateways rarely has in sight',
    about: { 'virtualservice_gateways.yaml': ['Gateway another/crossnamespace-gw', 'Gateway httpbin-gateway'] },
  },
  {
    only: 'Istio',
    code: 'IST0109',
    because: 'the hosts `*.d` and `*.productpage.d` are no conflict: the longer one is looked at first',
    about: { 'virtualservice_conflictingmeshgatewayhosts_with_exportto.yaml': ['VirtualService bar/productpage-d', 'VirtualService foo/productpage-d'] },
  },
  {
    only: 'Istio',
    code: 'IST0132',
    because: 'the Gateway does not exist, which both say (IST0101); that its hosts do not match follows',
    about: {
      'virtualservice_conflictingmeshgatewayhosts.yaml': [
        'VirtualService bar/ratings', 'VirtualService bar/reviews', 'VirtualService team2/ratings', 'VirtualService team4/ratings',
      ],
      'virtualservice_dupmatches.yaml': ['VirtualService almost-duplicate-tcp-match', 'VirtualService duplicate-empty-tcp', 'VirtualService duplicate-tcp-match'],
      'virtualservice_dupmatches.yaml + virtualservice_overlappingmatches.yaml': [
        'VirtualService almost-duplicate-tcp-match', 'VirtualService duplicate-empty-tcp', 'VirtualService duplicate-tcp-match',
      ],
      'virtualservice_gateways.yaml': ['VirtualService httpbin-bogus'],
      'samples/tcp-echo/tcp-echo-20-v2.yaml': ['VirtualService tcp-echo'],
    },
  },
  {
    only: 'Istio',
    code: 'IST0162',
    because: '8080 is the port of the default gateway\'s Pods behind port 80 of its Service: it is served',
    about: { 'samples/bookinfo/networking/bookinfo-gateway.yaml': ['Gateway bookinfo-gateway'] },
  },
  {
    only: 'Istio',
    code: 'IST0162',
    because: 'the Service leads port 80 to 8080 of the Pods, which is where istiod lets the gateway listen: gateway tests of this suite send requests that way',
    about: {
      'examples/bookinfo': ['Gateway istio-ingress/public'],
      'examples/canary': ['Gateway istio-ingress/public'],
      'examples/public-api': ['Gateway edge/public'],
      'examples/zero-trust': ['Gateway istio-ingress/public'],
    },
  },
  {
    only: 'Istio',
    code: 'IST0146',
    because: 'the namespace is labelled for injection; the injector\'s webhook belongs to the installation of Istio, not to the example',
    about: {
      'examples/bookinfo': ['Deployment istio-ingress/ingress'],
      'examples/canary': ['Deployment istio-ingress/ingress'],
      'examples/public-api': ['Deployment edge/public'],
      'examples/zero-trust': ['Deployment istio-ingress/ingress'],
    },
  },
  {
    only: 'Istio',
    code: 'IST0133',
    because: 'what the webhook warns of is meant, and silenced with the reason by the constructs that write it',
    about: {
      'examples/ambient': ['AuthorizationPolicy shop/require-token-accounts-at-waypoint'],
      'examples/public-api': ['AuthorizationPolicy edge/require-token-public', 'AuthorizationPolicy edge/ip-allow-list-public', 'EnvoyFilter edge/public-rate-limit'],
    },
  },
  {
    only: 'Istio',
    code: 'IST0173',
    because: 'the Service has no selector, so its endpoints are not of Pods that anybody could look for',
    about: { 'virtualservice_route_rule_no_effects_ingress.yaml': ['DestinationRule ratings'] },
  },

  // --- what the API server refuses: it never reaches Istio, and we say that instead --------------
  {
    only: 'Istio',
    code: 'IST0133',
    because: 'the API server refuses the EnvoyFilter for a field that does not exist, so nobody gets to warn of it',
    about: {
      'deprecation.yaml': ['EnvoyFilter istio-system/istio-multicluster-egressgateway'],
      'envoy-filter-add-operation.yaml': ['EnvoyFilter bookinfo/test-auth-4', 'EnvoyFilter bookinfo/test-auth-5'],
    },
  },
  {
    only: 'Istio',
    code: 'IST0133',
    because: 'said once: our rule for IST0134 says more than the webhook\'s warning of the same, and takes its place',
    about: { 'serviceentry-address-required-uppercase.yaml': ['ServiceEntry address-missing-uppercase'] },
  },
  {
    only: 'Istio',
    code: 'IST0159',
    because: 'the API server refuses one of the two, which has both a selector and a targetRef',
    about: { 'k8sgateway-selector.yaml': ['Telemetry telemetry-effective', 'Telemetry telemetry-ineffective'] },
  },

  // --- what Istio does not see -------------------------------------------------------------------
  {
    only: 'us',
    code: 'IST0002',
    because: 'Istio looks at CRDs of removed kinds, we at their objects too',
    about: { 'deprecation.yaml': ['QuotaSpec istio-system/request-count'] },
  },
  {
    only: 'us',
    code: 'IST0135',
    because: 'the annotation stands in the template of the Pods, where it works and where Istio does not look',
    about: {
      'deployment-multi-service.yaml': ['Deployment bookinfo/deployment-out-mesh', 'Deployment injection-disabled-ns/ann-enabled-ns-disabled'],
      'samples/addons/extras/skywalking.yaml': ['Deployment istio-system/skywalking-ui'],
    },
  },
  {
    only: 'us',
    code: 'IST0138',
    because: 'two Gateways present one certificate on the same Pods: Istio says it of the one with the wider selector, we of both',
    about: { 'gateway-duplicate-certificate.yaml': ['Gateway istio-system/gateway-02-test-02', 'Gateway istio-system/gateway-02-test-03'] },
  },
  {
    only: 'us',
    code: 'IST0161',
    because: 'the key in the Secret belongs to another certificate (openssl agrees), which Istio does not compare and Envoy refuses',
    about: { 'gateway-secrets.yaml': ['Gateway defaultgateway-noerrors'] },
  },

  // --- rules that are not written yet: none of these may stay -------------------------------------
  { only: 'Istio', code: 'IST0165', because: "istiod's webhook refuses the name, so that it never comes to the analysis" },
];
