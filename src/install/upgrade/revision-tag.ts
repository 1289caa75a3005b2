import { PlannedObject } from '../../model/plan-files';
import { IstioInstallation } from '../istio-installation';

/** The tag that stands for the default revision: it answers for `istio-injection: enabled` too. */
export const DEFAULT_TAG = 'default';

interface Selector {
  readonly matchExpressions?: { key: string; operator: string; values?: string[] }[];
  readonly matchLabels?: { readonly [label: string]: string };
}

interface Webhook {
  readonly name: string;
  readonly namespaceSelector: Selector;
  readonly objectSelector: Selector;
}

const REVISION = 'istio.io/rev';
const INJECTION = 'istio-injection';
const INJECT = 'sidecar.istio.io/inject';

const absent = (key: string) => ({ key, operator: 'DoesNotExist' });
const within = (key: string, ...values: string[]) => ({ key, operator: 'In', values });
const notRefused = { key: INJECT, operator: 'NotIn', values: ['false'] };

/**
 * A revision tag: the webhook that the API server asks about pods of its namespaces, and the Service by its name. It belongs to no
 * installation: removing one takes no tag away.
 */
export function revisionTag(tag: string, installation: IstioInstallation): PlannedObject[] {
  const { namespace, revision } = installation;
  const labels = { 'app': 'sidecar-injector', 'istio.io/rev': revision ?? DEFAULT_TAG, 'istio.io/tag': tag };
  const name = `istio-revision-tag-${tag}${suffixOf(installation)}`;
  const service = `istiod-revision-tag-${tag}`;
  return [{
    kind: 'MutatingWebhookConfiguration',
    namespace: '',
    name,
    json: {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingWebhookConfiguration',
      metadata: { name, labels },
      webhooks: webhooksOf(tag, injectsByDefault(installation)).map((hook) => webhook(hook, installation)),
    },
  }, {
    kind: 'Service',
    namespace,
    name: service,
    json: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: service, namespace, labels: { ...labels, app: 'istiod', istio: 'pilot' } },
      spec: {
        ports: [
          { name: 'grpc-xds', port: 15010, protocol: 'TCP' },
          { name: 'https-dns', port: 15012, protocol: 'TCP' },
          { name: 'https-webhook', port: 443, targetPort: 15017, protocol: 'TCP' },
          { name: 'http-monitoring', port: 15014, protocol: 'TCP' },
        ],
        selector: { app: 'istiod', ...(revision === undefined ? { istio: 'pilot' } : { 'istio.io/rev': revision }) },
      },
    },
  }];
}

/** The webhooks of the default revision itself, once a tag answers in their place. */
export interface DefaultInjector {
  readonly name: string;
  /** A JSON patch, after which they match nothing. It is refused as a whole where the webhooks are others. */
  readonly patch: object[];
}

export function withoutDefaultInjector(installation: IstioInstallation): DefaultInjector {
  const never = (): Selector => ({ matchLabels: { 'istio.io/deactivated': 'never-match' } });
  return {
    name: `istio-sidecar-injector${suffixOf(installation)}`,
    patch: webhooksOf(DEFAULT_TAG, injectsByDefault(installation)).flatMap(({ name }, index) => [
      { op: 'test', path: `/webhooks/${index}/name`, value: name },
      { op: 'replace', path: `/webhooks/${index}/namespaceSelector`, value: never() },
      { op: 'replace', path: `/webhooks/${index}/objectSelector`, value: never() },
    ]),
  };
}

function webhooksOf(tag: string, byDefault: boolean): Webhook[] {
  const named = (prefix: string, namespaceSelector: Selector, objectSelector: Selector) => (
    { name: `${prefix}.sidecar-injector.istio.io`, namespaceSelector, objectSelector });
  return [
    named('rev.namespace',
      { matchExpressions: [within(REVISION, tag), absent(INJECTION)] },
      { matchExpressions: [notRefused] }),
    named('rev.object',
      { matchExpressions: [absent(REVISION), absent(INJECTION)] },
      { matchExpressions: [notRefused, within(REVISION, tag)] }),
    ...(tag !== DEFAULT_TAG ? [] : [
      named('namespace',
        { matchExpressions: [within(INJECTION, 'enabled')] },
        { matchExpressions: [notRefused] }),
      named('object',
        { matchExpressions: [absent(INJECTION), absent(REVISION)] },
        { matchExpressions: [within(INJECT, 'true'), absent(REVISION)] }),
    ]),
    ...(tag !== DEFAULT_TAG || !byDefault ? [] : [
      named('auto',
        { matchExpressions: [absent(INJECTION), absent(REVISION), { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: KUBERNETES }] },
        { matchExpressions: [absent(INJECT), absent(REVISION)] }),
    ]),
  ];
}

const KUBERNETES = ['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage'];

/** Without `caBundle`: the istiod of the revision in the label fills it in. */
function webhook({ name, namespaceSelector, objectSelector }: Webhook, installation: IstioInstallation): object {
  const { namespace, revision } = installation;
  return {
    name,
    clientConfig: { service: { name: revision === undefined ? 'istiod' : `istiod-${revision}`, namespace, path: '/inject', port: 443 } },
    sideEffects: 'None',
    rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
    failurePolicy: 'Fail',
    reinvocationPolicy: injectorValues(installation).reinvocationPolicy ?? 'Never',
    admissionReviewVersions: ['v1'],
    namespaceSelector,
    objectSelector,
  };
}

function injectsByDefault(installation: IstioInstallation): boolean {
  return injectorValues(installation).enableNamespacesByDefault === true;
}

function injectorValues(installation: IstioInstallation): { reinvocationPolicy?: string; enableNamespacesByDefault?: boolean } {
  return installation.istioOperator.spec.values?.sidecarInjectorWebhook ?? {};
}

/** Names of objects without a namespace tell installations of several namespaces apart. */
function suffixOf({ namespace }: IstioInstallation): string {
  return namespace === 'istio-system' ? '' : `-${namespace}`;
}
