/**
 * What Istio decides for a request, from AuthorizationPolicies as they are written: independent of
 * the constructs, and only as much as ALLOW policies of namespaces need.
 */
export interface Request {
  /** The namespace of the pod that is called; not needed where the policies are of one. */
  readonly namespace?: string;
  /** The labels of the pod that is called. */
  readonly labels: Record<string, string>;
  /** The port of the pod that is called. */
  readonly port: number;
  readonly method: string;
  readonly path: string;
  /** `namespace/account` of this mesh; undefined for plaintext. */
  readonly account?: string;
}

export function isAllowed(manifests: readonly any[], request: Request): boolean {
  const policies = manifests
    .filter((manifest) => manifest.kind === 'AuthorizationPolicy')
    .filter(({ metadata }) => request.namespace === undefined || metadata.namespace === request.namespace)
    .filter(({ spec }) => hasLabels(request.labels, spec.selector?.matchLabels ?? {}));
  for (const { metadata, spec } of policies) {
    if ((spec.action ?? 'ALLOW') !== 'ALLOW') throw new Error(`${metadata.name}: the evaluator knows ALLOW only`);
  }
  return policies.length === 0 || policies.some(({ spec }) => (spec.rules ?? []).some((rule: any) => ruleMatches(rule, request)));
}

function ruleMatches(rule: any, request: Request): boolean {
  onlyKeys(rule, ['from', 'to']);
  return (rule.from === undefined || rule.from.some(({ source }: any) => sourceMatches(source, request)))
    && (rule.to === undefined || rule.to.some(({ operation }: any) => operationMatches(operation, request)));
}

function sourceMatches(source: any, { account }: Request): boolean {
  onlyKeys(source, ['serviceAccounts']);
  return account !== undefined && source.serviceAccounts.includes(account);
}

function operationMatches(operation: any, { method, path, port }: Request): boolean {
  onlyKeys(operation, ['methods', 'paths', 'ports']);
  const { methods = [], paths = [], ports = [] } = operation;
  return (methods.length === 0 || methods.includes(method))
    && (ports.length === 0 || ports.includes(String(port)))
    && (paths.length === 0 || paths.some((pattern: string) => pathMatches(pattern, path)));
}

function pathMatches(pattern: string, path: string): boolean {
  if (pattern.includes('{')) {
    const expression = pattern.split('/').map((part) => (part === '{*}' ? '[^/]+' : part === '{**}' ? '.*' : part.replace(/[.$()+]/g, '\\$&'))).join('/');
    return new RegExp(`^${expression}$`).test(path);
  }
  if (pattern.startsWith('*')) return path.endsWith(pattern.slice(1));
  if (pattern.endsWith('*')) return path.startsWith(pattern.slice(0, -1));
  return path === pattern;
}

function hasLabels(labels: Record<string, string>, wanted: Record<string, string>): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

/** What the evaluator does not know must not look as if it were not there. */
function onlyKeys(object: object, keys: string[]): void {
  const unknown = Object.keys(object).filter((key) => !keys.includes(key));
  if (unknown.length > 0) throw new Error(`the evaluator does not know ${unknown.join(', ')}`);
}
