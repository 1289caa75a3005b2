import { App } from 'cdk8s';
import { ShopChart } from './shop';
import { WatchChart } from './watch';

const [directory = 'dist/prometheus'] = process.argv.slice(2);
const app = new App();
new WatchChart(app, 'watch', new ShopChart(app, 'shop')).writePrometheusFiles(directory);
