import { App } from 'cdk8s';
import { PlatformChart } from './platform';

const app = new App();
new PlatformChart(app, 'platform');
app.synth();
