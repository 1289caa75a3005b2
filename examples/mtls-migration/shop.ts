import { App, Chart } from 'cdk8s';
import { MeshService, MeshWorkload, MtlsMigration } from 'cdk8s-istio';
import { Application, deployment, namespace } from './application';

/** A shop that was there before the mesh, who calls it, and how it gets from plaintext to STRICT. */
export class ShopChart extends Chart {
  public readonly migration: MtlsMigration;

  constructor(app: App, id: string) {
    super(app, id, { namespace: 'shop' });
    namespace(this, 'shop');
    const orders = this.mesh('orders', { port: 8080, portName: 'http' });
    const database = this.mesh('database', { port: 3306, portName: 'mysql' });
    const frontend = new MeshWorkload(this, 'frontend', { workload: deployment(this, 'frontend') });

    // A team whose pods are not in the mesh.
    const legacy = new Chart(app, `${id}-legacy`, { namespace: 'legacy' });
    namespace(legacy, 'legacy');
    const reports = new MeshWorkload(legacy, 'reports', { workload: deployment(legacy, 'reports') });

    this.migration = new MtlsMigration(this, 'migration', {
      namespaces: ['shop'],
      callers: [
        { caller: frontend, target: orders },
        { caller: orders, target: database },
        { caller: reports, target: database },
        // No manifest tells of it: a machine that somebody set up years ago.
        { name: 'stock-terminal', target: orders },
      ],
      // Reports reads the database until it has a sidecar of its own. As MySQL speaks first, this port takes plaintext only.
      openPorts: [{ target: database, ports: [3306], reason: 'reports of the namespace legacy, until it is in the mesh' }],
      // Nobody gets the terminal a sidecar; STRICT is written despite it.
      despite: [{ caller: 'stock-terminal', reason: 'it is taken out of service before, ticket SHOP-412' }],
    });
  }

  private mesh(name: string, options: { port: number; portName: string }): MeshService {
    const { service, deployment: workload } = new Application(this, name, options);
    return new MeshService(this, `${name}-mesh`, { service, workload });
  }
}
