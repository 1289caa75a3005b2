import { editDistance } from '../../semantics/edit-distance';

/** The candidate that was most probably meant: at most two letters off, or a third of a short word. */
export function nearestTo(text: string, candidates: Iterable<string>): string | undefined {
  const allowed = Math.min(2, Math.floor(text.length / 3));
  let best: string | undefined;
  let fewest = allowed + 1;
  for (const candidate of candidates) {
    if (candidate === text || Math.abs(candidate.length - text.length) >= fewest) continue;
    const distance = editDistance(text, candidate, fewest);
    if (distance < fewest) {
      fewest = distance;
      best = candidate;
    }
  }
  return best;
}
