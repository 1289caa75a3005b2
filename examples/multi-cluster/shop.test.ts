import { App } from 'cdk8s';
import { MultiClusterPlan } from 'cdk8s-istio';
import { parseAllDocuments } from 'yaml';
import { mesh } from './mesh';
import { ShopCluster } from './shop';

function synthesized(cluster: string): any[] {
  const app = new App();
  new ShopCluster(app, cluster);
  return parseAllDocuments(app.synthYaml()).map((document) => document.toJS());
}

const namesOf = (cluster: string, kind: string) => synthesized(cluster).filter((object) => object.kind === kind).map(({ metadata }) => metadata.name);

test('every cluster has the shop, in a namespace with sidecars', () => {
  for (const cluster of mesh.clusterNames) {
    expect(namesOf(cluster, 'Deployment').sort()).toEqual(['frontend', 'orders']);
    const shop = synthesized(cluster).find(({ kind, metadata }) => kind === 'Namespace' && metadata.name === 'shop');
    expect(shop.metadata.labels).toEqual({ 'istio-injection': 'enabled' });
  }
});

test('the cluster at the edge opens nothing by itself: the Gateway of its control plane is for its gateway, too', () => {
  expect(['east', 'west', 'edge'].map((cluster) => namesOf(cluster, 'Gateway'))).toEqual([
    ['cross-network-gateway', 'istiod-gateway'], ['cross-network-gateway'], [],
  ]);
});

test('policies stand where a control plane reads them', () => {
  expect(['east', 'west', 'edge'].map((cluster) => [namesOf(cluster, 'DestinationRule'), namesOf(cluster, 'PeerAuthentication')])).toEqual([
    [['orders'], ['default']], [['orders'], ['default']], [[], []],
  ]);
});

test('calls stay in their region, and go to the other one when it fails', () => {
  const { trafficPolicy } = synthesized('east').find(({ kind }) => kind === 'DestinationRule').spec;
  expect(trafficPolicy.loadBalancer.localityLbSetting.failover).toEqual([{ from: 'eu-east', to: 'eu-west' }, { from: 'eu-west', to: 'eu-east' }]);
  expect(trafficPolicy.outlierDetection).toBeDefined();
});

test('the plan leaves out the Secret that an operator keeps', () => {
  const { steps, readme } = MultiClusterPlan.of(mesh);
  expect(steps.map(({ name }) => name)).toEqual(['01-east', '02-west', '03-edge']);
  expect(readme).toContain('The Secret `istio-system/edge-api-server` has to be there in west');
  expect(readme).toContain('create-remote-secret --name=west');
  expect(readme).not.toContain('create-remote-secret --name=edge');
});
