import { describeValue } from '../semantics/describe-value';
import { isDnsLabel, isLabelKey, isLabelValue } from '../semantics/kubernetes-name';

/** The pods of one version of a service: by the label `version`, or by labels of their own. */
export interface CanaryVersion {
  /**
   * The value of the pods' label `version`.
   *
   * @default - `labels` say which pods are meant
   */
  readonly version?: string;
  /**
   * The labels that tell the pods of this version from the other's.
   *
   * @default - `version: VERSION`
   */
  readonly labels?: { readonly [label: string]: string };
  /**
   * The name of the subset.
   *
   * @default - `version`, or what the version is to its construct (`stable`, `canary`, `blue` …) when only labels are given
   */
  readonly subset?: string;
}

export interface ResolvedVersion {
  /** What it is to its construct, for messages. */
  readonly role: string;
  readonly subset: string;
  readonly labels: Readonly<Record<string, string>>;
}

export function resolveVersion(path: string, role: string, given: CanaryVersion): ResolvedVersion {
  if (typeof given !== 'object' || given === null) {
    throw new Error(`[${path}] ${role} is ${describeValue(given)}. Say which pods are meant, for example { version: 'v1' }.`);
  }
  const { version, labels, subset } = given;
  if (version !== undefined && typeof version !== 'string') {
    throw new Error(`[${path}] ${role}: \`version\` is ${describeValue(version)}. Give the value of the pods' label, for example 'v1'.`);
  }
  if (subset !== undefined && typeof subset !== 'string') throw new Error(`[${path}] ${role}: \`subset\` is ${describeValue(subset)}. Give the name of the subset, for example 'v1'.`);
  if ((version === undefined) === (labels === undefined)) {
    throw new Error(`[${path}] ${role}: give either \`version\` (the pods' label of that name) or \`labels\`.`);
  }
  if (labels !== undefined && Object.keys(labels).length === 0) {
    throw new Error(`[${path}] ${role}: \`labels\` is empty, so every pod of the service would be meant.`);
  }
  // Subset names become part of Envoy's cluster names; Istio takes DNS labels.
  const name = subset ?? (version === undefined ? role : version.toLowerCase().replace(/[^a-z0-9-]/g, '-'));
  if (!isDnsLabel(name)) {
    throw new Error(`[${path}] ${role}: "${name}" cannot be the name of a subset: lower-case letters, digits and dashes, at most 63. Give \`subset\`.`);
  }
  const all = labels ?? { version: version! };
  for (const [key, value] of Object.entries(all)) {
    if (!isLabelKey(key) || !isLabelValue(value)) {
      throw new Error(`[${path}] ${role}: ${key}=${value} is not a label that a pod can have: letters, digits, ".", "_" and "-" between letters and digits, at most 63.`);
    }
  }
  return { role, subset: name, labels: all };
}
