import { Judge, JudgeVerdict } from './judge';
import { jsonText } from './json-text';
import { OurVerdict, ourVerdict } from './ours';

export type Layer = 'schema' | 'webhook';

/** One document on which we and Istio do not say the same. */
export interface Disagreement {
  readonly document: any;
  readonly about: 'schema' | 'webhook' | 'warnings';
  /** Whether Istio accepts, or is silent. */
  readonly istio: boolean;
  /** What Istio says, if it says anything. */
  readonly istioSays: readonly string[];
  readonly weSay: readonly string[];
  /** Whether our layer threw, which it never may. */
  readonly threw?: boolean;
}

export interface Comparison {
  readonly disagreements: Disagreement[];
  /** Documents on which Istio itself says now this, now that: it goes through maps in an order that changes. */
  readonly undecided: number;
  /** By the schema, as Istio says. */
  readonly admitted: boolean[];
  /** By the webhook, of those that the schema admits; undefined for the others. */
  readonly accepted: (boolean | undefined)[];
  readonly warned: number;
}

/** Asks Istio and us about the same documents. A throw of ours is a disagreement too. */
export async function compare(judge: Judge, documents: readonly unknown[], layer: Layer): Promise<Comparison> {
  const verdicts = await judge.documents(documents);
  const found: Disagreement[] = [];
  verdicts.forEach((verdict, at) => {
    const disagreement = disagreementOn(documents[at], verdict, layer);
    if (disagreement) found.push(disagreement);
  });
  const disagreements: Disagreement[] = [];
  for (const disagreement of found) {
    if (!await isUndecided(judge, disagreement.document, layer)) disagreements.push(disagreement);
  }
  const admitted = verdicts.map(({ apiServer }) => apiServer.accepted);
  return {
    disagreements,
    undecided: found.length - disagreements.length,
    admitted,
    accepted: verdicts.map(({ webhook }, at) => admitted[at] ? webhook.accepted : undefined),
    warned: verdicts.filter(({ webhook }, at) => admitted[at] && webhook.warnings.length > 0).length,
  };
}

export function disagreementOn(document: any, { apiServer, webhook }: JudgeVerdict, layer: Layer): Disagreement | undefined {
  // As the text says it: no undefined members, and what JSON cannot say is gone.
  const json = JSON.parse(jsonText(document));
  let ours: OurVerdict;
  try {
    ours = ourVerdict(json, apiServer.accepted);
  } catch (error) {
    const { accepted, errors } = layer === 'schema' ? apiServer : webhook;
    const where = (error as Error).stack?.split('\n').slice(0, 4).join('\n');
    return { document, about: layer, istio: accepted, istioSays: errors, weSay: [`threw: ${where}`], threw: true };
  }
  if (apiServer.accepted !== (ours.schema.length === 0)) {
    return { document, about: 'schema', istio: apiServer.accepted, istioSays: apiServer.errors, weSay: ours.schema };
  }
  if (layer === 'schema' || !apiServer.accepted) return undefined;
  if (webhook.accepted !== (ours.errors.length === 0)) {
    return { document, about: 'webhook', istio: webhook.accepted, istioSays: webhook.errors, weSay: ours.errors };
  }
  // Istio's refusals come without its warnings.
  if (webhook.accepted && (webhook.warnings.length > 0) !== (ours.warnings.length > 0)) {
    return { document, about: 'warnings', istio: webhook.warnings.length === 0, istioSays: webhook.warnings, weSay: ours.warnings };
  }
  return undefined;
}

const ASKED_AGAIN = 64;

/** Whether Istio, asked again and again, also says what we say. */
async function isUndecided(judge: Judge, document: unknown, layer: Layer): Promise<boolean> {
  const verdicts = await judge.documents(Array.from({ length: ASKED_AGAIN }, () => document));
  return verdicts.some((verdict) => disagreementOn(document, verdict, layer) === undefined);
}
