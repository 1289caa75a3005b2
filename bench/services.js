/**
 * Synthesizes N services, each with resilience and a canary, once, spread over some charts: with our
 * constructs, or as the same objects written by hand as plain ApiObjects. A process of its own, so that neither the
 * compiler nor an earlier run counts, and the peak of memory is this run's.
 *
 * node bench/services.js constructs N CHARTS
 * node bench/services.js plain N CHARTS OBJECTS.json    the objects of service-0, as `objects 1 1` prints them
 */
'use strict';
const { createHash } = require('node:crypto');
const { mkdtempSync, readFileSync, readdirSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { ApiObject, App, Chart, Duration } = require('cdk8s');

// What the check adds is measured by bench/check.ts.
process.env.CDK8S_ISTIO_CHECK = 'off';
const [, , how, services, charts, template] = process.argv;
const outdir = mkdtempSync(join(tmpdir(), 'cdk8s-istio-bench-'));
const addService = { constructs, plain, objects: constructs }[how]();

const start = performance.now();
const app = new App({ outdir });
const scopes = Array.from({ length: Number(charts) }, (_, i) => new Chart(app, `shop-${i}`, { namespace: 'shop' }));
for (let i = 0; i < Number(services); i++) addService(scopes[i % scopes.length], `service-${i}`);
app.synth();
const milliseconds = performance.now() - start;
const peakMegabytes = process.resourceUsage().maxRSS / 1024;

const yaml = readdirSync(outdir).map((file) => readFileSync(join(outdir, file), 'utf8'));
rmSync(outdir, { recursive: true });
if (how === 'objects') console.log(JSON.stringify(scopes[0].toJson()));
else console.log(JSON.stringify({ milliseconds, peakMegabytes, yaml: createHash('sha256').update(yaml.join()).digest('hex') }));

function constructs() {
  const { CanaryRollout, HttpMatch, MeshPort, MeshService, RequestTimeout, ResilientService, Retries, StringMatch } = require('cdk8s-istio');
  return (scope, name) => {
    const service = MeshService.fromName(scope, name, { name, namespace: 'shop', ports: [MeshPort.http(8080)] });
    new ResilientService(scope, `${name}-resilience`, {
      service,
      timeout: RequestTimeout.after(Duration.seconds(5)),
      retries: Retries.upTo(2, { perTryTimeout: Duration.seconds(1) }),
      outlierDetection: { consecutive5xxErrors: 5, baseEjectionTime: Duration.seconds(30) },
    });
    new CanaryRollout(scope, `${name}-canary`, {
      service,
      stable: { version: 'v1' },
      canary: { version: 'v2' },
      weight: 10,
      alwaysCanary: HttpMatch.header('x-canary', StringMatch.exact('true')),
    });
  };
}

/** The objects that the constructs wrote for one service, turned into the literals a person would write. */
function plain() {
  const objects = readFileSync(template, 'utf8').replace(/"([^"]*)service-0([^"]*)"/g, '`$1${name}$2`');
  const literals = new Function('name', `return ${objects}`);
  return (scope, name) => literals(name).forEach((object, index) => new ApiObject(scope, `${name}-${index}`, object));
}
