import { ControlPlaneUpgradeProps } from './control-plane-upgrade-props';
import { IstioVersion } from './istio-version';
import { DEFAULT_TAG } from './revision-tag';
import { hasNodeAgent } from './upgraded-installations';
import { checkList } from '../../model/given';
import { describeValue } from '../../semantics/describe-value';
import { isDnsLabel } from '../../semantics/kubernetes-name';
import { isMisreadByKubernetes } from '../../semantics/yaml-scalar';
import { InstallationProfile } from '../installation-profile';
import { IstioInstallation, isInstallation } from '../istio-installation';

/** As far as control planes of two revisions are supported beside each other. */
const MOST_MINORS = 2;
/** As far as a node agent, of which a node has one, is. */
const MOST_MINORS_OF_NODE_AGENT = 1;

/** Throws for what can never become right. */
export function checkUpgrade(props: ControlPlaneUpgradeProps): void {
  for (const [field, value] of [['current', props.current], ['next', props.next]] as const) {
    if (!isInstallation(value)) throw new Error(`\`${field}\` is ${describeValue(value)}. Give an IstioInstallation, for example new IstioInstallation(chart, 'istio-1-31', { version: '1.31.1', revision: '1-31' }).`);
    checkProfile(field, value);
  }
  checkRevisions(props);
  checkVersions(props);
  checkOneMesh(props);
  checkGateways(props);
  checkNamespaces(props);
  checkTag(props);
}

function checkProfile(field: string, { profile }: IstioInstallation): void {
  const why: { readonly [profile in InstallationProfile]?: string } = {
    [InstallationProfile.EMPTY]: 'installs no control plane. Give the installation whose istiod serves the pods',
    [InstallationProfile.REMOTE]: 'is served by the control plane of another cluster. Upgrade that one first, then change `version` here',
    [InstallationProfile.AMBIENT]: 'has one ztunnel a node for all namespaces, so that these cannot be moved one by one. Change `version` of the one installation, '
      + 'and install its releases in their order: istio-base, istiod, istio-cni, ztunnel',
  };
  const reason = why[profile];
  if (reason !== undefined) throw new Error(`\`${field}\` has the profile ${profile}, which ${reason}.`);
}

function checkRevisions({ current, next }: ControlPlaneUpgradeProps): void {
  if (next.revision === undefined) {
    throw new Error(`\`next\` has no \`revision\`, and would take over all pods of the default revision at once. Give it one, for example "${revisionFor(next.version)}".`);
  }
  if (current.revision === next.revision) {
    throw new Error(`\`current\` and \`next\` are both the revision ${next.revision}, and the second would replace the first. Give \`next\` one of its own, for example "${revisionFor(next.version)}".`);
  }
}

function revisionFor(version: string): string {
  return version.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}

function checkVersions({ current, next }: ControlPlaneUpgradeProps): void {
  const [from, to] = [new IstioVersion(current.version), new IstioVersion(next.version)];
  if (to.isOlderThan(from)) {
    throw new Error(`\`next\` is Istio ${to.text}, which is older than \`current\`, ${from.text}. Istio's control planes are upgraded only; the way back from an upgrade is in each step of its plan. `
      + 'If they are the wrong way round, exchange them.');
  }
  const by = to.minor - from.minor;
  const between = `1.${from.minor + 1}`;
  if (by > MOST_MINORS) {
    throw new Error(`\`current\` is Istio ${from.text} and \`next\` ${to.text}, ${by} minor versions newer; Istio supports steps of ${MOST_MINORS}. Upgrade to 1.${from.minor + MOST_MINORS} first.`);
  }
  const [had, has] = [hasNodeAgent(current), hasNodeAgent(next)];
  if (had && !has) throw new Error('`next` has no `cni`, which `current` has, and pods of both are on the same nodes. Give it to `next` too, and take it out when the upgrade is through.');
  if (by > MOST_MINORS_OF_NODE_AGENT && had) {
    throw new Error(`\`current\` is Istio ${from.text} and \`next\` ${to.text}, ${by} minor versions newer, and the CNI node agent serves pods of both; it works with its own minor version and the next one. Upgrade to ${between} first.`);
  }
}

/** Pods of both have to trust each other for as long as it takes. */
function checkOneMesh({ current, next }: ControlPlaneUpgradeProps): void {
  const facts = (of: IstioInstallation): [string, string][] => [
    ['namespace', of.namespace],
    ['clusterName', of.clusterName ?? 'Kubernetes'],
    ['meshId', of.meshId ?? ''],
    ['network', of.network ?? ''],
    ['meshConfig.trustDomain', of._props.meshConfig?.trustDomain ?? 'cluster.local'],
    ['certificateAuthority', of._props.certificateAuthority?._kind ?? 'istiod'],
  ];
  const later = new Map(facts(next));
  const other = facts(current).find(([field, value]) => later.get(field) !== value);
  if (other === undefined) return;
  const [field, value] = other;
  throw new Error(`\`${field}\` is ${describeValue(value)} for \`current\` and ${describeValue(later.get(field))} for \`next\`: pods of the one would not find or not trust those of the other. Make them agree; it is no change for an upgrade.`);
}

function checkGateways({ current, next, namespaces }: ControlPlaneUpgradeProps): void {
  const where = (of: IstioInstallation) => of.gateways.map((gateway) => `${gateway._namespace(of.namespace)}/${gateway.name}`);
  const lost = where(current).filter((name) => !where(next).includes(name));
  if (lost.length > 0) throw new Error(`\`next\` has no gateway ${lost.join(', ')}, which \`current\` has: there would be nobody to serve it. Give it to \`next\` too, and take it out when the upgrade is through.`);
  if (!Array.isArray(namespaces)) return;
  const listed = next.gateways.find((gateway) => namespaces.includes(gateway._namespace(next.namespace)));
  if (listed !== undefined) {
    throw new Error(`\`namespaces\` names ${listed._namespace(next.namespace)}, where the gateway ${listed.name} is: gateways have a step of their own, and follow the label of their pods. Leave it out, and the label of the Namespace too.`);
  }
}

function checkNamespaces({ namespaces, current }: ControlPlaneUpgradeProps): void {
  checkList('namespaces', namespaces, "['shop']");
  if (namespaces.length === 0) throw new Error("`namespaces` is empty, so there is nothing to move. Name those whose pods have sidecars, for example ['shop'].");
  const wrong = namespaces.find((name) => typeof name !== 'string' || !isDnsLabel(name));
  if (wrong !== undefined) throw new Error(`\`namespaces\` holds ${describeValue(wrong)}, which is not a namespace name: lower-case letters, digits and dashes, at most 63.`);
  const twice = namespaces.find((name, index) => namespaces.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`\`namespaces\` names ${twice} twice, and a namespace is moved once. Leave one of them out.`);
  const special = namespaces.find((name) => name === current.namespace || name.startsWith('kube-'));
  if (special !== undefined) throw new Error(`\`namespaces\` names ${special}, which has no sidecars. Name the namespaces of applications only.`);
}

function checkTag({ tag, current, next }: ControlPlaneUpgradeProps): void {
  if (tag !== undefined) {
    if (typeof tag !== 'string' || !isDnsLabel(tag) || isMisreadByKubernetes(tag)) {
      throw new Error(`\`tag\` is ${describeValue(tag)}. Give lower-case letters, digits and dashes, at most 63, and nothing that YAML takes for a number, for example "prod".`);
    }
    if (tag === current.revision || tag === next.revision) {
      throw new Error(`\`tag\` is "${tag}", which is the revision of one of the control planes, and both would answer for its pods. Give another name, for example "prod", or leave it out.`);
    }
    if (current.revision === undefined && tag !== DEFAULT_TAG) {
      throw new Error(`\`tag\` is "${tag}", and \`current\` has no revision: its namespaces have istio-injection: enabled. Leave it out; give them the tag "${tag}" when the upgrade is through.`);
    }
  }
  for (const [field, installation] of [['current', current], ['next', next]] as const) {
    const own: unknown = installation.istioOperator.spec.values?.revisionTags;
    if (!Array.isArray(own) || own.length === 0) continue;
    throw new Error(`\`${field}\` has \`values.revisionTags\` ${describeValue(own)}: removing the installation would take these tags away, and their namespaces would be without a control plane. `
      + 'Leave it out. Where Helm has written them, first have it keep them: kubectl annotate mutatingwebhookconfiguration istio-revision-tag-… helm.sh/resource-policy=keep, and so with the Services.');
  }
}
