/**
 * Synthesizes N ResilientServices, once; whether they are checked says the environment.
 *
 * node bench/check-synth.js N
 */
'use strict';
const { createHash } = require('node:crypto');
const { mkdtempSync, readFileSync, readdirSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { App, Chart, Duration } = require('cdk8s');
const { MeshPort, MeshService, RequestTimeout, ResilientService, Retries } = require('cdk8s-istio');

const [, , checked, services] = process.argv;
process.env.CDK8S_ISTIO_CHECK = checked === 'checked' ? 'recommended' : 'off';
const outdir = mkdtempSync(join(tmpdir(), 'cdk8s-istio-bench-'));
const start = performance.now();
const app = new App({ outdir });
const chart = new Chart(app, 'shop', { namespace: 'shop' });
for (let i = 0; i < Number(services); i++) {
  const name = `service-${i}`;
  new ResilientService(chart, `${name}-resilience`, {
    service: MeshService.fromName(chart, name, { name, namespace: 'shop', ports: [MeshPort.http(8080)] }),
    timeout: RequestTimeout.after(Duration.seconds(5)),
    retries: Retries.upTo(2, { perTryTimeout: Duration.seconds(1) }),
    outlierDetection: { consecutive5xxErrors: 5, baseEjectionTime: Duration.seconds(30) },
  });
}
app.synth();
const milliseconds = performance.now() - start;
const yaml = readdirSync(outdir).map((file) => readFileSync(join(outdir, file), 'utf8'));
rmSync(outdir, { recursive: true });
console.log(JSON.stringify({ milliseconds, peakMegabytes: process.resourceUsage().maxRSS / 1024, yaml: createHash('sha256').update(yaml.join()).digest('hex') }));
