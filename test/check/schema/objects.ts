import { Admission } from '../../../src/check/schema/admission';
import { admit } from '../../../src/check/schema/admit';
import { JsonObject } from '../../../src/manifest/json';
import { toMeshObject } from '../../../src/manifest/to-mesh-object';

const GROUPS: Readonly<Record<string, string>> = {
  AuthorizationPolicy: 'security.istio.io/v1',
  DestinationRule: 'networking.istio.io/v1',
  EnvoyFilter: 'networking.istio.io/v1alpha3',
  Gateway: 'networking.istio.io/v1',
  PeerAuthentication: 'security.istio.io/v1',
  ProxyConfig: 'networking.istio.io/v1beta1',
  RequestAuthentication: 'security.istio.io/v1',
  ServiceEntry: 'networking.istio.io/v1',
  Sidecar: 'networking.istio.io/v1',
  Telemetry: 'telemetry.istio.io/v1',
  TrafficExtension: 'extensions.istio.io/v1alpha1',
  VirtualService: 'networking.istio.io/v1',
  WasmPlugin: 'extensions.istio.io/v1alpha1',
  WorkloadEntry: 'networking.istio.io/v1',
  WorkloadGroup: 'networking.istio.io/v1',
};

/** An object of one of Istio's kinds with a spec that nobody vouches for. */
export function objectOf(kind: string, spec: any, metadata: any = { name: 'a' }): any {
  return { apiVersion: GROUPS[kind], kind, metadata, spec };
}

export function admitted(object: any): Admission {
  return admit(toMeshObject(object as JsonObject, {}, 'default'));
}

/** What is said about an object: `rule path`, a line each. */
export function complaints(object: any): string[] {
  return admitted(object).problems.map(({ rule, path }) => `${rule} ${path}`);
}

/** A value as it would come from a text: nothing is inherited. */
export function fromText(text: string): any {
  return JSON.parse(text, (_, value) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.setPrototypeOf(value, null) : value));
}
