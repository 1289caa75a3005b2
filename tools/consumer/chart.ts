// The package in TypeScript: classes, structs, enums and L1 types. Prints the chart.
import { App, Chart, Duration } from 'cdk8s';
import { MeshPort, MeshService, MeshServiceAttributes, PortProtocol, RequestTimeout, ResilientService, networking } from 'cdk8s-istio';

const app = new App();
const chart = new Chart(app, 'shop', { namespace: 'shop' });
const attributes: MeshServiceAttributes = { name: 'reviews', namespace: 'shop', ports: [MeshPort.http(9080)] };
const reviews = MeshService.fromName(chart, 'reviews', attributes);
new ResilientService(chart, 'resilience', { service: reviews, timeout: RequestTimeout.after(Duration.seconds(5)) });
const protocol: PortProtocol = reviews.ports[0].protocol;
const spec: networking.DestinationRuleSpec = { host: reviews.host };
new networking.DestinationRule(chart, 'rule', { metadata: { name: 'plain' }, spec });

if (protocol !== PortProtocol.HTTP) throw new Error(`expected http, got ${protocol}`);
console.log(JSON.stringify({ yaml: app.synthYaml() }));
