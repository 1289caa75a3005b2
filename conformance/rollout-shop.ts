import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { GatewayRoutes, HttpMatch, MeshService, RolloutPlan } from 'cdk8s-istio';
import { Application, namespace } from './application';
import { MeshRequest } from './mesh-protocol';
import { PublicGateway } from './public-gateway';

const HTTP = [{ name: 'http', port: 80, targetPort: 8080 }];

/** What is said of a service, whose versions are `v1` and `v2`. */
export type Release = (chart: Chart, service: MeshService, name: string) => void;

/** Services in two versions that are called by `shop/client` inside the mesh, and by `outside/client` at a gateway. */
export function rolloutShop(services: string[], release: Release): App {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  namespace(chart, 'shop');
  namespace(chart, 'outside', false);
  const { gateway } = new PublicGateway(chart, 'ingress');
  new Application(new Chart(app, 'outside', { namespace: 'outside' }), 'client');
  new Application(chart, 'client');
  for (const name of services) {
    const service = new Application(chart, name, { ports: HTTP, versions: ['v1', 'v2'] }).mesh();
    new GatewayRoutes(chart, `${name}-routes`, { gateway, hosts: [`${name}.example.com`] }).addRoute(HttpMatch.any(), service);
    release(chart, service, name);
  }
  return app;
}

/** How each of the callers reaches a service. */
export function waysTo(service: string): Record<'inside' | 'outside', MeshRequest> {
  return {
    inside: { caller: 'shop/client', url: `http://${service}/` },
    outside: { caller: 'outside/client', url: `http://${service}.example.com/`, ...PublicGateway.address },
  };
}

/** A folder of a plan: its name, and its files in the order in which kubectl takes them. */
export interface PlanStep {
  readonly name: string;
  readonly files: string[];
}

/** The folders of a plan, as a person finds them on the disk. */
export function foldersOf(plan: RolloutPlan): PlanStep[] {
  const directory = mkdtempSync(join(tmpdir(), 'cdk8s-istio-plan-'));
  const namesIn = (...path: string[]) => readdirSync(join(directory, ...path)).sort();
  try {
    plan.write(join(directory, 'plan'));
    return namesIn('plan').filter((name) => /^\d/.test(name)).map((name) => ({
      name, files: namesIn('plan', name).filter((file) => file.endsWith('.yaml')).map((file) => readFileSync(join(directory, 'plan', name, file), 'utf8')),
    }));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** What an App synthesizes, in this order. */
export function objectsOf(app: App): { readonly kind: string; readonly yaml: string }[] {
  return app.synthYaml().split(/^---$/m).map((yaml) => ({ kind: /^kind: (.*)$/m.exec(yaml)![1], yaml }));
}

/** As `kubectl apply -f` takes them. */
export function inOneText(files: string[]): string {
  return files.join('\n---\n');
}
