import { CheckedLimit, CheckedRate } from './checked-limit';
import { isEmpty } from './condition-actions';

/** What is said and would never decide, or would be counted with something else, in words. */
export function pointlessLimits(limits: readonly CheckedLimit[], otherwise: CheckedRate | undefined, global: boolean): string[] {
  const everyone = limits.find(({ terms }) => terms.some(isEmpty));
  return [
    ...limits.flatMap((limit, index) => {
      const first = limits.findIndex(({ name }) => name === limit.name);
      return first < index ? [`two limits are named "${limit.name}", so they would be counted as one. Give each a \`name\` of its own.`] : [];
    }),
    ...otherwise && everyone ? [`\`otherwise\` is for requests that no limit is about, and "${everyone.name}" is about every request. Leave out \`otherwise\`, or give "${everyone.name}" a \`match\`.`] : [],
    ...limits.flatMap((looser, index) => {
      const stricter = limits.find((other, at) => at !== index && sameRequests(other, looser)
        && neverBefore(looser, other, global) && (at < index || !neverBefore(other, looser, global)));
      return stricter ? [`"${looser.name}" (${describe(looser)}) never decides: "${stricter.name}" (${describe(stricter)}) is about the same requests and refuses them first. Leave one of them out.`] : [];
    }),
  ];
}

function sameRequests(a: CheckedLimit, b: CheckedLimit): boolean {
  const key = ({ terms, keys }: CheckedLimit) => JSON.stringify([terms, keys.map(({ _key }) => _key).sort()]);
  return key(a) === key(b);
}

/** Whether what the stricter one lets pass is never too much for the looser one. */
function neverBefore(looser: CheckedRate, stricter: CheckedRate, global: boolean): boolean {
  if (global) return stricter.requests * Math.max(1, looser.seconds / stricter.seconds) <= looser.requests;
  return stricter.requests * looser.seconds <= looser.requests * stricter.seconds && stricter.burst <= looser.burst;
}

function describe({ requests, seconds, burst, burstGiven }: CheckedRate): string {
  return `${requests} in ${seconds} s${burstGiven ? `, ${burst} at once` : ''}`;
}
