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
  deprecatedLoadBalancer,
];
