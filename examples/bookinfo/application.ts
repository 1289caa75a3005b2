import * as kplus from 'cdk8s-plus-33';
import { Construct } from 'constructs';

/** The port that every service of Bookinfo listens on. */
export const PORT = 9080;

const IMAGES = 'docker.io/istio/examples-bookinfo';
const IMAGE_VERSION = '1.20.3';

export interface DeploymentOptions {
  readonly replicas?: number;
  /** Folders that the application writes to. */
  readonly scratch?: string[];
}

/** One deployment of one version, as the team that owns the service writes it: nothing of the mesh in it. */
export function deployment(scope: Construct, name: string, version: string, options: DeploymentOptions = {}): kplus.Deployment {
  const id = `${name}-${version}`;
  const deployed = new kplus.Deployment(scope, id, {
    metadata: { name: id, labels: { app: name, version } },
    podMetadata: { labels: { app: name, version } },
    replicas: options.replicas ?? 1,
    // Each version runs under its own account: v1 of reviews never calls ratings, so it must not be able to.
    serviceAccount: new kplus.ServiceAccount(scope, `${id}-account`, { metadata: { name: `bookinfo-${id}` } }),
    securityContext: { user: 1000 },
  });
  const container = deployed.addContainer({
    name,
    image: `${IMAGES}-${name}-${version}:${IMAGE_VERSION}`,
    ports: [{ name: 'http', number: PORT }],
    envVariables: options.scratch ? { LOG_DIR: kplus.EnvValue.fromValue('/tmp/logs') } : {},
  });
  for (const path of options.scratch ?? []) {
    const volume = path.split('/').filter(Boolean).join('-');
    container.mount(path, kplus.Volume.fromEmptyDir(scope, `${id}-${volume}`, volume));
  }
  return deployed;
}

/** The Service in front of all versions of one application. */
export function service(scope: Construct, name: string): kplus.Service {
  return new kplus.Service(scope, name, {
    metadata: { name, labels: { app: name } },
    ports: [{ name: 'http', port: PORT }],
    selector: kplus.Pods.select(scope, `${name}-pods`, { labels: { app: name } }),
  });
}
