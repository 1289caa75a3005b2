import { WEBHOOK_CHECKS } from '../../../../src/check/webhook/webhook-checks';

/**
 * An object that the schema admits, and what istiod's webhook says to it. The conformance tests ask the real webhook
 * about each, so that these verdicts are never ours.
 */
export interface WebhookExample {
  readonly kind: string;
  /** Why the verdict is what it is, as the end of a test's name. */
  readonly about: string;
  readonly verdict: 'accepted' | 'warned' | 'refused';
  readonly spec: any;
  /** Where the fault is: the paths of what we report. */
  readonly at?: string | readonly string[];
  readonly metadata: {
    readonly name?: string;
    readonly generateName?: string;
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

type Row = readonly [about: string, spec: any, metadata?: object];
type FaultyRow = readonly [about: string, spec: any, at: string | readonly string[], metadata?: object];

interface Rows {
  readonly accepted: readonly Row[];
  readonly warned: readonly FaultyRow[];
  readonly refused: readonly FaultyRow[];
}

export function examplesOf(kind: string, rows: Rows): WebhookExample[] {
  const place = { name: 'example', namespace: 'shop' };
  return [
    ...rows.accepted.map(([about, spec, metadata]) => ({ kind, about, verdict: 'accepted' as const, spec, metadata: { ...place, ...metadata } })),
    ...(['warned', 'refused'] as const).flatMap(verdict => rows[verdict].map(
      ([about, spec, at, metadata]) => ({ kind, about, verdict, spec, at, metadata: { ...place, ...metadata } }))),
  ];
}

/** Our verdict, with the paths of all that was said. */
export function ourVerdict({ kind, spec, metadata }: WebhookExample): { verdict: WebhookExample['verdict']; at: string[]; said: string[] } {
  const errors: string[] = [];
  const warnings: string[] = [];
  const said: string[] = [];
  const sayTo = (paths: string[]) => (path: string, message: string, fix: string) => {
    paths.push(path);
    said.push(message, fix);
  };
  const [, check] = [...WEBHOOK_CHECKS].find(([groupKind]) => groupKind.startsWith(`${kind}.`))!;
  check(
    { labels: {}, annotations: {}, ...metadata, name: metadata.name ?? '', spec, json: { metadata, spec } as any },
    { error: sayTo(errors), warning: sayTo(warnings) });
  if (errors.length > 0) return { verdict: 'refused', at: errors, said };
  return { verdict: warnings.length > 0 ? 'warned' : 'accepted', at: warnings, said };
}

/** One test an example. What is said is a sentence about the fault and one about the way out. */
export function testExamples(examples: readonly WebhookExample[]): void {
  for (const verdict of ['accepted', 'warned', 'refused'] as const) {
    const rows = examples.filter(example => example.verdict === verdict);
    if (rows.length === 0) continue;
    test.each(rows.map(example => [example.about, example] as const))(`${verdict}: %s`, (_, example) => {
      const ours = ourVerdict(example);
      expect(ours.verdict).toBe(verdict);
      if (example.at !== undefined) expect(ours.at).toEqual([example.at].flat());
      for (const sentence of ours.said) expect(sentence).toMatch(/^\S.*[^.\s]\.$/s);
    });
  }
}
