// The package in TypeScript: classes, structs, enums and L1 types. Prints the chart.
import { App, Chart } from 'cdk8s';
import { MeshPort, MeshService, MeshServiceAttributes, PortProtocol, networking } from 'cdk8s-istio';

const app = new App();
const chart = new Chart(app, 'shop', { namespace: 'shop' });
const attributes: MeshServiceAttributes = { name: 'reviews', namespace: 'shop', ports: [MeshPort.http(9080)] };
const reviews = MeshService.fromName(chart, 'reviews', attributes);
const protocol: PortProtocol = reviews.ports[0].protocol;
const spec: networking.DestinationRuleSpec = { host: reviews.host };
new networking.DestinationRule(chart, 'rule', { metadata: { name: 'reviews' }, spec });

if (protocol !== PortProtocol.HTTP) throw new Error(`expected http, got ${protocol}`);
console.log(JSON.stringify({ yaml: app.synthYaml() }));
