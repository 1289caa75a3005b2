import { App } from 'cdk8s';
import { Jwks } from 'cdk8s-istio';
import { PublicApiChart } from './api';

const app = new App();
new PublicApiChart(app, 'api', {
  jwks: Jwks.uri('https://id.example.com/.well-known/jwks.json'),
  office: ['198.51.100.0/24', '2001:db8:17::/48'],
});
app.synth();
