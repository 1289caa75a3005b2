import { CalledPods, Finding, podsOfTemplate } from './finding';
import { MigratedMesh, PortOfPods, WrittenObject, portsOf } from './migrated-mesh';
import { MtlsPhase } from './mtls-edge';
import { PodTemplate } from '../../model/pod-index';

const NETWORKING = 'networking.istio.io';
/** Of what these say, auto mTLS no longer decides. */
const OTHERWISE = ['DISABLE', 'SIMPLE', 'MUTUAL'];

/** The TLS mode that an object tells clients to use for a host and a port. */
interface ToldTls {
  readonly rule: WrittenObject;
  readonly host: string;
  /** The Service's port; undefined for every port that nothing else is said of. */
  readonly port?: number;
  readonly mode: string;
}

/** Clients with a sidecar that are told to speak something else than mutual TLS. */
export function otherTls(mesh: MigratedMesh): Finding[] {
  return [...destinationRules(mesh), ...externalEntries(mesh)];
}

/** Whether a DestinationRule tells all clients to speak plaintext to a port of a Service: one of another namespace tells that one's only. */
export function isToldPlaintext(mesh: MigratedMesh, { service, number }: PortOfPods): boolean {
  return toldTls(mesh).some(({ host, port, mode, rule }) => mode === 'DISABLE'
    && rule.namespace === service.namespace && (port ?? number) === number && covers(host, rule.namespace, service));
}

function destinationRules(mesh: MigratedMesh): Finding[] {
  return toldTls(mesh).filter(({ mode }) => OTHERWISE.includes(mode)).flatMap((told) => mesh.namespaces.flatMap((namespace) => {
    const services = mesh.servicesOf(namespace).filter((service) => covers(told.host, told.rule.namespace, service));
    const known = services.flatMap((service) => mesh.behind(service).flatMap((pod) => portsOf(service, pod)
      .filter(({ number, target }) => (told.port ?? number) === number && (target === undefined || mesh.captures(pod, target)))
      .map(({ target }) => findingOf(told, podsOfTemplate(pod), target))));
    if (services.some((service) => mesh.behind(service).length > 0)) return known;
    const name = serviceName(told.host, told.rule.namespace, namespace);
    return name === undefined ? [] : [findingOf(told, { namespace, name }, undefined)];
  }));
}

function findingOf({ rule, mode, port }: ToldTls, target: CalledPods, podPort: number | undefined): Finding {
  const where = port === undefined ? '' : ` for port ${port}`;
  return {
    caller: rule.namespace === target.namespace ? 'every client with a sidecar' : `clients with a sidecar in ${rule.namespace}`,
    target,
    port: podPort,
    breaksAt: MtlsPhase.STRICT,
    why: `DestinationRule ${rule.namespace}/${rule.name} tells them tls.mode ${mode}${where}, and that is taken before auto mTLS`,
    remedy: 'Take `tls` out of it: clients then speak mutual TLS wherever the pods do.',
    source: rule.object.node.path,
  };
}

/** Every mode that DestinationRules of the App say. A port without one of its own takes the whole rule's. */
function toldTls(mesh: MigratedMesh): ToldTls[] {
  return mesh.ofKind('DestinationRule', NETWORKING).flatMap((rule) => {
    const { host = '', trafficPolicy, subsets = [] } = rule.json.spec ?? {};
    const policies = [trafficPolicy, ...subsets.map((subset: any) => subset.trafficPolicy)].filter(Boolean);
    return policies.flatMap((policy: any): ToldTls[] => [
      ...policy.tls?.mode === undefined ? [] : [{ rule, host, mode: policy.tls.mode }],
      ...(policy.portLevelSettings ?? []).flatMap((setting: any) =>
        (setting.tls?.mode === undefined ? [] : [{ rule, host, mode: setting.tls.mode, port: setting.port?.number }])),
    ]);
  });
}

/** Whether the host of an object in a namespace means a Service. */
function covers(host: string, ownNamespace: string, { name, namespace }: WrittenObject): boolean {
  if (host === '*') return true;
  if (host.startsWith('*.')) return isWildcardOver(host, name, namespace);
  return serviceName(host, ownNamespace, namespace) === name;
}

/** Wildcards end like full names do, with the cluster's domain. */
function isWildcardOver(host: string, name: string, namespace: string): boolean {
  const [inside] = `${host}.`.split('.svc.');
  return inside === '*' || inside === `*.${namespace}` || inside === `*.${name}.${namespace}` || /^\*\.(cluster\.)?local$/.test(host);
}

/** The Service's name where a host means one of the namespace. */
function serviceName(host: string, ownNamespace: string, namespace: string): string | undefined {
  const [name, second = ownNamespace, third = 'svc'] = host.split('.');
  return name !== '*' && second === namespace && third === 'svc' ? name : undefined;
}

/** Entries for hosts outside of the mesh that lead back into it: auto mTLS never holds for these. */
function externalEntries(mesh: MigratedMesh): Finding[] {
  return mesh.ofKind('ServiceEntry', NETWORKING).flatMap((entry) => {
    const { location = 'MESH_EXTERNAL', hosts = [], endpoints = [], workloadSelector, ports = [] } = entry.json.spec ?? {};
    if (location !== 'MESH_EXTERNAL') return [];
    const selected = mesh.isMigrated(entry.namespace) && workloadSelector?.labels ? mesh.selected(entry.namespace, workloadSelector.labels) : [];
    const named = [...hosts, ...endpoints.map(({ address }: any) => address)].flatMap((host: string) => mesh.namespaces
      .flatMap((namespace) => mesh.servicesOf(namespace))
      .filter((service) => host.includes('.svc') && covers(host, entry.namespace, service))
      .flatMap((service) => mesh.behind(service)));
    return [...new Set<PodTemplate>([...selected, ...named])].flatMap((pod) => targetsOf(ports, pod).map((port): Finding => ({
      caller: `clients of ${hosts.join(', ')}`,
      target: podsOfTemplate(pod),
      port,
      breaksAt: MtlsPhase.STRICT,
      why: `ServiceEntry ${entry.namespace}/${entry.name} leads to it as MESH_EXTERNAL, which sidecars speak plaintext to`,
      remedy: 'Say location: MESH_INTERNAL in it, or call the Service by its own name.',
      source: entry.object.node.path,
    })));
  });
}

function targetsOf(ports: any[], { facts }: PodTemplate): (number | undefined)[] {
  const known = ports.map(({ number, targetPort }) => targetPort ?? number)
    .filter((port) => Object.keys(facts.namedPorts).length === 0 || Object.values(facts.namedPorts).includes(port));
  return known.length === 0 ? [undefined] : known;
}
