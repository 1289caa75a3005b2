import { TelemetryBackendOptions } from './telemetry-provider-options';
import { MeshService } from '../model/mesh-service';
import { describeValue } from '../semantics/describe-value';
import { isDnsName } from '../semantics/kubernetes-name';
import { PortProtocol, isGrpc } from '../semantics/port-protocol';

/** What Envoy can send HTTP/2 to, which gRPC needs. */
const HTTP2 = [PortProtocol.AUTOMATIC, PortProtocol.HTTP2];

/**
 * The service and port that telemetry is sent to, as the mesh configuration has them; ports of a Service may be known at synth only.
 *
 * @param usual the port in examples
 */
export function telemetryBackend(options: TelemetryBackendOptions, usual: number, overGrpc: boolean): () => { service: string; port: number } {
  const { service, host, port } = options;
  const example = `{ service: collector, port: ${usual} } or { host: 'collector.observability.svc.cluster.local', port: ${usual} }`;
  if (service !== undefined && host !== undefined) throw new Error(`\`service\` and \`host\` are both given. Keep one of them: ${example}.`);
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65_535)) throw new Error(`\`port\` is ${describeValue(port)}. Give a number from 1 to 65535, for example ${usual}.`);
  if (service === undefined) {
    if (host === undefined) throw new Error(`neither \`service\` nor \`host\` is given. Say who takes it: ${example}.`);
    if (typeof host !== 'string' || !isDnsName(host) || !host.includes('.')) throw new Error(`\`host\` is ${describeValue(host)}. Give a full name, for example "collector.observability.svc.cluster.local".`);
    if (port === undefined) throw new Error(`\`port\` is not given, and nothing else says which port of ${host} it is. Give for example ${usual}.`);
    return () => ({ service: host, port });
  }
  if (!(service instanceof MeshService)) throw new Error(`\`service\` is ${describeValue(service)}. Give the MeshService that takes it, or its name as \`host\`: ${example}.`);
  return () => {
    const number = portOf(service, port, overGrpc);
    const namespace = service._registryNamespace;
    return { service: namespace === undefined ? service.host : `${namespace}/${service.host}`, port: number };
  };
}

function portOf(service: MeshService, port: number | undefined, overGrpc: boolean): number {
  const { streams } = service._ports;
  if (port === undefined && streams.length !== 1) throw new Error(`${service.name} has ${service._ports.list()}. Give the \`port\` that takes it.`);
  const found = port === undefined ? streams[0] : service._ports.find(port);
  if (found === undefined) throw new Error(`there is no port ${port} of ${service.name}, which has ${service._ports.list()}.`);
  if (overGrpc && !isGrpc(found.protocol) && !HTTP2.includes(found.protocol)) {
    throw new Error(`port ${found.toString()} of ${service.name} is sent gRPC, for which proxies have to know it as such. Say so in the Service (appProtocol: grpc, or a port name that starts with "grpc"), or here: MeshPort.grpc(${found.number}).`);
  }
  return found.number;
}
