import { Construct } from 'constructs';
import { Backend } from './backend';
import { GatewayObject } from './gateway-object';
import { AppRegistry } from '../../model/app-registry';
import { shortName } from '../../semantics/kubernetes-name';

type Target = Pick<Backend, 'name' | 'namespace'>;

/** What is granted in an App: one grant is enough for all routes of a namespace. */
const GRANTED = new AppRegistry<string>(() => []);

/** Lets the routes of one namespace lead to Services of others: a ReferenceGrant beside each Service. */
export class ReferenceGrants {
  constructor(private readonly owner: Construct, private readonly kind: 'HTTPRoute' | 'TLSRoute' | 'TCPRoute', private readonly routes: string) {}

  public grant(service: Target): void {
    if (this.isGranted(service)) return;
    const { name, namespace } = service;
    const group = 'gateway.networking.k8s.io';
    new GatewayObject(this.owner, `Grant-${namespace}-${name}`, {
      kind: 'ReferenceGrant',
      metadata: { name: shortName(`${this.kind.toLowerCase()}s-of-${this.routes}-to-${name}`), namespace },
      spec: () => ({ from: [{ group, kind: this.kind, namespace: this.routes }], to: [{ group: '', kind: 'Service', name }] }),
    });
    GRANTED.register(this.owner, this.keyOf(service));
  }

  /** Services that are led to and that nothing was granted for: constructs of a service name them, say. */
  public missing(backends: readonly Backend[]): string[] {
    const open = backends.find((backend) => !this.isGranted(backend));
    if (!open) return [];
    return [`leads to the Service ${open.namespace}/${open.name} by a construct of another service, and routes of namespace ${this.routes} may not: no ReferenceGrant is written for it. `
      + 'Lead to it by addRoute, or put both into one namespace.'];
  }

  private isGranted(service: Target): boolean {
    return service.namespace === this.routes || GRANTED.of(this.owner).includes(this.keyOf(service));
  }

  private keyOf({ name, namespace }: Target): string {
    return `${this.kind} ${this.routes} ${namespace}/${name}`;
  }
}
