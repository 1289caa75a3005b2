/** RFC 7230's characters of a token, and the comma, which istiod lets pass. */
const NAME = /^[!#$%&'*+,\-.^_`|~A-Za-z0-9]+$/;
const TOKEN = /^[!#$%&'*+\-.^_`|~A-Za-z0-9]+$/;
const PROBE_NAME = /^[-A-Za-z0-9]+$/;
// eslint-disable-next-line no-control-regex
const VALUE = /^[^\u0000-\u0008\u000A-\u001F\u007F]*$/;
/** Case folds as in Unicode, so that the long s of `ho\u017ft` counts as an s, as it does for Go. */
const AUTHORITY = /^(?::authority|host)$/iu;
const HOST = /^host$/iu;
const CLAIMS = '@request.auth.claims';
const PSEUDO = new Set([':method', ':scheme', ':authority', ':path', ':status']);

/** `@request.auth.claims.group` or `@request.auth.claims[group]`: a route by a claim of the token, on gateways only. */
export function isJwtClaimHeader(name: string): boolean {
  if (!name.startsWith('@') || name.slice(0, CLAIMS.length).toLowerCase() !== CLAIMS) return false;
  const claim = name.slice(CLAIMS.length);
  return (claim.startsWith('.') && claim.length > 1) || (claim.startsWith('[') && claim.endsWith(']') && claim.length > 2);
}

/** Whether a client can send a header of this name: a token of RFC 7230. */
export function isHeaderName(name: string): boolean {
  return TOKEN.test(name);
}

/** `host` or `:authority`, in any case. */
export function isAuthorityHeader(name: string): boolean {
  return AUTHORITY.test(name);
}

/** What is wrong with the name of a header that a route matches; nothing if it is fine. Claims and pseudo headers are. */
export function matchedHeaderNameProblem(name: string): string | undefined {
  if (NAME.test(name) || isJwtClaimHeader(name) || PSEUDO.has(name)) return undefined;
  return nameProblem(name);
}

/** What is wrong with the name of a request header to set or add: `:authority` and `host` are fine, other `:` names are not. */
export function setRequestHeaderNameProblem(name: string): string | undefined {
  if (name === '') return 'is empty';
  return name.startsWith(':') && !isAuthorityHeader(name) ? 'starts with ":", as only headers of the protocol itself do' : undefined;
}

/** What is wrong with the name of a request header to remove, or of a response header to set, add or remove. */
export function changedHeaderNameProblem(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (HOST.test(name)) return 'is the Host header, which can be set in a request only';
  return name.startsWith(':') ? 'starts with ":", as only headers of the protocol itself do' : undefined;
}

/** What is wrong with a header that a CORS policy names: as a matched one, or `*`. */
export function corsHeaderNameProblem(name: string): string | undefined {
  return NAME.test(name) ? undefined : nameProblem(name);
}

/** What is wrong with the name of a header of a probe: letters, digits and `-`, as Kubernetes. */
export function probeHeaderNameProblem(name: string): string | undefined {
  return PROBE_NAME.test(name) ? undefined : nameProblem(name);
}

function nameProblem(name: string): string {
  return name === '' ? 'is empty' : 'has a character that no header name has';
}

/**
 * What is wrong with the value of a header that Envoy shall write; nothing if it is fine. Control characters are, and
 * a `%` that neither stands double nor encloses one of Envoy's variables, such as `%HOSTNAME%` or `%REQ(x-a)%`.
 */
export function headerValueProblem(value: string): string | undefined {
  if (!VALUE.test(value)) return 'has a control character';
  return value.includes('%') ? variableProblem(value) : undefined;
}

const Within = { TEXT: 0, VARIABLE: 1, ARGUMENTS: 2, STRING: 3, NEXT_STRING: 4, AFTER_STRING: 5, AFTER_ARRAY: 6, AFTER_ARGUMENTS: 7 };

/** A walk through the states that Envoy's own reader of such values has. */
function variableProblem(value: string): string | undefined {
  let state = Within.TEXT;
  for (let i = 0; i < value.length; i++) {
    const char = value[i];
    switch (state) {
      case Within.TEXT:
        if (char !== '%') break;
        if (i + 1 === value.length) return LONE_PERCENT;
        if (value[i + 1] === '%') i++;
        else state = Within.VARIABLE;
        break;
      case Within.VARIABLE:
        if (char === '%') state = Within.TEXT;
        else if (char === '(') state = Within.ARGUMENTS;
        break;
      case Within.ARGUMENTS:
        if (char === '[') state = Within.NEXT_STRING;
        else if (char !== ' ') state = Within.STRING;
        break;
      case Within.NEXT_STRING:
        if (char === '"') state = Within.STRING;
        else if (char !== ' ') return `has ${JSON.stringify(char)} in the arguments of a %…% variable where a string in quotes should start`;
        break;
      case Within.STRING:
        if (char === '\\') {
          if (i + 1 === value.length) return 'ends in a backslash, within the arguments of a %…% variable';
          i++;
        } else if (char === ')') {
          state = Within.AFTER_ARGUMENTS;
        } else if (char === '"') {
          state = Within.AFTER_STRING;
        }
        break;
      case Within.AFTER_STRING:
        if (char === ',') state = Within.NEXT_STRING;
        else if (char === ']') state = Within.AFTER_ARRAY;
        else if (char !== ' ') return `has ${JSON.stringify(char)} after a string in the arguments of a %…% variable, where "," or "]" should stand`;
        break;
      case Within.AFTER_ARRAY:
        if (char === ')') state = Within.AFTER_ARGUMENTS;
        else if (char !== ' ') return `has ${JSON.stringify(char)} in a %…% variable where ")" should close its arguments`;
        break;
      case Within.AFTER_ARGUMENTS:
        if (char === '%') state = Within.TEXT;
        else if (char !== ' ') return `has ${JSON.stringify(char)} in a %…% variable where "%" should close it`;
    }
  }
  return state === Within.TEXT ? undefined : LONE_PERCENT;
}

const LONE_PERCENT = 'has a "%" that no second one closes';

/** What to write instead of a header value with a problem. */
export const HEADER_VALUE_FIX = 'Write a percent sign as %%, and a variable of Envoy as %NAME% or %NAME(argument)%.';
