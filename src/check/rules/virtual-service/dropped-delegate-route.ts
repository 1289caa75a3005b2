import { Kind } from '../../../manifest/kinds';
import { delegationConflict } from '../../../semantics/delegation';
import { serviceYaml } from '../../example-objects';
import { stringMatchText } from '../../facts/http-match';
import { virtualServices } from '../../facts/virtual-services';
import { isVisibleIn } from '../../facts/visibility';
import { defineRule } from '../../rule';

export const droppedDelegateRoute = defineRule({
  code: 'MESH3135',
  slug: 'dropped-delegate-route',
  title: 'Istio drops a rule of a delegate that does not fit the rule that delegates',
  severity: 'error',
  preset: 'recommended',
  aliases: [],
  sees: 'mesh',
  why: 'Each match of a delegate must be plainly within a match of the rule that delegates: a longer prefix, or an exact path below the prefix. A regex beside anything, a prefix below an exact path or another value of one header does not fit; then the whole rule is dropped without a word, with its other matches, and its requests get 404.',
  fix: 'Let the match of the delegate start with the prefix of the rule that delegates, or leave that condition out of one of the two.',
  links: ['https://istio.io/latest/docs/reference/config/networking/virtual-service/#Delegate'],
  examples: {
    valid: [{
      title: 'a longer prefix',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: root, namespace: shop }
spec:
  hosts: [frontend]
  http: [{ match: [{ uri: { prefix: /reviews/ } }], delegate: { name: reviews } }, { route: [{ destination: { host: frontend } }] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  http: [{ match: [{ uri: { prefix: /reviews/new/ } }], route: [{ destination: { host: reviews } }] }, { route: [{ destination: { host: frontend } }] }]
${serviceYaml('frontend', 'shop')}${serviceYaml('reviews', 'shop')}`,
    }],
    invalid: [{
      title: 'the delegate forgets the prefix',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: root, namespace: shop }
spec:
  hosts: [frontend]
  http: [{ match: [{ uri: { prefix: /reviews/ } }], delegate: { name: reviews } }, { route: [{ destination: { host: frontend } }] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  http: [{ match: [{ uri: { prefix: /new/ } }], route: [{ destination: { host: reviews } }] }, { route: [{ destination: { host: frontend } }] }]
${serviceYaml('frontend', 'shop')}${serviceYaml('reviews', 'shop')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, report }) {
    const known = mesh.fact(virtualServices);
    const { spec, namespace } = known.of(object);
    spec.http?.forEach(({ delegate, match: roots }, i) => {
      if (!delegate || roots === undefined || roots.length === 0) return;
      const there = mesh.find(Kind.VIRTUAL_SERVICE, delegate.namespace || namespace, delegate.name ?? '');
      if (!there) return;
      const other = known.of(there);
      if (!other.isDelegate || !isVisibleIn(other.visibility, namespace)) return;
      other.spec.http?.forEach(({ match: leaves = [] }, j) => {
        for (let k = 0; k < leaves.length; k++) {
          const conflicts = roots.map((root) => delegationConflict(root, leaves[k]));
          if (conflicts.includes(undefined)) continue;
          const field = conflicts[0]!;
          const uris = field === 'uri' ? ` (${stringMatchText(leaves[k].uri)} is not within ${roots.map(({ uri }) => stringMatchText(uri)).join(' or ')})` : '';
          report({
            object: there,
            path: `spec.http[${j}].match[${k}].${field}`,
            message: `Rule http[${i}] of VirtualService ${object.namespace}/${object.name} delegates here, and ${field} does not fit it${uris}: http[${j}] is dropped as a whole.`,
          });
          return;
        }
      });
    });
  },
});
