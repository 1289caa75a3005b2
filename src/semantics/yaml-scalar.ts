/**
 * Kubernetes reads YAML with Go's reader, which takes some unquoted words for numbers that the
 * writer of cdk8s takes for strings and leaves unquoted: `0o17`, `-0o7`, `0X1f`, `0B1`.
 * Measured with sigs.k8s.io/yaml in conformance/.
 */
const GO_INTEGER = /^[-+]?0(?:[oO][0-7_]+|[xX][0-9a-fA-F_]+|[bB][01_]+)$/;
/** `+`, `-` and `0` are the first characters that count, and few strings start with one. */
const ZERO = 0x30;

/** Whether the writer of cdk8s writes this string so that Kubernetes reads something other than a string. */
export function isMisreadByKubernetes(text: string): boolean {
  return text.length > 2 && text.charCodeAt(0) <= ZERO && GO_INTEGER.test(text);
}
