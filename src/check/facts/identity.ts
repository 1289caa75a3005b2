/** A workload's identity as policies write it: `cluster.local/ns/shop/sa/cart`. */
export interface Principal {
  readonly trustDomain: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

const FULL = /^([^/]+)\/ns\/([^/*]+)\/sa\/([^/*]+)$/;

/** The parts of a principal that names one service account; the trust domain may be `*`. */
export function principalOf(text: string): Principal | undefined {
  const parts = FULL.exec(text);
  return parts ? { trustDomain: parts[1], namespace: parts[2], serviceAccount: parts[3] } : undefined;
}

/** The parts of an entry of `serviceAccounts`: `cart`, `shop/cart`. */
export function serviceAccountOf(text: string, namespace: string): { readonly namespace: string; readonly serviceAccount: string } {
  const slash = text.indexOf('/');
  return slash < 0 ? { namespace, serviceAccount: text } : { namespace: text.slice(0, slash), serviceAccount: text.slice(slash + 1) };
}
