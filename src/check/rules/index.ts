import { Rule } from '../rule';
import { deprecatedLoadBalancer } from './destination-rule/deprecated-load-balancer';
import { gatewayCertificateShared } from './gateway/gateway-certificate-shared';
import { gatewayCredentialMissing } from './gateway/gateway-credential-missing';
import { gatewayCredentialUnusable } from './gateway/gateway-credential-unusable';
import { gatewayHostOpenToAll } from './gateway/gateway-host-open-to-all';
import { gatewayMutualHostAlsoSimple } from './gateway/gateway-mutual-host-also-simple';
import { gatewayPortNotServed } from './gateway/gateway-port-not-served';
import { gatewayPortProtocolsClash } from './gateway/gateway-port-protocols-clash';
import { gatewaySelectsNothing } from './gateway/gateway-selects-nothing';
import { gatewaysServeOneTlsHost } from './gateway/gateways-serve-one-tls-host';
import { gatewaysSharePlainHost } from './gateway/gateways-share-plain-host';
import { hostNetworkNotInjected } from './injection/host-network-not-injected';
import { imageAutoNotInjected } from './injection/image-auto-not-injected';
import { injectionLabelMisplaced } from './injection/injection-label-misplaced';
import { injectionLabelValue } from './injection/injection-label-value';
import { injectionWebhooksOverlap } from './injection/injection-webhooks-overlap';
import { invalidAnnotation } from './injection/invalid-annotation';
import { misplacedAnnotation } from './injection/misplaced-annotation';
import { namespaceInjectedByDefault } from './injection/namespace-injected-by-default';
import { namespaceNotInjected } from './injection/namespace-not-injected';
import { namespaceTwoInjectionLabels } from './injection/namespace-two-injection-labels';
import { podAnnotationOnNamespace } from './injection/pod-annotation-on-namespace';
import { podOptsOutOfInjection } from './injection/pod-opts-out-of-injection';
import { sidecarWithoutResources } from './injection/sidecar-without-resources';
import { trafficExcludedFromMesh } from './injection/traffic-excluded-from-mesh';
import { unknownAnnotation } from './injection/unknown-annotation';

/** Every rule of the analysis layer, by theme and code. */
export const RULES: readonly Rule[] = [
  gatewaySelectsNothing,
  gatewayPortNotServed,
  gatewayCredentialMissing,
  gatewayCredentialUnusable,
  gatewayCertificateShared,
  gatewaysServeOneTlsHost,
  gatewaysSharePlainHost,
  gatewayPortProtocolsClash,
  gatewayHostOpenToAll,
  gatewayMutualHostAlsoSimple,
  namespaceNotInjected,
  namespaceTwoInjectionLabels,
  namespaceInjectedByDefault,
  imageAutoNotInjected,
  injectionLabelValue,
  injectionLabelMisplaced,
  podAnnotationOnNamespace,
  misplacedAnnotation,
  unknownAnnotation,
  invalidAnnotation,
  podOptsOutOfInjection,
  hostNetworkNotInjected,
  trafficExcludedFromMesh,
  sidecarWithoutResources,
  injectionWebhooksOverlap,
  deprecatedLoadBalancer,
];
