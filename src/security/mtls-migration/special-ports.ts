import { isToldPlaintext } from './client-tls';
import { Finding, podsOfTemplate } from './finding';
import { MigratedMesh, PortOfPods, containersOf } from './migrated-mesh';
import { MtlsPhase } from './mtls-edge';
import { PodTemplate, describeTemplate } from '../../model/pod-index';
import { PortProtocol } from '../../semantics/port-protocol';

/** FTP, SSH, SMTP, POP3, IMAP, submission, MySQL, VNC: the server speaks first, and the caller waits. */
const SERVER_FIRST_PORTS = [21, 22, 25, 110, 143, 587, 3306, 5900];

/** Ports that sidecars pass by, or where detecting what is spoken goes wrong, and pods that nothing protects. */
export function specialPorts(mesh: MigratedMesh): Finding[] {
  return [
    ...mesh.migratedPods.flatMap((pod) => unprotected(mesh, pod)),
    ...mesh.enforcing.flatMap((pod) => [
      ...distinctTargets(mesh.portsTo(pod)).flatMap((port) => [...passedBy(mesh, pod, port), ...serverFirst(pod, port)]),
      ...byAddress(mesh, pod),
    ]),
  ];
}

/** Whether callers of a port wait for the server to speak. */
export function isServerFirst(mesh: MigratedMesh, pods: readonly PodTemplate[], port: number | undefined): boolean {
  return pods.some((pod) => mesh.portsTo(pod).some((one) => one.target === port && speaksFirst(one)));
}

function speaksFirst({ protocol, number, target }: PortOfPods): boolean {
  return protocol === PortProtocol.MYSQL || (isStream(protocol) && (SERVER_FIRST_PORTS.includes(number) || SERVER_FIRST_PORTS.includes(target ?? 0)));
}

function isStream(protocol: PortProtocol): boolean {
  return protocol === PortProtocol.TCP || protocol === PortProtocol.AUTOMATIC;
}

function unprotected(mesh: MigratedMesh, pod: PodTemplate): Finding[] {
  const why = mesh.withoutSidecar(pod);
  if (why === undefined) return [];
  return [{
    caller: 'everybody',
    target: podsOfTemplate(pod),
    notEnforced: true,
    why: `${why}: STRICT protects pods with a sidecar only`,
    remedy: 'Take that out, or protect the pods by a NetworkPolicy.',
    source: pod.object.node.path,
  }];
}

/** Measured: clients with a sidecar send mutual TLS to whatever pod has one, which the application then gets. */
function passedBy(mesh: MigratedMesh, pod: PodTemplate, port: PortOfPods): Finding[] {
  if (port.target === undefined || mesh.captures(pod, port.target)) return [];
  const excluded = `the annotations of ${describeTemplate(pod)} lead port ${port.target} past the sidecar`;
  const common = { target: podsOfTemplate(pod), port: port.target, source: pod.object.node.path };
  return [
    {
      ...common,
      caller: 'callers without a sidecar',
      notEnforced: true,
      why: `${excluded}, so STRICT does not hold there`,
      remedy: 'Take the port out of the annotation, or protect it by a NetworkPolicy.',
    },
    ...isToldPlaintext(mesh, port) ? [] : [{
      ...common,
      caller: 'every client with a sidecar',
      breaksAt: MtlsPhase.INJECT,
      needsDisable: true,
      why: `${excluded}, and auto mTLS speaks mutual TLS to every port of a pod that has one: the application gets it`,
      remedy: `Take the port out of the annotation and keep it open (\`openPorts\`), or tell clients tls.mode DISABLE for port ${port.number} in a DestinationRule.`,
    }],
  ];
}

/** Measured: where the protocol is to be detected, the sidecar of the client waits for bytes that never come. */
function serverFirst(pod: PodTemplate, port: PortOfPods): Finding[] {
  if (port.protocol !== PortProtocol.AUTOMATIC || !speaksFirst(port)) return [];
  return [{
    caller: 'every client with a sidecar',
    target: podsOfTemplate(pod),
    port: port.target,
    breaksAt: MtlsPhase.INJECT,
    needsDisable: true,
    why: `the Service ${port.service.name} does not say what port ${port.number} speaks, and the server speaks first there: the sidecar of the client waits for its bytes to find out, and nobody begins`,
    remedy: 'Say it in the Service: appProtocol: tcp, or a name of the port that begins with "tcp".',
    source: port.service.object.node.path,
  }];
}

/** Peers of a StatefulSet that call each other by address are led by no Service, and so without mutual TLS. */
function byAddress(mesh: MigratedMesh, pod: PodTemplate): Finding[] {
  if (pod.object.kind !== 'StatefulSet') return [];
  const led = new Set(mesh.portsTo(pod).map(({ target }) => target));
  const ports = containersOf(pod.object.toJson()).flatMap((container: any) => container.ports ?? [])
    .filter(({ protocol }: any) => protocol !== 'UDP').map(({ containerPort }: any) => containerPort as number);
  return [...new Set(ports)].filter((port) => !led.has(port) && mesh.captures(pod, port)).map((port): Finding => ({
    caller: `peers of ${describeTemplate(pod)}`,
    target: podsOfTemplate(pod),
    port,
    breaksAt: MtlsPhase.STRICT,
    undeclared: true,
    why: 'no Service has this port: who calls it, calls the address of a pod, and sidecars speak plaintext to addresses',
    remedy: 'Give the port to the headless Service, so that sidecars know it, or keep it open (`openPorts`).',
    source: pod.object.node.path,
  }));
}

function distinctTargets(ports: readonly PortOfPods[]): PortOfPods[] {
  return ports.filter(({ target }, index) => ports.findIndex((other) => other.target === target) === index);
}
