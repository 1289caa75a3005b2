import { compare, Disagreement, Layer } from './compare';
import { documentOf, Mode } from './generate';
import { Judge } from './judge';
import { Random } from './random';

export interface FuzzOptions {
  readonly layer: Layer;
  readonly kinds: readonly string[];
  /** Documents; for the webhook only those count that the schema admits, as it never sees the others. */
  readonly count: number;
  readonly seed: number;
  /** Stops when so many disagreements are found. */
  readonly most?: number;
  readonly onProgress?: (done: number, disagreements: number) => void;
}

/** What was asked about one kind. */
export interface Tally {
  documents: number;
  admitted: number;
  accepted: number;
  warned: number;
  disagreements: number;
  undecided: number;
}

export interface FuzzResult {
  readonly disagreements: Disagreement[];
  readonly tallies: ReadonlyMap<string, Tally>;
}

/** Kinds with more to say have more turns. */
const TURNS: Readonly<Record<string, number>> = {
  VirtualService: 6,
  DestinationRule: 5,
  EnvoyFilter: 3,
  Gateway: 2,
  ServiceEntry: 2,
  Sidecar: 3,
  AuthorizationPolicy: 3,
  Telemetry: 2,
  RequestAuthentication: 2,
};

const BATCH = 250;
/** Batches on their way: the judge works while we make the next. */
const AHEAD = 3;

/** Asks us and Istio about made documents of each kind in turn. The same seed makes the same documents. */
export async function fuzz(judge: Judge, { layer, kinds, count, seed, most = Infinity, onProgress }: FuzzOptions): Promise<FuzzResult> {
  const random = new Random(seed);
  const disagreements: Disagreement[] = [];
  const tallies = new Map(kinds.map((kind) => [kind, { documents: 0, admitted: 0, accepted: 0, warned: 0, disagreements: 0, undecided: 0 }]));
  // For the webhook only those count that reach it, so it is shown fewer broken ones.
  const modes: readonly Mode[] = layer === 'schema' ? ['valid', 'nearly', 'nearly', 'broken'] : ['valid', 'valid', 'valid', 'valid', 'valid', 'nearly'];
  const turns = Array.from({ length: 6 }, (_, round) => kinds.filter((kind) => round < (TURNS[kind] ?? 1))).flat();
  let made = 0;
  let admitted = 0;
  const counted = () => layer === 'schema' ? made : admitted;
  const work: Promise<void>[] = [];
  for (let turn = 0; counted() < count && disagreements.length < most; turn++) {
    const kind = turns[turn % turns.length];
    const size = layer === 'schema' ? Math.min(BATCH, count - made) : BATCH;
    const documents = Array.from({ length: size }, () => documentOf(kind, random, random.pick(modes)));
    made += size;
    work.push(compare(judge, documents, layer).then((comparison) => {
      const tally = tallies.get(kind)!;
      tally.documents += size;
      tally.admitted += comparison.admitted.filter(Boolean).length;
      admitted += comparison.admitted.filter(Boolean).length;
      tally.accepted += comparison.accepted.filter(Boolean).length;
      tally.warned += comparison.warned;
      tally.undecided += comparison.undecided;
      tally.disagreements += comparison.disagreements.length;
      disagreements.push(...comparison.disagreements);
    }));
    if (work.length >= AHEAD) await work.shift();
    onProgress?.(counted(), disagreements.length);
  }
  await Promise.all(work);
  return { disagreements, tallies };
}
