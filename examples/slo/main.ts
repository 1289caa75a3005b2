import { App } from 'cdk8s';
import { ShopChart } from './shop';
import { WatchChart } from './watch';

const app = new App();
const shop = new ShopChart(app, 'shop');
new WatchChart(app, 'watch', shop);
app.synth();
