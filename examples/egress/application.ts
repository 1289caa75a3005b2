import { ApiObject, Chart, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-33';

/** One application that calls others, as the team that owns it writes it: a Deployment with an account of its own. Nothing of the mesh. */
export function deployment(scope: Chart, name: string): kplus.Deployment {
  const object = new kplus.Deployment(scope, `${name}-deployment`, {
    metadata: { name, labels: { app: name } },
    podMetadata: { labels: { app: name } },
    replicas: 2,
    serviceAccount: new kplus.ServiceAccount(scope, `${name}-account`, { metadata: { name } }),
    securityContext: { user: 1000 },
  });
  object.addContainer({ name, image: `registry.example.com/${name}:1.0.0` });
  return object;
}

/** A namespace whose pods get sidecars. */
export function namespace(scope: Chart, name: string): void {
  const object = new ApiObject(scope, 'namespace', {
    apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { 'istio-injection': 'enabled' } },
  });
  // A Namespace stands in no namespace, though cdk8s puts every object into its chart's.
  object.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
}
