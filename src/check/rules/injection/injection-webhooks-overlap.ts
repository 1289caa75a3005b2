import { arrayOr, Json, member, stringMap, stringOr } from '../../../manifest/json';
import { Kind } from '../../../manifest/kinds';
import { MeshObject } from '../../../manifest/mesh-object';
import { MeshFacts } from '../../facts/mesh-facts';
import { INJECT_LABEL, INJECTION_LABEL, REVISION_LABEL } from '../../facts/namespaces';
import { Labels } from '../../facts/workloads';
import { defineRule } from '../../rule';

const WEBHOOKS = 'MutatingWebhookConfiguration.admissionregistration.k8s.io';

export const injectionWebhooksOverlap = defineRule({
  code: 'MESH3615',
  slug: 'injection-webhooks-overlap',
  title: 'Two injection webhooks take the same pods, or one calls a control plane that is not there',
  severity: 'error',
  preset: 'istio',
  aliases: ['IST0139'],
  sees: 'mesh',
  why: 'Two injectors put two proxies into one pod, and it does not start. A webhook without its control plane refuses every pod it selects.',
  fix: 'Give each revision its own `istio.io/rev`, make one of them the default, and remove webhooks of control planes that are gone.',
  links: ['https://istio.io/latest/docs/reference/config/analysis/ist0139/'],
  examples: {
    valid: [{
      title: 'one webhook for each revision',
      yaml: `
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: { name: istio-sidecar-injector-stable, labels: { istio.io/rev: stable } }
webhooks:
  - name: namespace.sidecar-injector.istio.io
    namespaceSelector: { matchExpressions: [{ key: istio.io/rev, operator: In, values: [stable] }, { key: istio-injection, operator: DoesNotExist }] }
    objectSelector: { matchExpressions: [{ key: sidecar.istio.io/inject, operator: NotIn, values: ["false"] }] }
    clientConfig: { service: { name: istiod-stable, namespace: istio-system } }
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: { name: istio-sidecar-injector-canary, labels: { istio.io/rev: canary } }
webhooks:
  - name: namespace.sidecar-injector.istio.io
    namespaceSelector: { matchExpressions: [{ key: istio.io/rev, operator: In, values: [canary] }, { key: istio-injection, operator: DoesNotExist }] }
    objectSelector: { matchExpressions: [{ key: sidecar.istio.io/inject, operator: NotIn, values: ["false"] }] }
    clientConfig: { service: { name: istiod-canary, namespace: istio-system } }
---
apiVersion: v1
kind: Service
metadata: { name: istiod-stable, namespace: istio-system }
spec: { selector: { app: istiod }, ports: [{ name: https-webhook, port: 443, targetPort: 15017 }] }
---
apiVersion: v1
kind: Service
metadata: { name: istiod-canary, namespace: istio-system }
spec: { selector: { app: istiod }, ports: [{ name: https-webhook, port: 443, targetPort: 15017 }] }
`,
    }],
    invalid: [{
      title: 'two webhooks for istio-injection',
      yaml: `
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: { name: istio-sidecar-injector }
webhooks:
  - name: namespace.sidecar-injector.istio.io
    namespaceSelector: { matchLabels: { istio-injection: enabled } }
    clientConfig: { service: { name: istiod, namespace: istio-system } }
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: { name: istio-sidecar-injector-canary, labels: { istio.io/rev: canary } }
webhooks:
  - name: namespace.sidecar-injector.istio.io
    namespaceSelector: { matchLabels: { istio-injection: enabled } }
    clientConfig: { service: { name: istiod, namespace: istio-system } }
---
apiVersion: v1
kind: Service
metadata: { name: istiod, namespace: istio-system }
spec: { selector: { app: istiod }, ports: [{ name: https-webhook, port: 443, targetPort: 15017 }] }
`,
    }, {
      title: 'a control plane that is not there',
      yaml: `
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: { name: istio-sidecar-injector }
webhooks:
  - name: namespace.sidecar-injector.istio.io
    namespaceSelector: { matchLabels: { istio-injection: enabled } }
    clientConfig: { service: { name: istiod-old, namespace: istio-system } }
`,
    }],
  },
  kinds: [WEBHOOKS],
  check(object, { mesh, report, missing }) {
    const { all, overlaps } = mesh.fact(injectionWebhooks);
    for (const webhook of all) {
      if (webhook.object !== object) continue;
      const others = overlaps.get(webhook);
      if (others) {
        report({
          path: `webhooks[${webhook.index}]`,
          message: `${webhook.name} takes pods that ${[...others].map((other) => `${other.object.name}/${other.name}`).sort().slice(0, 5).join(', ')} takes too.`,
        });
      }
      const { service } = webhook;
      if (service && mesh.find(Kind.SERVICE, service.namespace, service.name) === undefined) {
        missing({
          path: `webhooks[${webhook.index}].clientConfig.service`,
          namespace: service.namespace,
          message: `${webhook.name} calls the Service ${service.namespace}/${service.name}, which is not there.`,
        });
      }
    }
  },
});

interface Webhook {
  readonly object: MeshObject;
  readonly index: number;
  readonly name: string;
  readonly json: Json;
  readonly service?: { readonly namespace: string; readonly name: string };
}

interface InjectionWebhooks {
  readonly all: readonly Webhook[];
  readonly overlaps: ReadonlyMap<Webhook, ReadonlySet<Webhook>>;
}

function injectionWebhooks(mesh: MeshFacts): InjectionWebhooks {
  const revisions = new Set<string>();
  const all: Webhook[] = [];
  for (const object of mesh.ofKind(WEBHOOKS)) {
    if (mesh.isReplaced(object)) continue;
    // The one that istiod keeps for the default tag gives way to a tagged one by itself.
    if (object.labels['istio.io/tag'] === undefined && object.labels[REVISION_LABEL] === 'default') continue;
    const own = arrayOr(member(object.json, 'webhooks'));
    const said = own.flatMap(revisionsIn);
    if (object.labels[REVISION_LABEL] !== undefined) said.push(object.labels[REVISION_LABEL]);
    if (said.length === 0 && !own.some((webhook) => stringOr(member(webhook, 'name'))?.endsWith('istio.io'))) continue;
    said.forEach((revision) => revisions.add(revision));
    own.forEach((json, index) => {
      const service = member(member(json, 'clientConfig'), 'service');
      all.push({
        object,
        index,
        json,
        name: stringOr(member(json, 'name')) ?? '',
        service: service === undefined || service === null ? undefined
          : { namespace: stringOr(member(service, 'namespace')) ?? '', name: stringOr(member(service, 'name')) ?? '' },
      });
    });
  }
  const overlaps = new Map<Webhook, Set<Webhook>>();
  const ofPods = labelSets(INJECT_LABEL, ['true', 'false'], revisions);
  for (const namespace of all.length < 2 ? [] : labelSets(INJECTION_LABEL, ['enabled', 'disabled'], revisions)) {
    const there = all.filter(({ json }) => selects(member(json, 'namespaceSelector'), namespace));
    if (there.length < 2) continue;
    for (const pod of ofPods) {
      const matching = there.filter(({ json }) => selects(member(json, 'objectSelector'), pod));
      for (const webhook of matching) {
        for (const other of matching) {
          if (other === webhook) continue;
          const others = overlaps.get(webhook) ?? new Set<Webhook>();
          overlaps.set(webhook, others.add(other));
        }
      }
    }
  }
  return { all, overlaps };
}

/** Every way in which a Namespace or a pod may be labelled. */
function labelSets(label: string, values: readonly string[], revisions: ReadonlySet<string>): Labels[] {
  const without: Labels[] = [{}, ...values.map((value) => ({ [label]: value }))];
  return [...without, ...[...revisions].flatMap((revision) => without.map((labels) => ({ ...labels, [REVISION_LABEL]: revision })))];
}

function revisionsIn(webhook: Json): string[] {
  return ['namespaceSelector', 'objectSelector'].flatMap((name) => {
    const selector = member(webhook, name);
    const exact = stringMap(member(selector, 'matchLabels'))[REVISION_LABEL];
    const values = arrayOr(member(selector, 'matchExpressions'))
      .filter((expression) => member(expression, 'key') === REVISION_LABEL)
      .flatMap((expression) => arrayOr(member(expression, 'values')).filter((value): value is string => typeof value === 'string'));
    return exact === undefined ? values : [exact, ...values];
  });
}

function selects(selector: Json | undefined, labels: Labels): boolean {
  const exact = stringMap(member(selector, 'matchLabels'));
  for (const key of Object.keys(exact)) if (labels[key] !== exact[key]) return false;
  return arrayOr(member(selector, 'matchExpressions')).every((expression) => {
    const value = labels[stringOr(member(expression, 'key')) ?? ''];
    const values = arrayOr(member(expression, 'values'));
    switch (member(expression, 'operator')) {
      case 'In': return value !== undefined && values.includes(value);
      case 'NotIn': return value === undefined || !values.includes(value);
      case 'Exists': return value !== undefined;
      case 'DoesNotExist': return value === undefined;
      default: return false;
    }
  });
}
