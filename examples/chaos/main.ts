import { App } from 'cdk8s';
import { chaosFrom } from './experiment';
import { ShopChart } from './shop';

const app = new App();
new ShopChart(app, 'shop', chaosFrom(process.env.CHAOS));
app.synth();
