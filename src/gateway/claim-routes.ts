import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { resolveLazy, selects } from '../model/kubernetes-object';
import { podsOf } from '../model/pod-index';

/**
 * Gateways whose pods are in this App, and verify no token: there are no claims, so a route that asks for one is never
 * taken, and one that leaves a claim out always is. What other Apps write is not known, so a gateway without pods here is
 * left to them.
 */
export function claimsNeverThere(owner: IConstruct, gateways: readonly string[]): string[] {
  const objects = owner.node.root.node.findAll().filter((one): one is ApiObject => ApiObject.isApiObject(one));
  const authentications = objects.filter(({ kind, apiGroup }) => kind === 'RequestAuthentication' && apiGroup === 'security.istio.io').map((one) => one.toJson());
  return gateways.flatMap((gateway) => {
    const [namespace, name] = gateway.split('/');
    const object = objects.find(({ kind, apiGroup, metadata, name: own }) => kind === 'Gateway' && apiGroup === 'networking.istio.io'
      && resolveLazy(metadata.namespace) === namespace && (resolveLazy(metadata.name) ?? own) === name);
    const selector = object?.toJson().spec?.selector;
    if (selector === undefined) return [];
    const pods = podsOf(owner).inNamespace(namespace).filter(({ facts }) => selects(selector, facts.allLabels));
    const verified = pods.every(({ facts }) => authentications.some(({ metadata, spec }) =>
      [namespace, ROOT_NAMESPACE].includes(metadata.namespace) && selects(spec?.selector?.matchLabels ?? {}, facts.allLabels)));
    return verified ? [] : [
      `a route asks for a claim of a token, and the pods of the gateway ${gateway} verify none: the claim is never there. `
      + `Add a JwtAuthentication with the scope PolicyScope.workload(...) of those pods (${Object.entries(selector).map(([key, value]) => `${key}=${value}`).join(', ')}), `
      + 'with `tokenOptional: true` where requests without a token have routes of their own.',
    ];
  });
}

const ROOT_NAMESPACE = 'istio-system';
