// What a Kubernetes name, a port or an identity is in the mesh.
export { PortProtocol } from './semantics/port-protocol';
export { MeshPort, MeshPortOptions, MeshPortTarget } from './model/mesh-port';
export { CallerIdentity, IMeshCaller } from './model/identity';
export { MeshWorkload, MeshWorkloadAttributes, MeshWorkloadProps } from './model/mesh-workload';
export { MeshHostAttributes, MeshService, MeshServiceAttributes, MeshServiceOptions, MeshServiceProps } from './model/mesh-service';

// Which requests are meant.
export { StringMatch } from './model/string-match';
export { HttpMatch } from './model/http-match';

// The classes of Istio's own CRDs, loaded on first use.
export * as networking from './imports/networking.istio.io';
export * as security from './imports/security.istio.io';
export * as telemetry from './imports/telemetry.istio.io';
export * as extensions from './imports/extensions.istio.io';
