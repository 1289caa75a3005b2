import { DocumentedCode, pageOf, SILENCE_UNUSED, SILENCE_WITHOUT_REASON } from './documented-code';
import { Finding, FindingOf, SilencedFinding } from './finding';
import { Severity } from './severity';
import { identityOf, MeshObject } from '../manifest/mesh-object';
import { MeshSnapshot } from '../manifest/mesh-snapshot';
import { Origin } from '../manifest/origin';
import { SILENCE_ANNOTATION } from '../semantics/silence-annotation';

/** Istio's own, honoured for the codes that it shares with us: `IST0102,IST0107` or `*`. It carries no reason. */
const ISTIO_SUPPRESS = 'galley.istio.io/analyze-suppress';

type Told = Pick<FindingOf, 'object' | 'finding'>;

interface Silence {
  readonly code: string;
  readonly reason: string;
  used: boolean;
}

/** Splits what was found into what is said and what was silenced, and says which silences are wrong or idle. */
export function silence(snapshot: MeshSnapshot, found: readonly FindingOf[]): { findings: Finding[]; silenced: SilencedFinding[] } {
  const silences = new Map<string, Silence[]>();
  const own: Told[] = [];
  for (const object of snapshot.objects) {
    const text = object.annotations[SILENCE_ANNOTATION];
    if (text !== undefined) silences.set(identityOf(object), read(object, text, own));
  }
  const said: FindingOf[] = [];
  const silenced: SilencedFinding[] = [];
  for (const one of found) {
    const { object, finding, aliases } = one;
    const reason = object && canBeSilenced(finding) ? reasonFor(object, finding, aliases, silences.get(identityOf(object))) : undefined;
    if (reason === undefined) said.push(one);
    else silenced.push({ ...finding, reason });
  }
  for (const object of silences.size === 0 ? [] : snapshot.objects) {
    for (const { code, used } of silences.get(identityOf(object)) ?? []) {
      if (!used) own.push(about(object, SILENCE_UNUSED, 'info', `${code} is silenced here, and there is no such finding about this object.`));
    }
  }
  return { findings: own.length === 0 ? said.map(({ finding }) => finding) : inOrderOf(snapshot, [...said, ...own]), silenced };
}

/** What is said about silences stands with what else is said about their objects. */
function inOrderOf(snapshot: MeshSnapshot, told: readonly Told[]): Finding[] {
  // The layers have copies of objects, with the origins of the originals.
  const place = new Map<Origin, number>();
  snapshot.objects.forEach(({ origin }, i) => place.set(origin, i));
  const of = ({ object }: Told) => (object && place.get(object.origin)) ?? -1;
  return [...told].sort((a, b) => of(a) - of(b)).map(({ finding }) => finding);
}

function read(object: MeshObject, text: string, own: Told[]): Silence[] {
  return text.split('\n').map((line) => line.trim()).filter((line) => line !== '').flatMap((line) => {
    const colon = line.indexOf(':');
    const code = (colon < 0 ? line : line.slice(0, colon)).trim();
    const reason = colon < 0 ? '' : line.slice(colon + 1).trim();
    if (reason === '') {
      own.push(about(object, SILENCE_WITHOUT_REASON, 'warning', `"${line}" silences ${code} without a reason, so the finding stays.`));
      return [];
    }
    if (/^MESH(10|11|20)/.test(code)) {
      own.push(about(object, SILENCE_WITHOUT_REASON, 'warning', `${code} cannot be silenced: Istio or the API server would still refuse the object.`));
      return [];
    }
    return [{ code, reason, used: false }];
  });
}

/** What Istio takes, though it warns. */
function canBeSilenced({ layer, severity }: Finding): boolean {
  return layer === 'analysis' || (layer === 'webhook' && severity === 'warning');
}

function reasonFor(object: MeshObject, finding: Finding, aliases: readonly string[], silences: readonly Silence[] = []): string | undefined {
  const match = silences.find(({ code }) => code === finding.code || aliases.includes(code));
  if (match) {
    match.used = true;
    return match.reason;
  }
  const suppressed = object.annotations[ISTIO_SUPPRESS]?.split(',').map((code) => code.trim());
  const isSuppressed = suppressed !== undefined && aliases.some((alias) => alias.startsWith('IST') && (suppressed.includes('*') || suppressed.includes(alias)));
  return isSuppressed ? `annotation ${ISTIO_SUPPRESS}` : undefined;
}

function about(object: MeshObject, code: DocumentedCode, severity: Severity, message: string): Told {
  const path = `metadata.annotations["${SILENCE_ANNOTATION}"]`;
  const finding: Finding = {
    code: code.code,
    severity,
    layer: 'analysis',
    apiVersion: object.apiVersion,
    kind: object.kind,
    namespace: object.namespace,
    name: object.name,
    path,
    construct: object.origin.construct,
    file: object.origin.file,
    line: object.origin.lineOf?.(path) ?? object.origin.line,
    message,
    why: code.why,
    fix: code.fix,
    url: pageOf(code.slug),
  };
  return { object, finding };
}
