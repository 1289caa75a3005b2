import { Yaml } from 'cdk8s';

/**
 * What Go's YAML reader, which Kubernetes uses, takes for a number. It drops underscores first, and
 * knows `0o17`, `0X1f`, `0B1` and even `0b-1`. Measured with sigs.k8s.io/yaml in conformance/.
 */
const GO_NUMBER = new RegExp([
  '[-+]?0(?:[bB][01]+|[oO]?[0-7]+|[xX][0-9a-fA-F]+)',
  '0b[-+][01]+',
  '[-+]?(?:\\.[0-9]+|[0-9]+(?:\\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?',
].map((form) => `^${form}$`).join('|'));

/**
 * Whether the writer of cdk8s writes this string so that Kubernetes reads something other than a
 * string: a number to Go, that the writer takes for a word and leaves unquoted.
 */
export function isMisreadByKubernetes(text: string): boolean {
  if (!/^[-+.0-9]/.test(text) || /^[1-9][0-9]*$/.test(text)) return false;
  return GO_NUMBER.test(text.replaceAll('_', '')) && !/^["']/.test(Yaml.stringify(text));
}

/**
 * Characters that the writer of cdk8s writes as they are, and Kubernetes' reader refuses or takes for a
 * line break: DEL, the second set of control characters, line separators, a byte order mark, halves of pairs.
 */
const UNREADABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Nearly every string: not worth the longer look. */
const PLAIN = /^[\x20-\x7e]*$/;

/** The first character of a string that cannot be written, as `U+0085`; undefined when there is none. */
export function unreadableCharacter(text: string): string | undefined {
  if (PLAIN.test(text)) return undefined;
  const found = UNREADABLE.exec(text)?.[0];
  return found === undefined ? undefined : `U+${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}
