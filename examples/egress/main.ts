import { App } from 'cdk8s';
import { EgressChart } from './egress';
import { ShopChart } from './shop';

const app = new App();
new ShopChart(app, 'shop', new EgressChart(app, 'egress'));
app.synth();
