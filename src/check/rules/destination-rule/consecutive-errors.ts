import { Kind } from '../../../manifest/kinds';
import { serviceYaml } from '../../example-objects';
import { destinationRules } from '../../facts/destination-rules';
import { policiesOf } from '../../facts/traffic-policies';
import { defineRule } from '../../rule';

export const consecutiveErrors = defineRule({
  code: 'MESH3141',
  slug: 'consecutive-errors',
  title: 'consecutiveErrors is read by nothing',
  severity: 'error',
  preset: 'recommended',
  aliases: [],
  sees: 'object',
  why: 'Istio accepts the field with a warning and then ignores it. The limit that was meant is not there: what counts is the default, 5 times 5xx in a row, or whatever else stands beside it.',
  fix: 'Write `consecutive5xxErrors`, or `consecutiveGatewayErrors` to count only 502, 503 and 504.',
  links: ['https://istio.io/latest/docs/reference/config/networking/destination-rule/#OutlierDetection'],
  examples: {
    valid: [{
      title: 'the field that counts',
      yaml: `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: shop }
spec: { host: reviews, trafficPolicy: { outlierDetection: { consecutive5xxErrors: 3, maxEjectionPercent: 50 } } }
${serviceYaml('reviews', 'shop')}`,
    }],
    invalid: [{
      title: 'the field of old',
      yaml: `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: shop }
spec: { host: reviews, trafficPolicy: { outlierDetection: { consecutiveErrors: 3, maxEjectionPercent: 50 } } }
${serviceYaml('reviews', 'shop')}`,
    }],
  },
  kinds: [Kind.DESTINATION_RULE],
  check(object, { mesh, report }) {
    for (const { policy: { outlierDetection }, path } of policiesOf(mesh.fact(destinationRules).of(object).spec)) {
      if (!outlierDetection?.consecutiveErrors) continue;
      const { consecutiveErrors: errors, consecutive5xxErrors, consecutiveGatewayErrors } = outlierDetection;
      const set = consecutive5xxErrors ?? consecutiveGatewayErrors;
      report({
        path: `${path}.outlierDetection.consecutiveErrors`,
        message: `consecutiveErrors: ${errors} is ignored; ${set === undefined || set === null ? 'a pod is ejected after 5 times 5xx in a row, the default' : 'only the fields beside it count'}.`,
        fix: set === undefined || set === null ? `Write consecutive5xxErrors: ${errors}.` : 'Remove consecutiveErrors.',
      });
    }
  },
});
