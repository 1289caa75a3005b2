import { ApiObject, Chart } from 'cdk8s';
import { MeshService, MeshWorkload } from 'cdk8s-istio';
import { Construct } from 'constructs';

const LOCALITY_LABELS = ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone', 'topology.istio.io/subzone'];

export interface ServicePort {
  readonly name: string;
  readonly port: number;
  /** The pods' port, where it is another one. */
  readonly targetPort?: number;
}

export interface ApplicationOptions {
  /** The ports of the Service; a client needs none. */
  readonly ports?: ServicePort[];
  readonly replicas?: number;
  /** One Deployment `NAME-VERSION` for each; without versions there is one Deployment `NAME`. */
  readonly versions?: string[];
  /** Where the pods run, as `REGION/ZONE/SUBZONE`, of which the end can be left out; by version where there are versions. */
  readonly locality?: string | Record<string, string>;
  /** An address that a ServiceEntry can name, from 10.244.200.0 on. */
  readonly ip?: string;
}

/** A Namespace object; with sidecars unless said otherwise. */
export function namespace(scope: Construct, name: string, injected: boolean = true): ApiObject {
  return new ApiObject(scope, `namespace-${name}`, {
    apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: injected ? { 'istio-injection': 'enabled' } : {} },
  });
}

/** Deployments, each under a service account of its own name, and a Service in front of them: nothing of the mesh. */
export class Application extends Construct {
  public readonly service?: ApiObject;
  public readonly deployments: ApiObject[];

  constructor(scope: Chart, private readonly name: string, private readonly options: ApplicationOptions = {}) {
    super(scope, name);
    const { ports = [], replicas = 1, versions } = options;
    this.deployments = versions
      ? versions.map((version) => this.deployment(`${name}-${version}`, { app: name, version }, replicas, ports))
      : [this.deployment(name, { app: name }, replicas, ports)];
    if (ports.length > 0) {
      this.service = new ApiObject(this, 'service', {
        apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: { app: name }, ports },
      });
    }
  }

  /**
   * The application as a service in the mesh.
   *
   * @param workloadsKnown whether the library may see the pods behind it
   */
  public mesh({ workloadsKnown } = { workloadsKnown: true }): MeshService {
    return new MeshService(this, 'mesh', { service: this.service, workloads: workloadsKnown ? this.deployments : undefined });
  }

  /** The application as a caller that offers no service. */
  public workload(): MeshWorkload {
    return new MeshWorkload(this, 'workload', { workload: this.deployments[0] });
  }

  private deployment(name: string, labels: Record<string, string>, replicas: number, ports: ServicePort[]): ApiObject {
    return new ApiObject(this, `deployment-${name}`, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels, annotations: this.options.ip === undefined ? undefined : { 'judge.cdk8s-istio/ip': this.options.ip } },
          spec: {
            serviceAccountName: name,
            nodeSelector: this.nodeSelector(labels.version),
            containers: [{ name: this.name, image: 'application', ports: ports.map(({ port, targetPort }) => ({ containerPort: targetPort ?? port })) }],
          },
        },
      },
    });
  }

  private nodeSelector(version?: string): Record<string, string> | undefined {
    const { locality } = this.options;
    const place = typeof locality === 'object' ? locality[version!] : locality;
    const parts = place?.split('/');
    return parts && Object.fromEntries(parts.map((part, index) => [LOCALITY_LABELS[index], part]));
  }
}
