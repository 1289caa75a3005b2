import { ApiObject, Chart, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-33';

/** The port that every pod listens on. */
const PORT = 8080;

/** One version of an application, as the team that owns it writes it: nothing of the mesh in it. */
export function deployment(chart: Chart, name: string, version: string): kplus.Deployment {
  const id = `${name}-${version}`;
  const deployed = new kplus.Deployment(chart, `${id}-deployment`, {
    metadata: { name: id, labels: { app: name, version } },
    podMetadata: { labels: { app: name, version } },
    replicas: 3,
    serviceAccount: kplus.ServiceAccount.fromServiceAccountName(chart, `${id}-account`, name),
    securityContext: { user: 1000 },
  });
  deployed.addContainer({ name, image: `registry.example.com/${name}:${version}`, ports: [{ name: 'http', number: PORT }] });
  return deployed;
}

/** The one Deployment that an engine releases, version after version: it selects its pods by a label that all of them have. */
export function releasedDeployment(chart: Chart, name: string, version: string, replicas: number): kplus.Deployment {
  const deployed = new kplus.Deployment(chart, `${name}-deployment`, {
    metadata: { name, labels: { app: name } },
    podMetadata: { labels: { app: name, version } },
    replicas,
    select: false,
    serviceAccount: kplus.ServiceAccount.fromServiceAccountName(chart, `${name}-pods-account`, name),
    securityContext: { user: 1000 },
  });
  deployed.select(kplus.LabelSelector.of({ labels: { app: name } }));
  deployed.addContainer({ name, image: `registry.example.com/${name}:${version}`, ports: [{ name: 'http', number: PORT }] });
  return deployed;
}

/** The Service in front of all versions, and the account that they run under. */
export function service(chart: Chart, name: string): kplus.Service {
  new kplus.ServiceAccount(chart, `${name}-account`, { metadata: { name } });
  return new kplus.Service(chart, `${name}-service`, {
    metadata: { name, labels: { app: name } },
    ports: [{ name: 'http', port: PORT, targetPort: PORT }],
    selector: kplus.Pods.select(chart, `${name}-pods`, { labels: { app: name } }),
  });
}

/** A namespace whose pods get sidecars. */
export function namespace(chart: Chart, name: string): void {
  const object = new ApiObject(chart, 'namespace', {
    apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { 'istio-injection': 'enabled' } },
  });
  // A Namespace stands in no namespace, though cdk8s puts every object into its chart's.
  object.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
}
