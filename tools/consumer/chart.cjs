// The package in CommonJS. Prints the chart, and which L1 modules were loaded when.
const { App, Chart, Duration } = require('cdk8s');
const { MeshPort, MeshService, RequestTimeout, ResilientService, networking } = require('cdk8s-istio');

const loadedL1 = () => Object.keys(require.cache).filter((file) => /cdk8s-istio.lib.imports/.test(file)).length;
const onImport = loadedL1();

const app = new App();
const chart = new Chart(app, 'shop', { namespace: 'shop' });
const reviews = MeshService.fromName(chart, 'reviews', { name: 'reviews', namespace: 'shop', ports: [MeshPort.http(9080)] });
new ResilientService(chart, 'resilience', { service: reviews, timeout: RequestTimeout.after(Duration.seconds(5)) });
const afterConstructs = loadedL1();
new networking.DestinationRule(chart, 'rule', { metadata: { name: 'plain' }, spec: { host: reviews.host } });

console.log(JSON.stringify({ yaml: app.synthYaml(), onImport, afterConstructs, afterL1: loadedL1() }));
