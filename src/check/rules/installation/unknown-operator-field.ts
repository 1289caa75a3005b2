import { isJsonObject, Json, JsonObject, member } from '../../../manifest/json';
import { Kind } from '../../../manifest/kinds';
import { INSTALLATION_FIELDS } from '../../../semantics/installation-fields';
import { nearestTo } from '../../facts/nearest';
import { defineRule, RuleContext } from '../../rule';

const KUBERNETES = [
  'affinity', 'env', 'hpaSpec', 'imagePullPolicy', 'nodeSelector', 'podDisruptionBudget', 'podAnnotations', 'priorityClassName',
  'readinessProbe', 'replicaCount', 'resources', 'service', 'strategy', 'tolerations', 'serviceAnnotations', 'securityContext',
  'volumes', 'volumeMounts', 'overlays',
];
const COMPONENT = ['enabled', 'namespace', 'hub', 'tag', 'k8s'];
const COMPONENTS = ['base', 'pilot', 'cni', 'ztunnel', 'istiodRemote', 'ingressGateways', 'egressGateways'];
const SPEC = [
  'profile', 'installPackagePath', 'hub', 'tag', 'namespace', 'revision', 'compatibilityVersion', 'meshConfig', 'components',
  'values', 'unvalidatedValues',
];
/** Deeper than any mesh configuration. */
const MAX_DEPTH = 20;

/** Where settings that many put under `defaultConfig` belong. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  runAsUser: 'The user of a sidecar is set by `spec.values.global.proxy` or the injection template, and that of istiod by `spec.components.pilot.k8s.securityContext`; `defaultConfig` has neither.',
  securityContext: 'Write it under `spec.components.<component>.k8s.securityContext`, or in the injection template for sidecars.',
  resources: 'Write them under `spec.values.global.proxy.resources`.',
  accessLogFile: 'Write it one level up, under `spec.meshConfig`.',
  enableTracing: 'Write it one level up, under `spec.meshConfig`.',
  outboundTrafficPolicy: 'Write it one level up, under `spec.meshConfig`.',
};

export const unknownOperatorField = defineRule({
  code: 'MESH4101',
  slug: 'unknown-operator-field',
  title: 'An IstioOperator sets a field that nothing reads',
  severity: 'error',
  preset: 'recommended',
  aliases: [],
  sees: 'object',
  why: '`istioctl install` refuses unknown fields of `spec` and `components`, but takes those of `meshConfig` and `defaultConfig` without a word, and they do nothing.',
  fix: 'Correct the name, or move the field to where it is read.',
  links: ['https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/', 'https://istio.io/latest/docs/reference/config/istio.operator.v1alpha1/'],
  examples: {
    valid: [{
      title: 'The security context of istiod, and what defaultConfig has',
      yaml: `
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: { name: istio, namespace: istio-system }
spec:
  profile: default
  meshConfig:
    accessLogFile: /dev/stdout
    defaultConfig:
      holdApplicationUntilProxyStarts: true
      proxyMetadata: { ISTIO_META_DNS_CAPTURE: "true" }
  components:
    pilot:
      k8s:
        securityContext: { runAsUser: 1000 }
`,
    }],
    invalid: [{
      title: 'A security context under defaultConfig',
      yaml: `
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: { name: istio, namespace: istio-system }
spec:
  meshConfig:
    defaultConfig:
      runAsUser: 1000
      securityContext: { runAsNonRoot: true }
`,
    }, {
      title: 'A misspelled field of the mesh, and components that are gone',
      yaml: `
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: { name: istio, namespace: istio-system }
spec:
  addonComponents: {}
  meshConfig:
    accesslogFile: /dev/stdout
`,
    }],
  },
  kinds: [Kind.ISTIO_OPERATOR],
  check(object, context) {
    const spec = member(object.json, 'spec');
    known(spec, SPEC, 'spec', context);
    const components = member(spec, 'components');
    known(components, COMPONENTS, 'spec.components', context);
    for (const name of COMPONENTS) {
      const component = member(components, name);
      if (Array.isArray(component)) component.forEach((gateway, i) => componentOf(gateway, `spec.components.${name}[${i}]`, ['name', 'label'], context));
      else componentOf(component, `spec.components.${name}`, [], context);
    }
    message(member(spec, 'meshConfig'), 'MeshConfig', 'spec.meshConfig', context, 0);
  },
});

function componentOf(component: Json | undefined, path: string, more: readonly string[], context: RuleContext): void {
  known(component, [...more, ...COMPONENT], path, context);
  known(member(component, 'k8s'), KUBERNETES, `${path}.k8s`, context);
}

function known(value: Json | undefined, fields: readonly string[], path: string, context: RuleContext): void {
  if (!isJsonObject(value)) return;
  for (const name of Object.keys(value)) {
    if (!fields.includes(name)) unknown(name, fields, path, context);
  }
}

/** What is read as a protobuf message of Istio's: the names of the fields in either notation. */
function message(value: Json | undefined, type: string, path: string, context: RuleContext, depth: number): void {
  const fields = INSTALLATION_FIELDS[type];
  if (!isJsonObject(value) || fields === undefined || depth > MAX_DEPTH) return;
  for (const [name, inner] of Object.entries(value)) {
    const field = Object.prototype.hasOwnProperty.call(fields, name) ? name : camelCase(name);
    if (!Object.prototype.hasOwnProperty.call(fields, field)) {unknown(name, Object.keys(fields), path, context);} else if (fields[field].startsWith('map:')) {
      if (isJsonObject(inner)) for (const [key, entry] of Object.entries(inner)) message(entry, fields[field].slice(4), `${path}.${name}["${key}"]`, context, depth + 1);
    } else if (Array.isArray(inner)) {
      inner.forEach((item, i) => message(item, fields[field].replace(/^list:/, ''), `${path}.${name}[${i}]`, context, depth + 1));
    } else {
      message(inner as JsonObject, fields[field], `${path}.${name}`, context, depth + 1);
    }
  }
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function unknown(name: string, fields: readonly string[], path: string, { report }: RuleContext): void {
  const near = nearestTo(name, fields) ?? fields.find((field) => field.toLowerCase() === name.toLowerCase());
  const elsewhere = path.endsWith('.defaultConfig') && Object.prototype.hasOwnProperty.call(ELSEWHERE, name) ? ELSEWHERE[name] : undefined;
  report({
    path: `${path}.${name}`,
    message: `There is no field ${name} in ${path}: nothing reads it.`,
    fix: elsewhere ?? (near ? `Write ${near}.` : fields.length <= 20 ? `Remove it, or write one of ${[...fields].sort().join(', ')}.` : 'Remove it, or correct the name.'),
  });
}
