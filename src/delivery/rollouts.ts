import { Construct } from 'constructs';
import { MeshService } from '../model/mesh-service';

/** Who decides which version of a service answers: one construct a service. */
class Rollouts {
  private readonly owners = new WeakMap<MeshService, Construct>();

  /** Throws when another one does already. */
  public claim(owner: Construct, service: MeshService): void {
    const other = this.owners.get(service);
    if (other) {
      throw new Error(
        `[${owner.node.path}] rolls out versions of ${service.name}, which [${other.node.path}] already does, and a request has one version. `
        + 'Keep one of them; what is about some requests only is an HttpRoute.');
    }
    this.owners.set(service, owner);
  }
}

export const ROLLOUTS = new Rollouts();
