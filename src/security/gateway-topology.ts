import { IConstruct } from 'constructs';
import { AddressSpec } from './client-address';
import { selects } from '../model/kubernetes-object';
import { PodTemplate, describeTemplate, podsOf } from '../model/pod-index';
import { PolicyScope } from '../model/policy-scope';

/** Pods of this App that have not been told what stands in front of them, and so take the wrong address for the client's. */
export function topologyMistakes(
  owner: IConstruct, scope: PolicyScope, topology: NonNullable<AddressSpec['topology']>, annotations: Readonly<Record<string, string>>,
): string[] {
  const labels = scope._labels();
  if (scope._byTargetRefs) return [];
  const [[name, value]] = Object.entries(annotations);
  return podsOf(owner).inNamespace(scope._namespace)
    .filter(({ facts }) => labels === undefined || selects(labels, facts.allLabels))
    .filter((pods) => !knows(configOf(pods, name), topology))
    .map((pods) => `the pods of ${describeTemplate(pods)} are not told what stands in front of them, so that the address they see is not the client's. `
      + `Annotate them with ${name}: '${value}' (\`podAnnotations\` of this list), or say \`configuredElsewhere: true\` where the mesh config says so.`);
}

function knows(config: string, { numTrustedProxies, proxyProtocol }: NonNullable<AddressSpec['topology']>): boolean {
  if (proxyProtocol) return /\bproxyProtocol\b/.test(config);
  return Number(/\bnumTrustedProxies\b["']?\s*:\s*(\d+)/.exec(config)?.[1]) === numTrustedProxies;
}

/** As text: YAML of Istio's ProxyConfig. */
function configOf({ object }: PodTemplate, annotation: string): string {
  const { kind, metadata, spec } = object.toJson();
  const annotations = kind === 'Pod' ? metadata?.annotations : spec?.template?.metadata?.annotations ?? spec?.jobTemplate?.spec?.template?.metadata?.annotations;
  return String(annotations?.[annotation] ?? '');
}
