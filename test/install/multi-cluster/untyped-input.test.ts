import { Chart, Testing } from 'cdk8s';
import * as library from '../../../src';

/** What a program without types may pass: every one is refused by what is wrong, never by what broke inside. */
const any = (value: unknown): any => value;

function clusters(props: any): () => void {
  const both = ['east', 'west'].map((name) => library.MeshCluster.primary({ name, apiServer: `https://${name}.example.com` }));
  const installation = { version: '1.31.1', certificateAuthority: library.CertificateAuthority.pluggedIn() };
  return () => new library.MultiClusterMesh({ meshId: 'shop', clusters: both, installation, ...props });
}

const cluster = (options: any) => () => library.MeshCluster.primary({ name: 'east', ...options });

test.each<[string, () => void, string]>([
  ['a mesh without props', () => new library.MultiClusterMesh(any(undefined)), '[MultiClusterMesh] undefined is given instead of props. Write new MultiClusterMesh('],
  ['a mesh by number', clusters({ meshId: 1 }), '[MultiClusterMesh] `meshId` is 1.'],
  ['one cluster for a list', clusters({ clusters: 'east' }), '[MultiClusterMesh shop] `clusters` is "east", not a list.'],
  ['clusters by name', clusters({ clusters: ['east', 'west'] }), '[MultiClusterMesh shop] `clusters` holds "east". Give MeshCluster.primary({ name })'],
  ['clusters without an installation', clusters({ installation: undefined }), '[MultiClusterMesh shop] undefined is given instead of props. Write installation: {'],
  ['a cluster by its name alone', () => library.MeshCluster.primary(any('east')), 'MeshCluster.primary: the options are "east". Give an object'],
  ['a remote cluster without a primary', () => library.MeshCluster.remote(any({ name: 'edge' })), 'MeshCluster.remote edge: `primary` is undefined.'],
  ['a cluster by number', cluster({ name: 1 }), 'MeshCluster.primary: `name` is 1.'],
  ['a network by number', cluster({ network: 1 }), 'MeshCluster.primary east: `network` is 1.'],
  ['an API server by number', cluster({ apiServer: 6443 }), 'MeshCluster.primary east: `apiServer` is 6443. Give its URL'],
  ['an API server that is null', cluster({ apiServer: null }), 'MeshCluster.primary east: `apiServer` is null.'],
  ['access by a token', cluster({ access: 'eyJ' }), 'MeshCluster.primary east: `access` is "eyJ". Give RemoteAccess.byCommand()'],
  ['a context by number', cluster({ kubeContext: 1 }), 'MeshCluster.primary east: `kubeContext` is 1, not a text.'],
  ['a gateway between networks by name', cluster({ eastWestGateway: 'istio' }), 'MeshCluster.primary east: `eastWestGateway` is "istio". Give InstalledGateway.eastWest().'],
  ['no gateway between networks in words', cluster({ withoutEastWestGateway: 'yes' }), 'MeshCluster.primary east: `withoutEastWestGateway` is "yes".'],
  ['an address of a control plane by number', cluster({ controlPlaneAddress: 1 }), 'MeshCluster.primary east: `controlPlaneAddress` is 1.'],
  ['a Secret by number', () => library.RemoteAccess.existingSecret(any(1)), 'RemoteAccess.existingSecret: 1 is not the name of a Secret'],
  ['a placeholder by number', () => library.RemoteAccess.placeholders(any({ token: 1 })), 'RemoteAccess.placeholders: `token` is no placeholder'],
  ['placeholders as a text', () => library.RemoteAccess.placeholders(any('${TOKEN}')), 'RemoteAccess.placeholders: the options are "${TOKEN}".'],
  ['a plan of a mesh by name', () => library.MultiClusterPlan.of(any('shop')), 'MultiClusterPlan.of: "shop" is given. Give a MultiClusterMesh.'],
  ['a cluster of a mesh by name', () => new library.MeshClusterInstallation(new Chart(Testing.app(), 'shop'), 'x', any({ mesh: 'shop', cluster: 'east' })), '[shop/x] `mesh` is "shop". Give a MultiClusterMesh.'],
])('%s is refused', (_, action, message) => {
  expect(action).toThrow(message);
});
