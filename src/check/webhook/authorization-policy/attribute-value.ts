import { byteLength } from '../../../semantics/byte-length';
import { describeBadAddress, isCidr, isIpAddress } from '../../../semantics/ip-address';
import { quoted } from '../quoted';

/** What is wrong with a value, and how to put it right. */
export interface BadValue { readonly message: string; readonly fix: string }

/** Judges one value; undefined if Istio takes it. */
export type ValueCheck = (value: string) => BadValue | undefined;

const EMPTY_VALUE: BadValue = {
  message: 'An empty value is not allowed.',
  fix: 'Drop it. A presence match, which any value fulfils, is "*".',
};

export const nonEmpty: ValueCheck = value => value === '' ? EMPTY_VALUE : undefined;

export const ipBlock: ValueCheck = value => {
  if (value.includes('/') ? isCidr(value) : isIpAddress(value)) return undefined;
  return {
    message: value.includes('/') ? `${quoted(value)} is no CIDR block.` : `The address ${describeBadAddress(value)}.`,
    fix: 'Give one address (10.1.2.3) or a CIDR block (10.1.0.0/16), IPv4 or IPv6, without leading zeros, ranges or wildcards.',
  };
};

export const port: ValueCheck = value => {
  if (/^[0-9]+$/.test(value) && Number(value) <= 65535) return undefined;
  return {
    message: `${quoted(value)} is no port.`,
    fix: 'Give a number from 0 to 65535 as text, for example "8080". Names, ranges and wildcards are not allowed: list each port.',
  };
};

const LONGEST_SERVICE_ACCOUNT = 320;

export const serviceAccount: ValueCheck = value => {
  if (value.includes('*')) {
    return {
      message: `${quoted(value)} holds a wildcard, which a service account may not.`,
      fix: 'Name each service account, or use principals, for example "*/ns/shop/sa/cart".',
    };
  }
  const parts = value.split('/');
  if (parts.length > 2 || parts.includes('')) {
    return {
      message: `${quoted(value)} is no service account.`,
      fix: 'Write "serviceAccount" (of the policy\'s own namespace) or "namespace/serviceAccount".',
    };
  }
  return value.length * 3 > LONGEST_SERVICE_ACCOUNT && byteLength(value) > LONGEST_SERVICE_ACCOUNT ? {
    message: `${quoted(value)} is longer than ${LONGEST_SERVICE_ACCOUNT} bytes.`,
    fix: 'No service account has so long a name; look it up with kubectl get serviceaccounts.',
  } : undefined;
};

export const oneWildcardAtAnEnd: ValueCheck = value => {
  if (value === '') return EMPTY_VALUE;
  const star = value.indexOf('*');
  if (star < 0 || (star === value.lastIndexOf('*') && (star === 0 || star === value.length - 1))) return undefined;
  return {
    message: `${quoted(value)} has ${star === value.lastIndexOf('*') ? 'its wildcard in the middle' : 'more than one wildcard'}.`,
    fix: 'Use one * at the start or at the end, or only "*": "*.example.com", "prod.*".',
  };
};

export const trustDomain: ValueCheck = value => oneWildcardAtAnEnd(value) ?? (value.includes('/') ? {
  message: `${quoted(value)} holds a slash, which a trust domain may not.`,
  fix: 'Give only the part before /ns/ of the identity: "cluster.local". For a whole identity use principals.',
} : undefined);

const ONE_SEGMENT = '{*}';
const ANY_SEGMENTS = '{**}';
const SEGMENT = /^[a-zA-Z0-9\-._~%!$&'()+,;:@=]+$/;

/** A path with the templates `{*}` (one segment) and `{**}` (any number, only once and last of the templates). */
export const path: ValueCheck = value => {
  if (value === '') return EMPTY_VALUE;
  const isTemplate = value.includes(ONE_SEGMENT) || value.includes(ANY_SEGMENTS);
  if (!isTemplate && !/[{}]/.test(value)) return undefined;
  let anySegmentsSeen = false;
  for (const segment of trimSlashes(value).split('/')) {
    if (segment === ONE_SEGMENT || segment === ANY_SEGMENTS) {
      if (anySegmentsSeen) {
        return { message: `In ${quoted(value)} the template ${segment} follows {**}.`, fix: 'Let {**} be the last template of the path.' };
      }
      anySegmentsSeen = segment === ANY_SEGMENTS;
    } else if (/[{}]/.test(segment)) {
      return {
        message: `In ${quoted(value)} the segment ${quoted(segment)} holds a brace that belongs to no template.`,
        fix: 'A template is a whole segment, {*} for one segment or {**} for any number; Istio knows no names in it such as {id}.',
      };
    } else if (isTemplate && !SEGMENT.test(segment)) {
      return {
        message: segment === ''
          ? `${quoted(value)} holds an empty segment, which a path with templates may not.`
          : `In ${quoted(value)} the segment ${quoted(segment)} may not stand beside a template.`,
        fix: 'Beside {*} and {**} a segment is made of letters, digits, %-escapes and -._~!$&\'()+,;:@= only; there is no wildcard * in it.',
      };
    }
  }
  return undefined;
};

function trimSlashes(text: string): string {
  let start = 0, end = text.length;
  while (start < end && text.charCodeAt(start) === 47) start++;
  while (end > start && text.charCodeAt(end - 1) === 47) end--;
  return text.slice(start, end);
}
