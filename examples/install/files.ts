import { App } from 'cdk8s';
import { HelmFiles } from 'cdk8s-istio';
import { PlatformChart } from './platform';

/** For whoever installs by hand: a file for `istioctl`, and the values of each chart with the commands of Helm. */
const { istio } = new PlatformChart(new App(), 'platform');
istio.writeIstioOperator('dist/install/istio.yaml');
HelmFiles.of(istio.releases).write('dist/install/helm');
