import { App } from 'cdk8s';
import { ShopCluster } from './shop';

/** An App is one cluster: `CLUSTER=west npx cdk8s synth --output dist/west`. */
const app = new App();
new ShopCluster(app, process.env.CLUSTER ?? 'east');
app.synth();
