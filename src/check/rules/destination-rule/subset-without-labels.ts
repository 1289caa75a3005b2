import { Kind } from '../../../manifest/kinds';
import { serviceYaml, subsetsYaml } from '../../example-objects';
import { destinationRules } from '../../facts/destination-rules';
import { services } from '../../facts/services';
import { defineRule } from '../../rule';

export const subsetWithoutLabels = defineRule({
  code: 'MESH3121',
  slug: 'subset-without-labels',
  title: 'A subset has no labels',
  severity: 'warning',
  preset: 'strict',
  aliases: ['KIA0209', 'TIS0209'],
  sees: 'mesh',
  why: 'Such a subset is all pods of the service, whatever its name says. That serves to give one route settings of its own, and is a trap where the name is a version.',
  fix: 'Write the labels of the pods that are meant.',
  links: ['https://kiali.io/docs/features/validations/#kia0209---this-subset-has-not-labels'],
  examples: {
    valid: [{ title: 'labels say which pods', yaml: `${serviceYaml('reviews', 'shop')}${subsetsYaml('reviews', 'shop')}` }],
    invalid: [{
      title: 'a version without labels',
      yaml: `${serviceYaml('reviews', 'shop')}---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: shop }
spec: { host: reviews, subsets: [{ name: v2 }] }
`,
    }],
  },
  kinds: [Kind.DESTINATION_RULE],
  check(object, { mesh, report }) {
    const { spec, host } = mesh.fact(destinationRules).of(object);
    spec.subsets?.forEach(({ labels, name }, i) => {
      if (labels !== undefined && Object.keys(labels).length > 0) return;
      const service = mesh.fact(services).serving(host);
      if (service?.kind === 'ServiceEntry') return;
      report({ path: `spec.subsets[${i}]`, message: `Subset ${name} has no labels, so that it is every pod of ${host}.` });
    });
  },
});
