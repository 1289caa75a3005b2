import { checkAuthorizationPolicy } from './authorization-policy';
import { checkDestinationRule } from './destination-rule';
import { checkEnvoyFilter } from './envoy-filter';
import { checkGateway } from './gateway';
import { checkPeerAuthentication } from './peer-authentication';
import { checkProxyConfig } from './proxy-config';
import { checkRequestAuthentication } from './request-authentication';
import { checkServiceEntry } from './service-entry';
import { checkSidecar } from './sidecar';
import { checkTelemetry } from './telemetry';
import { checkTrafficExtension } from './traffic-extension';
import { checkVirtualService } from './virtual-service';
import { checkWasmPlugin } from './wasm-plugin';
import { WebhookCheck } from './webhook-check';
import { checkWorkloadEntry } from './workload-entry';
import { checkWorkloadGroup } from './workload-group';
import { Kind } from '../../manifest/kinds';

/** The webhook layer: one check a kind. */
export const WEBHOOK_CHECKS: ReadonlyMap<string, WebhookCheck> = new Map([
  [Kind.VIRTUAL_SERVICE, checkVirtualService],
  [Kind.DESTINATION_RULE, checkDestinationRule],
  [Kind.GATEWAY, checkGateway],
  [Kind.SERVICE_ENTRY, checkServiceEntry],
  [Kind.SIDECAR, checkSidecar],
  [Kind.WORKLOAD_ENTRY, checkWorkloadEntry],
  [Kind.WORKLOAD_GROUP, checkWorkloadGroup],
  [Kind.ENVOY_FILTER, checkEnvoyFilter],
  [Kind.PROXY_CONFIG, checkProxyConfig],
  [Kind.PEER_AUTHENTICATION, checkPeerAuthentication],
  [Kind.REQUEST_AUTHENTICATION, checkRequestAuthentication],
  [Kind.AUTHORIZATION_POLICY, checkAuthorizationPolicy],
  [Kind.TELEMETRY, checkTelemetry],
  [Kind.WASM_PLUGIN, checkWasmPlugin],
  [Kind.TRAFFIC_EXTENSION, checkTrafficExtension],
] as [string, WebhookCheck][]);
