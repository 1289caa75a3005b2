import { MigratedMesh } from './migrated-mesh';
import { MtlsPhase } from './mtls-edge';
import { OpenPorts } from './open-ports';
import { PlannedObject } from '../../model/plan-files';
import { Injection } from '../injection';
import { MtlsMode } from '../mtls-mode';

const INJECTION_LABELS = ['istio-injection', 'istio.io/rev'];

/**
 * The objects of a phase: in every phase the same ones, so that each is a complete state that any other leads to. Open
 * ports come before what closes the others.
 */
export function objectsOfPhase(phase: MtlsPhase, mesh: MigratedMesh, injection: Injection, open: OpenPorts): PlannedObject[] {
  const mode = phase === MtlsPhase.STRICT ? MtlsMode.STRICT : MtlsMode.PERMISSIVE;
  return [
    ...mesh.namespaces.map((name) => namespaceObject(mesh, name, phase === MtlsPhase.INSTALL ? undefined : injection)),
    ...open.objects(mode),
    ...mesh.namespaces.map((namespace) => peerAuthentication(namespace, mode)),
  ];
}

/** As the App renders it, where it does, with the label of this phase: none before sidecars are there. */
function namespaceObject(mesh: MigratedMesh, name: string, injection: Injection | undefined): PlannedObject {
  const written = mesh.namespaceObject(name)?.json ?? { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  const own = Object.entries(written.metadata.labels ?? {}).filter(([label]) => !INJECTION_LABELS.includes(label));
  const labels = Object.fromEntries([...own, ...injection ? [[injection._label, injection._value]] : []]);
  // cdk8s puts every object into its chart's namespace, and a Namespace is in none.
  const { labels: _, namespace: __, ...metadata } = written.metadata;
  return {
    kind: 'Namespace', namespace: '', name, json: { ...written, metadata: { ...metadata, ...Object.keys(labels).length > 0 ? { labels } : {} } },
  };
}

function peerAuthentication(namespace: string, mode: MtlsMode): PlannedObject {
  return {
    kind: 'PeerAuthentication',
    namespace,
    name: 'default',
    json: { apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { name: 'default', namespace }, spec: { mtls: { mode } } },
  };
}
