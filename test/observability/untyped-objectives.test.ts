import { Chart, Duration, Testing } from 'cdk8s';
import { Construct } from 'constructs';
import * as library from '../../src';

/** What a program without types may pass: every one is refused by what is wrong, never by what broke inside. */
const any = (value: unknown): any => value;
const chart = (): Chart => new Chart(Testing.app(), 'shop', { namespace: 'shop' });
const service = (scope: Construct) =>
  library.MeshService.fromName(scope, 'reviews', { name: 'reviews', namespace: 'shop', ports: [library.MeshPort.http(80)] });

function objective(props: any): () => void {
  return () => {
    const scope = chart();
    new library.ServiceLevelObjective(scope, 'x', { service: service(scope), objective: library.Objective.availability(99.9), ...props });
  };
}

const alerts = (props: any) => () => new library.MeshAlerts(chart(), 'x', props);
const hour = Duration.hours(1);

test.each<[string, () => void, string]>([
  ['a service of signals by name', () => library.GoldenSignals.of(any('reviews')), 'GoldenSignals.of: the service is "reviews". Give a MeshService'],
  ['no options of signals', () => library.GoldenSignals.of(service(chart()), any(null)), 'GoldenSignals.of: the options are null.'],
  ['a percentile in words', () => library.GoldenSignals.of(service(chart())).latency(any('p95')), 'GoldenSignals.latency: the percentile is "p95";'],
  ['an objective in words', objective({ objective: '99.9%' }), '[shop/x] `objective` is "99.9%". Give for example Objective.availability(99.9)'],
  ['a service of an objective by name', objective({ service: 'reviews' }), '[shop/x] `service` is "reviews". Give a MeshService'],
  ['an availability in words', () => library.Objective.availability(any('99.9')), 'Objective.availability: the percentage is "99.9";'],
  ['no availability', () => library.Objective.availability(any(null)), 'Objective.availability: the percentage is null;'],
  ['a latency in milliseconds', () => library.Objective.latency(99, any(500)), 'Objective.latency: within is 500. Give a Duration'],
  ['no options of a latency', () => library.Objective.latency(99, Duration.millis(500), any(null)), 'Objective.latency: the options are null.'],
  ['a bucket in words', () => library.Objective.latency(99, Duration.millis(500), { buckets: any(['500']) }), 'Objective.latency: `buckets` is ["500"].'],
  ['a window in days', objective({ window: 30 }), '[shop/x] window is 30. Give a Duration'],
  ['no window', objective({ window: null }), '[shop/x] window is null. Give a Duration'],
  ['one burn rate', objective({ burnRates: { factor: 2, longWindow: hour } }), '[shop/x] `burnRates` is an object with factor, longWindow. Give a list'],
  ['no burn rates', objective({ burnRates: null }), '[shop/x] `burnRates` is null. Give a list'],
  ['a burn rate that is a factor', objective({ burnRates: [14.4] }), '[shop/x] burnRates[0] is 14.4. Give for example { factor: 10'],
  ['a factor in words', objective({ burnRates: [{ factor: '2', longWindow: hour }] }), '[shop/x] burnRates[0].factor is "2";'],
  ['a burn rate without a window', objective({ burnRates: [{ factor: 2 }] }), '[shop/x] burnRates[0].longWindow is undefined. Give a Duration'],
  ['a severity that is none', objective({ burnRates: [{ factor: 2, longWindow: hour, severity: 'page' }] }), '[shop/x] `burnRates[0].severity` is "page".'],
  ['an observer that is none', objective({ seenBy: 'client' }), '[shop/x] `seenBy` is "client".'],
  ['the operator in words', objective({ prometheusRule: 'no' }), '[shop/x] `prometheusRule` is "no". Write true or false'],
  ['a number for a name', objective({ name: 1 }), '[shop/x] `name` is 1;'],
  ['labels in words', objective({ labels: 'team=shop' }), '[shop/x] `labels` is "team=shop".'],
  ['no labels', objective({ labels: null }), '[shop/x] `labels` is null.'],
  ['no path of a file', () => new library.MeshAlerts(chart(), 'x').writePrometheusFile(any(undefined)), '[shop/x] the file\'s path is undefined.'],
  ['alerts without props', alerts(null), '[shop/x] null is given instead of props.'],
  ['a percentage of errors in words', alerts({ errorPercentage: '1%' }), '[shop/x] `errorPercentage` is "1%";'],
  ['a latency of alerts in milliseconds', alerts({ latency: 1000 }), '[shop/x] latency is 1000. Give a Duration'],
  ['seven days in days', alerts({ certificatesExpireWithin: 7 }), '[shop/x] certificatesExpireWithin is 7. Give a Duration'],
  ['one alert to leave out', alerts({ without: library.MeshAlert.REQUESTS_SLOW }), '[shop/x] `without` is "IstioRequestsSlow", not a list.'],
  ['an alert to leave out that is none', alerts({ without: ['slow'] }), '[shop/x] `without` is "slow". Give MeshAlert.REQUESTS_FAIL'],
  ['a number for a namespace of alerts', alerts({ namespace: 1 }), '[shop/x] `namespace` is 1.'],
])('of objectives and alerts, %s is refused', (_, action, message) => {
  expect(action).toThrow(message);
});
