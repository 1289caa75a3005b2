import { App, YamlOutputType } from 'cdk8s';
import { bookinfo } from './bookinfo';

const app = new App({ yamlOutputType: YamlOutputType.FILE_PER_CHART });
bookinfo(app);
app.synth();
