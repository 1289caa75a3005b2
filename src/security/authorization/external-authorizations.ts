import { isDeepStrictEqual } from 'node:util';
import { Construct } from 'constructs';
import type { ExtensionProvider } from './extension-provider';
import { AppRegistry } from '../../model/app-registry';
import { selects } from '../../model/kubernetes-object';
import { PolicyScope } from '../../model/policy-scope';

interface ExternallyAuthorized {
  readonly owner: Construct;
  readonly scope: PolicyScope;
  readonly provider: ExtensionProvider;
  readonly severalProviders: boolean;
}

/** All of an App: one name is one provider, and two providers for the same pods need to be wanted. */
export const EXTERNAL_AUTHORIZATIONS = new AppRegistry<ExternallyAuthorized>((all) =>
  all.flatMap((one, index) => all.slice(index + 1).flatMap((other) => rivalry(one, other))));

function rivalry(one: ExternallyAuthorized, other: ExternallyAuthorized): string[] {
  const [first, second] = [one.provider, other.provider];
  const where = `[${other.owner.node.path}] and [${one.owner.node.path}]`;
  if (first.name === second.name) {
    return JSON.stringify(first.entry) === JSON.stringify(second.entry) ? [] : [
      `${where} name the provider ${first.name}, and mean different ones. Make it once, or give one of them another name.`,
    ];
  }
  if ((one.severalProviders && other.severalProviders) || !meet(one.scope, other.scope)) return [];
  return [
    `${where} leave requests of the same pods to ${first.name} and to ${second.name}. Istio refuses every one of them then, unless istiod runs with `
    + 'PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS=true. Use one provider, or say severalProviders: true at both where istiod does.',
  ];
}

function meet(one: PolicyScope, other: PolicyScope): boolean {
  if (!one._isMesh && !other._isMesh && one._namespace !== other._namespace) return false;
  if (one._atWaypoint || other._atWaypoint) return isDeepStrictEqual(one._selection(), other._selection());
  const [labels, others] = [labelsOf(one), labelsOf(other)];
  if (one._gateway !== undefined && other._gateway !== undefined) return one._gateway === other._gateway;
  return labels === undefined || others === undefined || selects(labels, others) || selects(others, labels);
}

/** Undefined for all pods, and where labels cannot be known, which is reported with the policy. */
function labelsOf(scope: PolicyScope): { [label: string]: string } | undefined {
  try {
    return scope._labels();
  } catch {
    return undefined;
  }
}
