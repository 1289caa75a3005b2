import { App, Chart, Testing } from 'cdk8s';
import { MeshPort, MeshService, MeshWorkload, ZeroTrustNamespace, ZeroTrustNamespaceProps } from '../../src';

/** One namespace of one App, as short as the tests need it. */
export class Shop {
  public readonly app = new App();
  public readonly chart: Chart = new Chart(this.app, 'shop', { namespace: 'shop' });

  /** What is written for the chart. */
  public manifests(): any[] {
    return Testing.synth(this.chart);
  }

  public find(kind: string, name: string): any {
    const found = this.manifests().filter((manifest) => manifest.kind === kind && manifest.metadata.name === name);
    if (found.length !== 1) throw new Error(`${found.length} objects ${kind} ${name}`);
    return found[0];
  }

  public rules(policy: string): any[] {
    return this.find('AuthorizationPolicy', policy).spec.rules;
  }

  public zeroTrust(props: Partial<ZeroTrustNamespaceProps> = {}): ZeroTrustNamespace {
    return new ZeroTrustNamespace(this.chart, 'zero-trust', { namespace: 'shop', ...props });
  }

  /** Pods known by labels. */
  public workload(name: string, namespace = 'shop', serviceAccount: string | undefined = name, id = `${namespace}-${name}-pods`): MeshWorkload {
    return MeshWorkload.fromLabels(this.chart, id, { name, namespace, labels: { app: name }, serviceAccount });
  }

  /** A service known by name, in front of pods known by labels. */
  public service(name: string, ports: MeshPort[] = [MeshPort.http(80, { targetPort: 9080 })], namespace = 'shop'): MeshService {
    return MeshService.fromName(this.chart, `${namespace}-${name}`, { name, namespace, ports, workload: this.workload(name, namespace) });
  }
}

/** The text of what an action throws. */
export function errorOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}
