import { compare, Disagreement, Layer } from './compare';
import { classOf } from './class-of';
import { Judge } from './judge';

const ROUNDS = 60;

/** The smallest document found on which the two still disagree in the same way. */
export async function shrink(judge: Judge, found: Disagreement, layer: Layer): Promise<Disagreement> {
  const wanted = classOf(found);
  let smallest = found;
  for (let round = 0; round < ROUNDS; round++) {
    const candidates = smaller(smallest.document);
    if (candidates.length === 0) break;
    const { disagreements } = await compare(judge, candidates, layer);
    const better = disagreements.find((candidate) => classOf(candidate) === wanted);
    if (!better) break;
    smallest = better;
  }
  return smallest;
}

/** Every way to take one thing away, the largest first. */
function smaller(document: any): any[] {
  const candidates: { json: any; size: number }[] = [];
  const before = JSON.stringify(document).length;
  const offer = (path: (string | number)[], change: (parent: any, key: string | number) => void) => {
    const json = structuredClone(document);
    const parent = path.slice(0, -1).reduce((value, key) => value[key], json);
    change(parent, path[path.length - 1]);
    const size = JSON.stringify(json).length;
    if (size < before) candidates.push({ json, size });
  };
  const visit = (value: any, path: (string | number)[]) => {
    for (const key in value) {
      const here = [...path, Array.isArray(value) ? Number(key) : key];
      const child = value[key];
      if (path.length > 0 || !['apiVersion', 'kind'].includes(key)) {
        offer(here, (parent, name) => { if (Array.isArray(parent)) parent.splice(name as number, 1); else delete parent[name]; });
      }
      if (typeof child === 'string' && child.length > 1) {
        const half = Math.floor(child.length / 2);
        for (const shorter of ['a', '', child.slice(0, half), child.slice(half), child.slice(1), child.slice(0, -1)]) {
          offer(here, (parent, name) => { parent[name] = (shorter as any).toWellFormed(); });
        }
      }
      if (typeof child === 'number' && String(child).length > 1) for (const simple of [0, 1]) offer(here, (parent, name) => { parent[name] = simple; });
      if (typeof child === 'object' && child !== null) visit(child, here);
    }
  };
  visit(document, []);
  return candidates.sort((a, b) => a.size - b.size).slice(0, 400).map(({ json }) => json);
}
