import { checkReservedAnnotations } from './reserved-annotations';
import { checkSelector } from './target-refs';
import { WebhookCheck } from './webhook-check';
import { ProxyConfigSpec } from '../../manifest/generated/istio-specs';

export const checkProxyConfig: WebhookCheck<ProxyConfigSpec> = (object, report) => {
  checkReservedAnnotations(object, report);
  checkSelector(object.spec.selector, report);
};
