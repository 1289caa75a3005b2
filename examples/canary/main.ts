import { App, YamlOutputType } from 'cdk8s';
import { ArgoRolloutsChart } from './argo-rollouts';
import { FlaggerChart } from './flagger';
import { IngressChart } from './ingress';
import { HOST, ManualChart } from './manual';

const app = new App({ yamlOutputType: YamlOutputType.FILE_PER_CHART });
new IngressChart(app, 'ingress', [HOST]);
new ManualChart(app, 'manual');
new ArgoRolloutsChart(app, 'argo-rollouts');
new FlaggerChart(app, 'flagger');
app.synth();
