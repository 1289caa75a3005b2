import { authorizationPolicy } from './authorization-policy';
import { destinationRule } from './destination-rule';
import { envoyFilter } from './envoy-filter';
import { gateway } from './gateway';
import { peerAuthentication } from './peer-authentication';
import { proxyConfig } from './proxy-config';
import { requestAuthentication } from './request-authentication';
import { serviceEntry } from './service-entry';
import { sidecar } from './sidecar';
import { telemetry } from './telemetry';
import { trafficExtension } from './traffic-extension';
import { virtualService } from './virtual-service';
import { wasmPlugin } from './wasm-plugin';
import { Dictionary } from './words';
import { workloadEntry } from './workload-entry';
import { workloadGroup } from './workload-group';

export const DICTIONARIES: Readonly<Record<string, Dictionary>> = {
  VirtualService: virtualService,
  DestinationRule: destinationRule,
  Gateway: gateway,
  ServiceEntry: serviceEntry,
  Sidecar: sidecar,
  WorkloadEntry: workloadEntry,
  WorkloadGroup: workloadGroup,
  EnvoyFilter: envoyFilter,
  ProxyConfig: proxyConfig,
  PeerAuthentication: peerAuthentication,
  RequestAuthentication: requestAuthentication,
  AuthorizationPolicy: authorizationPolicy,
  Telemetry: telemetry,
  WasmPlugin: wasmPlugin,
  TrafficExtension: trafficExtension,
};
