import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { splitHost } from './host-values';
import { RuleContext } from './rule-context';
import type { RuleWriter } from './rule-writer';
import { resolveLazy } from '../../model/kubernetes-object';
import { MeshService } from '../../model/mesh-service';
import { MESH_SERVICES } from '../../model/mesh-service-registry';
import { selectorKey } from '../distinct-name';

/** Hosts in a rule for a service that are another's: its requests go to its own pods. */
export function foreignHosts(rule: RuleWriter, { owner, scope: { _target: target } }: RuleContext): string[] {
  if (!(target instanceof MeshService)) return [];
  return rule.hosts.flatMap((host) => {
    const name = splitHost('hosts', host).name.toLowerCase();
    if (namesOf(target).includes(name)) return [];
    const other = MESH_SERVICES.of(owner).find((service) => namesOf(service).includes(name));
    return other === undefined || meet(target, other) || isRouted(owner, other) ? [] : [
      `the host ${host} is that of ${other.name} [${other.node.path}], whose requests do not come to ${target.name}: it never matches. Write the host that ${target.name} is called by.`,
    ];
  });
}

/** A host in short is another one in every namespace. */
function namesOf({ _isExternalHost, host, name, namespace }: MeshService): readonly string[] {
  return _isExternalHost ? [] : [host, `${name}.${namespace}`, `${name}.${namespace}.svc`];
}

function meet(one: MeshService, other: MeshService): boolean {
  if (one.workloads.some((workload) => other.workloads.includes(workload))) return true;
  try {
    return one.namespace === other.namespace && selectorKey(one.selector) === selectorKey(other.selector);
  } catch {
    return true; // nothing is known of its pods
  }
}

/** Whether something in the App may lead requests for this host to other pods, whoever wrote it. */
function isRouted(owner: IConstruct, service: MeshService): boolean {
  return owner.node.root.node.findAll().some((one) => ApiObject.isApiObject(one) && one.kind === 'VirtualService' && routes(one, service));
}

function routes(object: ApiObject, service: MeshService): boolean {
  const hosts: string[] = object.toJson().spec?.hosts ?? [];
  const inOwn = (resolveLazy(object.metadata.namespace) ?? 'default') === service.namespace;
  return hosts.some((host) => host.startsWith('*') || namesOf(service).includes(host) || (inOwn && host === service.name));
}
