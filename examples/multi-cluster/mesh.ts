import { CertificateAuthority, MeshAccessLog, MeshCluster, MultiClusterMesh, RemoteAccess } from 'cdk8s-istio';

/** Two regions with a control plane each, and a small cluster at the edge that is served by the first. */
export const mesh = new MultiClusterMesh({
  meshId: 'shop',
  clusters: [
    MeshCluster.primary({
      name: 'east',
      network: 'east-net',
      apiServer: 'https://api.east.example.com:6443',
      // Reserved before: the cluster at the edge finds its control plane there.
      controlPlaneAddress: '203.0.113.10',
    }),
    MeshCluster.primary({ name: 'west', network: 'west-net', apiServer: 'https://api.west.example.com:6443' }),
    MeshCluster.remote({
      name: 'edge',
      network: 'edge-net',
      primary: 'east',
      // An operator of the platform team keeps this Secret, with a token that it renews.
      access: RemoteAccess.existingSecret('edge-api-server'),
    }),
  ],
  installation: {
    version: '1.31.1',
    // Each control plane signs with a certificate of its own, of one root: so the clusters believe each other.
    certificateAuthority: CertificateAuthority.pluggedIn(),
    // A caller finds services, too, that are not deployed in its own cluster.
    meshConfig: { accessLog: MeshAccessLog.json(), dnsProxying: true },
  },
});
