import { Trust } from './allow-rule';
import { DataPlane, checkDataPlane } from './ambient/data-plane';
import { ambientLabels, ambientMistake, checkPlane } from './ambient/zero-trust-ambient';
import { EgressPolicy } from './egress-scope';
import { Injection, asksForSidecars, injectionMistake } from './injection';
import { otherNamespaceObjects } from './namespace-object';
import type { ZeroTrustNamespace } from './zero-trust-namespace';
import { ZeroTrustNamespaceProps } from './zero-trust-props';
import { checkFlags, checkMember, checkProps, checkText } from '../model/given';
import { validateOncePerSynth } from '../model/once-per-synth';
import { checkTrustDomains } from '../model/trust-domains';
import { warn } from '../model/warning';
import { describeValue } from '../semantics/describe-value';
import { isDnsLabel, isDnsName } from '../semantics/kubernetes-name';

export function rootNamespaceOf({ rootNamespace }: ZeroTrustNamespaceProps): string {
  return rootNamespace ?? 'istio-system';
}

/** Throws for props that can never become right; returns whom they trust. */
export function checkZeroTrust(props: ZeroTrustNamespaceProps): Trust {
  checkTypes(props);
  const { namespace, existing, injection, namespaceMetadata, metadata, trustDomains, clusterDomain } = props;
  const rootNamespace = rootNamespaceOf(props);
  for (const [prop, value] of Object.entries({ namespace, rootNamespace })) {
    if (!isDnsLabel(value)) throw new Error(`${prop}: "${value}" is not a namespace name: lower-case letters, digits and dashes, at most 63.`);
  }
  if (clusterDomain !== undefined && !isDnsName(clusterDomain)) {
    throw new Error(`clusterDomain: "${clusterDomain}" is not a domain. Write it without spiffe:// and without wildcards, for example "cluster.local".`);
  }
  if (namespace === rootNamespace) {
    throw new Error(`namespace: ${namespace} is the root namespace of the mesh: deny-all and STRICT there would hold for every namespace. Choose the namespace of an application.`);
  }
  if (existing && (injection || namespaceMetadata)) {
    throw new Error(`existing: no Namespace object is written, so \`${injection ? 'injection' : 'namespaceMetadata'}\` has nothing to stand on. Leave it out, and label the Namespace where it is made.`);
  }
  for (const [prop, given] of Object.entries({ metadata, namespaceMetadata })) {
    if (given?.name !== undefined || (given?.namespace !== undefined && given.namespace !== namespace)) {
      throw new Error(`${prop}: names are fixed and the namespace is \`namespace\`. Give labels and annotations only.`);
    }
  }
  const plane = planeOf(props);
  checkPlane(props, plane);
  const mistake = existing ? undefined : planeMistake({ ...namespaceMetadata?.labels, ...planeLabels(props) }, props);
  if (mistake) throw new Error(`namespaceMetadata: ${mistake}`);
  const domains = checkTrustDomains(trustDomains);
  return { own: trustDomains === undefined ? undefined : domains[0], domains };
}

/** Who carries out the policies. */
export function planeOf({ dataPlane = DataPlane.sidecars() }: ZeroTrustNamespaceProps): DataPlane {
  return dataPlane;
}

function planeMistake(labels: Readonly<Record<string, string>>, props: ZeroTrustNamespaceProps): string | undefined {
  const plane = planeOf(props);
  return plane._isAmbient ? ambientMistake(labels, props.namespace, plane) : injectionMistake(labels);
}

function checkTypes(props: ZeroTrustNamespaceProps): void {
  const { namespace, existing, dryRun, injection, egress, namespaceMetadata, metadata, clusterDomain } = props;
  checkText('namespace', namespace, 'shop');
  checkText('rootNamespace', rootNamespaceOf(props), 'istio-system');
  checkFlags({ existing, dryRun });
  if (props.dataPlane !== undefined) checkDataPlane(props.dataPlane);
  if (egress !== undefined) checkMember('egress', egress, 'EgressPolicy', EgressPolicy);
  if (clusterDomain !== undefined) checkText('clusterDomain', clusterDomain, 'cluster.local');
  for (const [prop, value] of Object.entries({ metadata, namespaceMetadata })) {
    if (value !== undefined) checkProps(value, `${prop}: { labels: { team: 'shop' } }`);
  }
  if (injection !== undefined && !(injection instanceof Injection)) {
    const revision = typeof injection === 'string' ? injection : '1-31';
    throw new Error(`\`injection\` is ${describeValue(injection)}, so pods would get no sidecar. Give Injection.enabled(), or Injection.revision('${revision}').`);
  }
}

/** The labels of the Namespace object by which its pods come into the mesh; none where no such object is written. */
export function planeLabels(props: ZeroTrustNamespaceProps): Record<string, string> {
  const { existing, namespace, injection = Injection.enabled() } = props;
  const plane = planeOf(props);
  if (existing) return {};
  return plane._isAmbient ? ambientLabels(namespace, plane) : { [injection._label]: injection._value };
}

/** What is wrong with the Namespace objects of an App. */
export function namespaceMistakes({ namespace, namespaceObject, node }: ZeroTrustNamespace, props: ZeroTrustNamespaceProps): string[] {
  const others = otherNamespaceObjects(namespace, namespaceObject, node.root);
  const doubled = namespaceObject
    ? others.map((other) => `the Namespace ${namespace} is written here and by [${other.node.path}]. Say existing: true here, or leave that one out.`)
    : [];
  const labelled = [...namespaceObject ? [namespaceObject] : [], ...others].flatMap((object) => {
    const mistake = planeMistake(object.toJson().metadata.labels ?? {}, props);
    return mistake ? [`the Namespace ${namespace} [${object.node.path}]: ${mistake}`] : [];
  });
  return [...doubled, ...labelled];
}

/** Pods may still ask for their sidecar one by one, so this is no error. The root is validated first, when labels are final. */
export function warnOfMissingInjection(owner: ZeroTrustNamespace): void {
  let warned = false;
  validateOncePerSynth(owner.node.root, () => {
    const unlabelled = otherNamespaceObjects(owner.namespace, undefined, owner.node.root)
      .find((object) => !asksForSidecars(object.toJson().metadata.labels ?? {}));
    if (unlabelled && !warned) {
      warned = true;
      warn(owner, `the Namespace ${owner.namespace} [${unlabelled.node.path}] has no label for injection, so its pods get no sidecar, and nothing enforces these policies. `
        + 'Give it the label istio-injection: enabled, or istio.io/rev: REVISION.');
    }
    return [];
  });
}
