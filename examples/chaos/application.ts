import { ApiObject, Chart } from 'cdk8s';

/** The port that every pod listens on. */
const PORT = 9080;

/** A Deployment, as the team that owns the service writes it: nothing of the mesh in it. */
export function deployment(chart: Chart, name: string, version: string): ApiObject {
  const labels = { app: name, version };
  return new ApiObject(chart, `${name}-${version}-deployment`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `${name}-${version}` },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: name,
          containers: [{
            name,
            image: `docker.io/istio/examples-bookinfo-${name}-${version}:1.20.3`,
            ports: [{ name: 'http', containerPort: PORT }],
            env: [{ name: 'LOG_DIR', value: '/tmp/logs' }],
          }],
        },
      },
    },
  });
}

/** The Service in front of all versions, and the account that they run under. */
export function service(chart: Chart, name: string): ApiObject {
  new ApiObject(chart, `${name}-account`, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } });
  return new ApiObject(chart, `${name}-service`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app: name }, ports: [{ name: 'http', port: PORT, targetPort: PORT }] },
  });
}
