import { member, stringOr } from '../../../manifest/json';
import { Kind } from '../../../manifest/kinds';
import { REMOVED_KINDS } from '../../../semantics/removed-kinds';
import { defineRule } from '../../rule';

export const removedKind = defineRule({
  code: 'MESH4004',
  slug: 'removed-kind',
  title: 'A kind that Istio no longer has',
  severity: 'warning',
  preset: 'istio',
  severityIn: { recommended: 'error', strict: 'error' },
  aliases: ['IST0002'],
  sees: 'object',
  why: 'No control plane reads it. Rules that were to guard a service guard nothing.',
  fix: 'Say it with the kind that took its place, and remove this one with its CustomResourceDefinition.',
  links: ['https://istio.io/latest/docs/reference/config/analysis/ist0002/'],
  examples: {
    valid: [{
      title: 'AuthorizationPolicy',
      yaml: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: deny-all, namespace: shop }
spec: {}
`,
    }],
    invalid: [{
      title: 'a role of Istio 1.3, and its definition',
      yaml: `
apiVersion: rbac.istio.io/v1alpha1
kind: ServiceRole
metadata: { name: readers, namespace: shop }
spec: { rules: [{ services: ["*"], methods: [GET] }] }
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: serviceroles.rbac.istio.io }
spec: { group: rbac.istio.io, names: { kind: ServiceRole, plural: serviceroles }, scope: Namespaced, versions: [] }
`,
    }],
  },
  kinds: [Kind.CUSTOM_RESOURCE_DEFINITION, ...Object.keys(REMOVED_KINDS)],
  check(object, { report }) {
    const definition = object.groupKind === Kind.CUSTOM_RESOURCE_DEFINITION;
    const spec = member(object.json, 'spec');
    const kind = definition ? `${stringOr(member(member(spec, 'names'), 'kind'))}.${stringOr(member(spec, 'group'))}` : object.groupKind;
    if (!Object.hasOwn(REMOVED_KINDS, kind)) return;
    const successor = REMOVED_KINDS[kind];
    report({
      path: definition ? 'spec.names.kind' : 'kind',
      message: successor === undefined ? `Istio has no ${kind} any more, and nothing took its place.` : `Istio has no ${kind} any more; ${successor} took its place.`,
      fix: `${successor === undefined ? 'Remove it' : `Say it with ${successor}, and remove this one`}${definition ? ' and the resources of this kind' : ', with its CustomResourceDefinition'}.`,
    });
  },
});
