import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Program } from './program';
import { until } from './until';

/** Where the engines ask for metrics. */
export const PROMETHEUS = 'http://127.0.0.1:9090';

/** Starts Prometheus; it asks every second for what the proxies would say. */
export async function startPrometheus(directory: string, metricsPort: number): Promise<void> {
  mkdirSync(directory, { recursive: true });
  const config = join(directory, 'prometheus.yaml');
  writeFileSync(config, JSON.stringify({
    global: { scrape_interval: '1s', scrape_timeout: '1s' },
    scrape_configs: [{ job_name: 'proxies', static_configs: [{ targets: [`127.0.0.1:${metricsPort}`] }] }],
  }));
  new Program('prometheus', [`--config.file=${config}`, `--storage.tsdb.path=${join(directory, 'data')}`, `--web.listen-address=${new URL(PROMETHEUS).host}`]);
  await until('Prometheus to have asked for metrics', 30, async (note) => {
    const answer: any = await (await fetch(`${PROMETHEUS}/api/v1/query?query=up`)).json();
    note(answer);
    return answer.data.result.some(({ value }: any) => value[1] === '1') || undefined;
  });
}
