import { Kind } from '../manifest/kinds';
import { SchemaRule } from './schema/admission';

/** A code that is no rule of the analysis layer, with what its page says. */
export interface DocumentedCode {
  readonly code: string;
  readonly slug: string;
  readonly title: string;
  readonly aliases: readonly string[];
  readonly why: string;
  readonly fix: string;
  readonly links: readonly string[];
}

const KUBERNETES_STRICT = 'https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation';

/** Input that could not be read. */
export const UNREADABLE: DocumentedCode = {
  code: 'MESH1001',
  slug: 'unreadable-input',
  title: 'Input that cannot be read as Kubernetes objects',
  aliases: [],
  why: 'What cannot be read is not checked; `kubectl apply` would refuse it, or apply something else than what it looks like.',
  fix: 'Correct the text at the given place.',
  links: ['https://kubernetes.io/docs/concepts/overview/working-with-objects/'],
};

/** A rule of ours that failed: our fault, but never a silent pass. */
export const RULE_FAILED: DocumentedCode = {
  code: 'MESH1002',
  slug: 'rule-failed',
  title: 'A rule of the checker failed on this object',
  aliases: ['IST0001'],
  why: 'The object is checked by all other rules, but what this rule would have said is unknown.',
  fix: 'Report it with the object; switch the rule off until it is mended.',
  links: ['https://github.com/cdk8s-istio/cdk8s-istio/issues'],
};

export const SILENCE_WITHOUT_REASON: DocumentedCode = {
  code: 'MESH1003',
  slug: 'silence-without-reason',
  title: 'A finding is silenced without a reason, or cannot be silenced',
  aliases: [],
  why: 'Whoever reads it next cannot tell a decision from an accident, so the finding stays.',
  fix: 'Write `CODE: reason`, one a line, and only for codes of the analysis layer.',
  links: [],
};

export const SILENCE_UNUSED: DocumentedCode = {
  code: 'MESH1004',
  slug: 'silence-unused',
  title: 'A silenced finding is not there',
  aliases: [],
  why: 'It was put right, or the code is misspelled; left in place it will hide the next one.',
  fix: 'Take the line away.',
  links: [],
};

/** A file of another program's, met in a folder. */
export const NOT_KUBERNETES: DocumentedCode = {
  code: 'MESH1005',
  slug: 'no-kubernetes-object',
  title: 'A file in a folder is no Kubernetes object',
  aliases: [],
  why: 'It is not checked. `kubectl apply -f` of the folder would refuse it.',
  fix: 'Nothing, if it belongs to another program, such as the values of a Helm chart. Otherwise give apiVersion, kind and metadata.',
  links: ['https://kubernetes.io/docs/concepts/overview/working-with-objects/'],
};

function schemaCode(number: string, slug: string, title: string, fix: string): DocumentedCode {
  return {
    code: `MESH11${number}`,
    slug,
    title,
    aliases: [],
    why: 'The API server refuses the object, so nothing of it takes effect.',
    fix,
    links: [KUBERNETES_STRICT],
  };
}

/** One code for each way in which the API server refuses. */
export const SCHEMA_CODES: Readonly<Record<SchemaRule, DocumentedCode>> = {
  'unknown-kind-or-version': schemaCode('01', 'unknown-kind-or-version', 'A kind or version that Istio does not serve', 'Use a kind and version of the Istio that is installed.'),
  'metadata': schemaCode('02', 'bad-metadata', 'Metadata that Kubernetes refuses', 'Follow the rules for names, labels and annotations.'),
  'unknown-field': schemaCode('03', 'unknown-field', 'A field that does not exist', 'Correct the name or the indentation.'),
  'wrong-type': schemaCode('04', 'wrong-type', 'A value of the wrong type', 'Write the type that the field takes; numbers and booleans without quotes.'),
  'required': schemaCode('05', 'required-field', 'A required field is missing', 'Add it.'),
  'not-allowed-value': schemaCode('06', 'value-not-allowed', 'A value outside of what the field allows', 'Choose an allowed value.'),
  'list-type': schemaCode('07', 'duplicate-list-item', 'An item that a list holds twice', 'Keep one of them.'),
  'one-of': schemaCode('08', 'exclusive-fields', 'Fields that exclude each other', 'Keep one of them.'),
  'cel': schemaCode('09', 'schema-rule', 'A validation rule of the CRD is broken', 'Change the value so that the rule holds.'),
};

const WEBHOOK_KINDS = [
  Kind.VIRTUAL_SERVICE, Kind.DESTINATION_RULE, Kind.GATEWAY, Kind.SERVICE_ENTRY, Kind.SIDECAR,
  Kind.WORKLOAD_ENTRY, Kind.WORKLOAD_GROUP, Kind.ENVOY_FILTER, Kind.PROXY_CONFIG,
  Kind.PEER_AUTHENTICATION, Kind.REQUEST_AUTHENTICATION, Kind.AUTHORIZATION_POLICY,
  Kind.TELEMETRY, Kind.WASM_PLUGIN, Kind.TRAFFIC_EXTENSION,
];

function webhookCodes(severity: 'error' | 'warning'): ReadonlyMap<string, DocumentedCode> {
  return new Map(WEBHOOK_KINDS.map((groupKind, i) => {
    const kind = groupKind.slice(0, groupKind.indexOf('.'));
    const page = `https://istio.io/latest/docs/reference/config/${groupKind.split('.')[1]}/`;
    const slug = kind.replace(/(?<!^)(?=[A-Z])/g, '-').toLowerCase();
    const number = String(i + 1).padStart(2, '0');
    return [groupKind, severity === 'error'
      ? {
        code: `MESH20${number}`,
        slug: `invalid-${slug}`,
        title: `Istio refuses this ${kind}`,
        aliases: ['IST0106'],
        why: 'The validation webhook of istiod refuses the object; where the webhook is off, istiod ignores it.',
        fix: 'Change the field as the message says.',
        links: [page],
      }
      : {
        code: `MESH21${number}`,
        slug: `doubtful-${slug}`,
        title: `Istio accepts this ${kind} with a warning`,
        // istioctl gives two of its warnings codes of their own.
        aliases: kind === 'VirtualService' ? ['IST0133', 'IST0130', 'IST0131'] : ['IST0133'],
        why: 'Istio takes the object, and part of it does not do what it says.',
        fix: 'Change the field as the message says.',
        links: [page],
      }];
  }));
}

/** By kind: what istiod refuses. */
export const WEBHOOK_ERRORS = webhookCodes('error');
/** By kind: what istiod warns about. */
export const WEBHOOK_WARNINGS = webhookCodes('warning');

/** All codes that are no rules. */
export const DOCUMENTED_CODES: readonly DocumentedCode[] = [
  UNREADABLE, RULE_FAILED, SILENCE_WITHOUT_REASON, SILENCE_UNUSED, NOT_KUBERNETES,
  ...Object.values(SCHEMA_CODES), ...WEBHOOK_ERRORS.values(), ...WEBHOOK_WARNINGS.values(),
];

/** The page of a code, by its slug. */
export function pageOf(slug: string): string {
  return `https://github.com/cdk8s-istio/cdk8s-istio/blob/main/docs/rules/${slug}.md`;
}
