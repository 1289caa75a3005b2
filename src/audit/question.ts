import { Access, TargetAccess } from './access';
import { identityNamed } from './caller-identity';
import { mayCall } from './may-call';
import { PlacedRow } from './row';
import { running } from './targets';
import { dataPlaneOf } from '../check/facts/namespaces';

/** Who asks, as a program names it. */
export interface Asker {
  readonly kind: 'service-account' | 'principal' | 'workload' | 'anonymous';
  /** `shop/frontend`, `cluster.local/ns/shop/sa/frontend`; empty for nobody in particular. */
  readonly name: string;
}

export interface Answer {
  readonly verdict: 'allowed' | 'refused' | 'depends';
  readonly rows: readonly { readonly row: PlacedRow; readonly of: TargetAccess }[];
  readonly dependsOn: readonly string[];
}

/** A question that has no answer; its message says why. */
export class UnknownName extends Error {}

/** Whether somebody may call a target, `namespace/name` of a workload or of a Service. */
export function ask(access: Access, asker: Asker, target: string): Answer {
  const targets = targetsNamed(access, target);
  const callers = callersOf(access, asker);
  const isFor = (row: PlacedRow) => callers.some((caller) => mayCall([row], caller, access.trustDomains).length > 0);
  const rows = targets.flatMap((of) => of.rows.filter(isFor).map((row) => ({ row, of })));
  const ofTargets = targets.flatMap(({ target: { dependsOn } }) => dependsOn);
  const ofRows = rows.flatMap(({ row }) => row.dependsOn);
  // What is let in past a sidecar is let in without one, too.
  const isSure = rows.some(({ row, of: { target: { enforcement, dependsOn } } }) =>
    row.dependsOn.length === 0 && dependsOn.length <= (enforcement === 'unknown' ? 1 : 0));
  if (isSure) return { verdict: 'allowed', rows, dependsOn: [] };
  const dependsOn = [...new Set([...ofTargets, ...ofRows])];
  return { verdict: rows.length > 0 || dependsOn.length > 0 ? 'depends' : 'refused', rows, dependsOn };
}

function targetsNamed({ targets }: Access, name: string): readonly TargetAccess[] {
  const found = targets.filter(({ target }) => `${target.namespace}/${target.name}` === name || target.services.some((service) => `${target.namespace}/${service}` === name));
  if (found.length > 0) return found;
  const known = [...new Set(targets.map(({ target }) => `${target.namespace}/${target.name}`))];
  throw new UnknownName(`There is no workload and no Service ${name} in the report. Name one as namespace/name; ${known.length === 0 ? 'nothing that could be called is in sight' : `in sight: ${known.slice(0, 12).join(', ')}${known.length > 12 ? ' …' : ''}`}.`);
}

function callersOf({ trustDomains, mesh }: Access, { kind, name }: Asker) {
  switch (kind) {
    case 'anonymous':
      return [{ identity: undefined }];
    case 'service-account': {
      const [namespace, serviceAccount] = name.split('/');
      return [{ identity: { trustDomain: trustDomains[0], namespace, serviceAccount } }];
    }
    case 'principal':
      return [{ identity: identityNamed('source.principal', name, trustDomains) }];
    case 'workload': {
      const all = running(mesh).filter((workload) => `${workload.namespace}/${workload.name}` === name);
      if (all.length === 0) throw new UnknownName(`There is no workload ${name} in sight. Name one as namespace/name, or ask for its service account.`);
      return all.map((workload) => ({
        identity: dataPlaneOf(mesh, workload) === 'none' ? undefined : { trustDomain: trustDomains[0], namespace: workload.namespace, serviceAccount: workload.serviceAccount },
      }));
    }
  }
}
