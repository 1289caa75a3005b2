import { App, Chart } from 'cdk8s';
import {
  LocalityPolicy, LocalityPreference, MeshClusterInstallation, MeshNamespace, MeshService, MtlsMode, MtlsPolicy, PolicyScope,
} from 'cdk8s-istio';
import { Application } from './application';
import { mesh } from './mesh';

/** All that one cluster gets: its part of the mesh, and the shop. */
export class ShopCluster {
  public readonly istio: MeshClusterInstallation;

  constructor(app: App, cluster: string) {
    this.istio = new MeshClusterInstallation(new Chart(app, 'istio'), 'istio', { mesh, cluster });

    const shop = new Chart(app, 'shop', { namespace: 'shop' });
    new MeshNamespace(shop, 'namespace', { name: 'shop' });
    const { service, deployment: workload } = new Application(shop, 'orders');
    new Application(shop, 'frontend');

    // Policies are read in the clusters with a control plane.
    if (!mesh.isPrimary(cluster)) return;
    const orders = new MeshService(shop, 'orders-mesh', { service, workload });
    new LocalityPolicy(shop, 'stay', { service: orders, preference: LocalityPreference.failover({ 'eu-east': 'eu-west', 'eu-west': 'eu-east' }) });
    new MtlsPolicy(shop, 'mtls', { scope: PolicyScope.namespace('shop'), mode: MtlsMode.STRICT });
  }
}
