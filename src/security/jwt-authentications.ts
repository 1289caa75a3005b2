import { isDeepStrictEqual } from 'node:util';
import { IConstruct } from 'constructs';
import { AppRegistry } from '../model/app-registry';
import { selects } from '../model/kubernetes-object';
import { podsOf } from '../model/pod-index';
import { PolicyScope } from '../model/policy-scope';

/** Whose tokens one construct verifies where. */
interface Authentication {
  readonly owner: IConstruct;
  readonly scope: PolicyScope;
  readonly issuers: readonly string[];
  readonly isRequired: boolean;
}

/** Istio merges all that hold for a workload: rules for one issuer twice, and requirements that add up. */
const AUTHENTICATIONS = new AppRegistry<Authentication>((all) => all.flatMap((later, index) =>
  all.slice(0, index).filter((first) => meet(first, later)).flatMap((first) => conflicts(first, later))));

export function registerAuthentication(owner: IConstruct, authentication: Omit<Authentication, 'owner'>): void {
  AUTHENTICATIONS.register(owner, { owner, ...authentication });
}

function conflicts(first: Authentication, later: Authentication): string[] {
  const both = `[${later.owner.node.path}] and [${first.owner.node.path}]`;
  const shared = later.issuers.find((issuer) => first.issuers.includes(issuer));
  if (shared !== undefined) {
    return [
      `${both} both verify tokens of ${shared} for the same pods (${first.scope._title}; ${later.scope._title}). Istio joins the two and takes a token that either takes, whatever the other says of audiences and headers. `
      + 'Say all of one issuer in one place.',
    ];
  }
  if (!first.isRequired || !later.isRequired) return [];
  return [
    `${both} each require a token of their own issuers for the same pods (${first.scope._title}; ${later.scope._title}), and a request has one: all would be refused. `
    + 'Name all issuers in one of them, or say `tokenOptional: true` in one.',
  ];
}

function meet({ owner, scope: a }: Authentication, { scope: b }: Authentication): boolean {
  if (a._isMesh || b._isMesh) return true;
  if (a._namespace !== b._namespace) return false;
  if (a._atWaypoint || b._atWaypoint) return isDeepStrictEqual(a._selection(), b._selection());
  const [labels, others] = [labelsOf(a), labelsOf(b)];
  if (labels === 'unknown' || others === 'unknown') return false;
  if (labels === undefined || others === undefined) return true;
  if (selects(labels, others) || selects(others, labels)) return true;
  return podsOf(owner).inNamespace(a._namespace).some(({ facts }) => selects(labels, facts.allLabels) && selects(others, facts.allLabels));
}

/** The label that Istio gives to the pods of a Gateway of the Gateway API. */
const GATEWAY_LABEL = 'gateway.networking.k8s.io/gateway-name';

/** Undefined for all pods of the namespace. */
function labelsOf(scope: PolicyScope): Record<string, string> | undefined | 'unknown' {
  if (scope._gateway !== undefined) return { [GATEWAY_LABEL]: scope._gateway };
  try {
    return scope._labels();
  } catch {
    // It is said where the policy itself asks for them.
    return 'unknown';
  }
}
