import { quoted } from './quoted';
import { checkReservedAnnotations } from './reserved-annotations';
import { checkSelector } from './target-refs';
import { WebhookCheck } from './webhook-check';

/** The schema has seen that it is a number from 1 to 65535; Istio reads it as JSON, which has no `+` and no leading 0. */
const PLAIN_NUMBER = /^[1-9][0-9]*$/;

export const checkPeerAuthentication: WebhookCheck = (object, report) => {
  checkReservedAnnotations(object, report);
  const { spec } = object;
  for (const port in spec.portLevelMtls) {
    if (PLAIN_NUMBER.test(port)) continue;
    report.error(`spec.portLevelMtls[${port}]`, `The port ${quoted(port)} is not written as Istio reads a number.`,
      `Write it without sign and leading zeros: "${Number(port)}".`);
  }
  checkSelector(spec.selector, report);
};
