import { activeRules, ActiveRule, CheckOptions, clockOf } from './check-options';
import { DocumentedCode, NOT_KUBERNETES, pageOf, RULE_FAILED, SCHEMA_CODES, UNREADABLE, WEBHOOK_ERRORS, WEBHOOK_WARNINGS } from './documented-code';
import { isJsonObject, JsonObject, member } from '../manifest/json';
import { identityOf, MeshObject } from '../manifest/mesh-object';
import { MeshSnapshot } from '../manifest/mesh-snapshot';
import { ReadProblem } from '../manifest/read-problem';
import { MeshFacts } from './facts/mesh-facts';
import { Finding, FindingOf, Layer, SilencedFinding } from './finding';
import { Found, Rule, RuleContext } from './rule';
import { admit } from './schema/admit';
import { Severity } from './severity';
import { silence } from './silence';
import { WEBHOOK_CHECKS } from './webhook/webhook-checks';
import { REMOVED_KINDS } from '../semantics/removed-kinds';

export interface CheckResult {
  /** In the order of the input. */
  readonly findings: readonly Finding[];
  readonly silenced: readonly SilencedFinding[];
  /** How many objects were looked at. */
  readonly resources: number;
}

/** Told from time to time how much of the work is done. */
export type Progress = (done: number, total: number) => void;

/**
 * All layers over a snapshot. An object that the API server refuses is not shown to the webhook, as in a cluster;
 * the analysis sees of it what fits the schema, so that others that refer to it find it.
 * Throws CheckUsageError only.
 */
export function check(snapshot: MeshSnapshot, options: CheckOptions = {}, progress: Progress = () => {}): CheckResult {
  const rules = activeRules(options);
  const clock = clockOf(options);
  const found = snapshot.problems.map(unreadable);
  const objects = snapshot.objects.map((object, i) => {
    if (i % 1024 === 0) progress(i, 2 * snapshot.objects.length);
    return admittedBy(object, found);
  });
  const given = [...snapshot.context];
  const context = given.map(conforming);
  // Mostly the API server drops nothing, and the index stays good.
  const admitted = areSame(objects, snapshot.objects) && areSame(context, given)
    ? snapshot
    : new MeshSnapshot(objects, [], { ...snapshot.completeness, context });
  const total = snapshot.objects.length;
  const mesh = new MeshFacts(admitted, clock);
  const analysed = analyse(mesh, rules, options.infos ?? true, (share) => progress((1 + share) * total, 2 * total));
  const inOrder = byObject(snapshot, admitted, [...found, ...analysed]
    .filter(({ object }) => !object || !admitted.context.has(object))
    .filter(unlessSaidBetter(analysed)));
  return { ...silence(snapshot, inOrder), resources: snapshot.objects.length };
}

function unreadable({ isForeign, construct, file, line, column, message, fix }: ReadProblem): FindingOf {
  const { code, aliases, why, slug } = isForeign ? NOT_KUBERNETES : UNREADABLE;
  return {
    aliases,
    finding: {
      code,
      severity: isForeign ? 'info' : 'error',
      layer: 'schema',
      apiVersion: '',
      kind: '',
      namespace: '',
      name: '',
      path: '',
      construct,
      file,
      line,
      column,
      message,
      why,
      fix,
      url: pageOf(slug),
    },
  };
}

function areSame(some: readonly MeshObject[], others: readonly MeshObject[]): boolean {
  return some.every((object, i) => object === others[i]);
}

/** The schema and the webhook layer on one object. */
export function admittedBy(object: MeshObject, found: FindingOf[]): MeshObject {
  // A cluster may still have the CRDs of what Istio once had: there is a rule that says more.
  if (Object.hasOwn(REMOVED_KINDS, object.groupKind)) return object;
  const { problems, admitted } = admit(object);
  const json = admitted === object.json ? object : { ...object, json: withStatus(admitted, object) };
  if (problems.length > 0) {
    for (const { rule, path, message, fix } of problems) {
      found.push(findingOf(object, 'schema', SCHEMA_CODES[rule], 'error', { path, message, fix }));
    }
    return json;
  }
  const ask = WEBHOOK_CHECKS.get(object.groupKind);
  if (!ask) return json;
  const say = (severity: Severity, codes: ReadonlyMap<string, DocumentedCode>) => (path: string, message: string, fix: string) =>
    void found.push(findingOf(object, 'webhook', codes.get(object.groupKind)!, severity, { path, message, fix }));
  try {
    const { namespace, name, labels, annotations } = object;
    ask(
      { namespace, name, labels, annotations, spec: specOf(admitted), json: admitted },
      { error: say('error', WEBHOOK_ERRORS), warning: say('warning', WEBHOOK_WARNINGS) });
  } catch (error) {
    found.push(failed(object, 'webhook', "the check of istiod's webhook", error));
  }
  return json;
}

/** A rule that speaks of the field that istiod's webhook warns about says more than the warning. */
function unlessSaidBetter(analysed: readonly FindingOf[]): (found: FindingOf) => boolean {
  const key = (object: MeshObject, path: string) => `${identityOf(object)}\n${path}`;
  const said = new Set(analysed.flatMap(({ object, finding: { path, severity } }) => object && path !== '' && severity !== 'info' ? [key(object, path)] : []));
  return ({ object, finding: { layer, severity, path } }) => !(object && layer === 'webhook' && severity === 'warning' && said.has(key(object, path)));
}

/** An object that is only context: whatever its own faults, it must not trip the rules. */
function conforming(object: MeshObject): MeshObject {
  const { admitted } = admit(object);
  return admitted === object.json ? object : { ...object, json: withStatus(admitted, object) };
}

/** A server drops the status of what is applied, but in a dump of a cluster it tells rules what istiod did. */
function withStatus(admitted: JsonObject, { json: { status } }: MeshObject): JsonObject {
  return status === undefined ? admitted : { ...admitted, status };
}

const NO_SPEC: JsonObject = Object.freeze(Object.create(null));

function specOf(json: JsonObject): JsonObject {
  const spec = member(json, 'spec');
  return isJsonObject(spec) ? spec : NO_SPEC;
}

/** The analysis layer: rule after rule on one object, which is then at hand, before the next object. */
function analyse(mesh: MeshFacts, rules: readonly ActiveRule[], infos: boolean, progress: (share: number) => void): FindingOf[] {
  let object: MeshObject;
  const found = rules.map((): FindingOf[] => []);
  const ofKind = new Map<string, { rule: Rule; context: RuleContext; found: FindingOf[] }[]>();
  rules.forEach(({ rule, severity }, i) => {
    if (severity === 'info' && !infos) return;
    const say = (what: Found, weight: Severity) => {
      if (weight === 'info' && !infos) return;
      found[i].push(findingOf(what.object ?? object, 'analysis', rule, weight, { ...what, fix: what.fix ?? rule.fix }));
    };
    const weightIn = (namespace?: string) => mesh.isComplete(namespace) ? severity : 'info';
    const context: RuleContext = {
      mesh,
      report: (what) => say(what, severity),
      missing: (what) => {
        const weight = weightIn(what.namespace);
        say(what, weight === 'info' && what.isEvident && severity !== 'info' ? 'warning' : weight);
      },
      isHeard: (namespace) => infos || weightIn(namespace) !== 'info',
    };
    for (const kind of rule.kinds) {
      const asked = { rule, context, found: found[i] };
      if (!ofKind.get(kind)?.push(asked)) ofKind.set(kind, [asked]);
    }
  });
  let done = 0;
  for (const [kind, asked] of ofKind) {
    for (object of mesh.ofKind(kind)) {
      if (done++ % 1024 === 0) progress(done / (mesh.snapshot.objects.length + mesh.snapshot.context.size));
      if (mesh.snapshot.context.has(object)) continue;
      for (const { rule, context, found: ofRule } of asked) {
        try {
          rule.check(object, context);
        } catch (error) {
          ofRule.push(failed(object, 'analysis', `the rule ${rule.code} (${rule.slug})`, error));
        }
      }
    }
  }
  return found.flat();
}

function failed(object: MeshObject, layer: Layer, what: string, error: unknown): FindingOf {
  return findingOf(object, layer, RULE_FAILED, 'error', {
    path: '',
    message: `${what[0].toUpperCase()}${what.slice(1)} failed on this object: ${error instanceof Error ? error.message : String(error)}.`,
    fix: RULE_FAILED.fix,
  });
}

function findingOf(
  object: MeshObject, layer: Layer, code: Pick<DocumentedCode, 'code' | 'slug' | 'why' | 'aliases'>, severity: Severity,
  { path, message, fix }: { path: string; message: string; fix: string },
): FindingOf {
  const { origin } = object;
  return {
    object,
    aliases: code.aliases,
    finding: {
      code: code.code,
      severity,
      layer,
      apiVersion: object.apiVersion,
      kind: object.kind,
      namespace: object.namespace,
      name: object.name,
      path,
      construct: origin.construct,
      file: origin.file,
      line: origin.lineOf?.(path) ?? origin.line,
      message: withoutLongWords(message),
      why: code.why,
      fix: withoutLongWords(fix),
      url: pageOf(code.slug),
    },
  };
}

/** A value of thousands of characters is recognized by its ends. */
function withoutLongWords(text: string): string {
  return text.length < 300 ? text : text.replace(/\S{200,}/g, (word) => `${word.slice(0, 80)}…${word.slice(-20)}`);
}

/** Findings about no object first, then those of each object in the order of the input. */
function byObject(snapshot: MeshSnapshot, admitted: MeshSnapshot, found: readonly FindingOf[]): FindingOf[] {
  if (found.length < 2) return [...found];
  const position = new Map<MeshObject, number>();
  snapshot.objects.forEach((object, i) => position.set(object, i));
  admitted.objects.forEach((object, i) => position.set(object, i));
  const at = ({ object }: FindingOf) => object ? position.get(object) ?? snapshot.objects.length : -1;
  return [...found].sort((a, b) => at(a) - at(b));
}
