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
