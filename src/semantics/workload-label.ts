/**
 * Labels of workloads that a cluster does not keep (WorkloadEntry, endpoints of a ServiceEntry, subsets): Istio checks
 * them with rules of its own, a little laxer than those of Kubernetes.
 */
const KEY = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const PREFIX_PART = /^[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?$/;
const MAX_KEY = 63;
const MAX_PREFIX = 253;

export function isWorkloadLabelKey(key: string): boolean {
  const slash = key.indexOf('/');
  const name = key.slice(slash + 1);
  if (name.length > MAX_KEY || !KEY.test(name)) return false;
  return slash < 0 || (slash <= MAX_PREFIX && key.slice(0, slash).split('.').every(part => PREFIX_PART.test(part)));
}

/** As long as it likes. */
export function isWorkloadLabelValue(value: string): boolean {
  return value === '' || KEY.test(value);
}
