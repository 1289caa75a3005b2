import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { istioModule } from '../corpora';
import { MeshComparison, Said } from './compare-analysis';

export const BEGIN = '<!-- analyze: written by npm run conformance -- check-analyze with CONFORMANCE_WRITE=1 -->';
export const END = '<!-- end of analyze -->';

/** Per IST code: objects found by both, only by Istio, only by us. */
export function tableOf(comparisons: readonly MeshComparison[]): string {
  const rows = new Map<string, { both: number; onlyIstio: number; onlyUs: number }>();
  const count = (column: 'both' | 'onlyIstio' | 'onlyUs', said: readonly Said[]) => {
    for (const { code } of said) {
      const row = rows.get(code) ?? { both: 0, onlyIstio: 0, onlyUs: 0 };
      row[column]++;
      rows.set(code, row);
    }
  };
  for (const { both, onlyIstio, onlyUs } of comparisons) {
    count('both', both);
    count('onlyIstio', onlyIstio);
    count('onlyUs', onlyUs);
  }
  const names = messageNames();
  const nameOf = (code: string) => code.split('/').map((one) => names.get(one)).filter(Boolean).join(', ');
  const sum = (column: 'both' | 'onlyIstio' | 'onlyUs') => [...rows.values()].reduce((total, row) => total + row[column], 0);
  return [
    '| Code | | both | only Istio | only us |',
    '|---|---|---|---|---|',
    ...[...rows].sort(([a], [b]) => a < b ? -1 : 1).map(([code, { both, onlyIstio, onlyUs }]) => `| ${code} | ${nameOf(code)} | ${both} | ${onlyIstio} | ${onlyUs} |`),
    `| all | ${rows.size} codes | ${sum('both')} | ${sum('onlyIstio')} | ${sum('onlyUs')} |`,
  ].join('\n');
}

/** What Istio calls its messages, by code. */
export function messageNames(): ReadonlyMap<string, string> {
  const source = readFileSync(join(istioModule(), 'pkg/config/analysis/msg/messages.gen.go'), 'utf8');
  return new Map([...source.matchAll(/^\s*(\w+) = diag\.NewMessageType\(diag\.\w+, "(IST\d+)"/gm)].map(([, name, code]) => [code, name]));
}
