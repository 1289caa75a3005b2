/**
 * The range in which the number of successes lies with a probability of at least `confidence`, when
 * each of `trials` succeeds with `probability`: what lies outside is no accident.
 */
export function binomialBounds(trials: number, probability: number, confidence: number): { readonly least: number; readonly most: number } {
  const tail = (1 - confidence) / 2;
  let below = 0;
  let least: number | undefined;
  for (let successes = 0; successes <= trials; successes++) {
    below += Math.exp(logChoose(trials, successes) + successes * Math.log(probability) + (trials - successes) * Math.log1p(-probability));
    if (least === undefined && below > tail) least = successes;
    if (below >= 1 - tail) return { least: least!, most: successes };
  }
  return { least: least ?? 0, most: trials };
}

function logChoose(n: number, k: number): number {
  let result = 0;
  for (let i = 1; i <= k; i++) result += Math.log(n - k + i) - Math.log(i);
  return result;
}
