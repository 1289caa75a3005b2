import { App, YamlOutputType } from 'cdk8s';
import { ManualChart } from './manual';

const app = new App({ yamlOutputType: YamlOutputType.FILE_PER_CHART });
new ManualChart(app, 'manual');
app.synth();
