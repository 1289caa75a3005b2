import { App, ApiObject, Chart, Duration, Testing } from 'cdk8s';
import { CanaryRollout, CheckSeverity, MeshPort, MeshService, networking, RequestTimeout, ResilientService, Silence, SynthCheck } from '../../src';

/** A chart in an App of its own, with what was printed to standard error. */
function newChart(): { app: App; chart: Chart; printed: () => string } {
  const app = Testing.app();
  const lines: string[] = [];
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  return { app, chart: new Chart(app, 'shop', { namespace: 'shop' }), printed: () => lines.join('') };
}

function refused(chart: Chart): void {
  new networking.DestinationRule(chart, 'reviews', {
    spec: {
      host: 'reviews',
      trafficPolicy: {
        loadBalancer: {
          localityLbSetting: {
            distribute: [{ from: 'eu/*', to: { 'eu/*': 100 } }],
            failover: [{ from: 'eu', to: 'us' }],
          },
        },
      },
    },
  });
}

function doubtful(chart: Chart): ApiObject {
  return new networking.DestinationRule(chart, 'ratings', {
    spec: { host: 'ratings', trafficPolicy: { loadBalancer: { simple: networking.DestinationRuleSpecTrafficPolicyLoadBalancerSimple.LEAST_UNDERSCORE_CONN } } },
  });
}

afterEach(() => {
  jest.restoreAllMocks();
  delete process.env.CDK8S_ISTIO_CHECK;
  delete process.env.JSII_AGENT;
});

describe('at synth', () => {
  test('what Istio refuses stops it, naming the construct, the line, the field and the fix', () => {
    const { app, chart } = newChart();
    refused(chart);
    expect(() => app.synthYaml()).toThrow(/MESH2002 shop\/reviews \(DestinationRule shop\/shop-reviews-\w+\), test\/mesh\/synth-check\.test\.ts:\d+\n\s+at spec\.trafficPolicy\.loadBalancer\.localityLbSetting[\s\S]*Fix: /);
  });

  test('it runs in an App of another language, whose kernel calls the methods of the class', () => {
    const { app, chart } = newChart();
    refused(chart);
    process.env.JSII_AGENT = 'Python/3.12.3';
    // Whatever line there is, it is none of theirs.
    expect(() => app.constructor.prototype.synthYaml.call(app)).toThrow(/MESH2002 shop\/reviews \(DestinationRule shop\/shop-reviews-\w+\)\n/);
    expect(app).toBeInstanceOf(App);
    expect(app.constructor.name).toBe('App');
    expect(() => Testing.app().synthYaml()).not.toThrow();
  });

  test('a warning is printed once, though the App is synthesized twice and has several charts', () => {
    const { app, chart, printed } = newChart();
    new Chart(app, 'empty');
    doubtful(chart);
    app.synthYaml();
    app.synthYaml();
    expect(printed().match(/MESH4001/g)).toHaveLength(1);
  });

  test('what is only an information is not printed', () => {
    const { app, chart, printed } = newChart();
    new ResilientService(chart, 'resilience', {
      service: MeshService.fromName(chart, 'reviews', { name: 'reviews', namespace: 'elsewhere', ports: [MeshPort.http(9080)] }),
      timeout: RequestTimeout.after(Duration.seconds(2)),
    });
    app.synthYaml();
    expect(printed()).toBe('');
  });

  test('it is switched off for an App', () => {
    const { app, chart } = newChart();
    refused(chart);
    SynthCheck.off(app);
    expect(app.synthYaml()).toContain('distribute');
  });

  test('it is switched off, or made milder, for a run by the environment', () => {
    const { app, chart, printed } = newChart();
    doubtful(chart);
    process.env.CDK8S_ISTIO_CHECK = 'istio';
    app.synthYaml();
    expect(printed()).toBe('');
    refused(chart);
    process.env.CDK8S_ISTIO_CHECK = 'off';
    expect(app.synthYaml()).toContain('distribute');
  });

  test('a preset that does not exist is refused with those that do', () => {
    const { app, chart } = newChart();
    doubtful(chart);
    process.env.CDK8S_ISTIO_CHECK = 'pedantic';
    expect(() => app.synthYaml()).toThrow(/\[cdk8s-istio\] CDK8S_ISTIO_CHECK=pedantic .* no preset 'pedantic'\. Use one of: off, istio, recommended, strict\./);
  });

  test('a rule that does not exist is an error of the synth, like any other', () => {
    const { app, chart } = newChart();
    doubtful(chart);
    SynthCheck.configure(app, { severities: { MESH0000: CheckSeverity.OFF } });
    expect(() => app.synthYaml()).toThrow(/Validation failed .*\n {2}\[cdk8s-istio\] SynthCheck\.configure: There is no rule 'MESH0000'\. `npx cdk8s-istio rules` lists them\./);
  });

  test('an App of plain objects is left alone until it asks', () => {
    const { app, chart } = newChart();
    new ApiObject(chart, 'filter', { apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', spec: { hots: 'reviews' } });
    expect(app.synthYaml()).toContain('hots');
    SynthCheck.configure(app, {});
    expect(() => app.synthYaml()).toThrow(/MESH1103.*\n\s+at spec\.hots/);
  });

  test('what it checks is what is written, also when it changes between two synths', () => {
    const { app, chart } = newChart();
    const rule = doubtful(chart);
    app.synthYaml();
    rule.metadata.addLabel('later', 'true');
    expect(app.synthYaml()).toContain('later');
    expect(rule.toJson().metadata.labels).toEqual({ later: 'true' });
  });

  test('a silenced finding is not printed, and its reason stands in the YAML', () => {
    const { app, chart, printed } = newChart();
    Silence.finding(doubtful(chart), 'MESH4001', 'the old clusters know no other word');
    expect(app.synthYaml()).toContain('the old clusters know no other word');
    expect(printed()).toBe('');
  });

  test('services, gateways and callers known only by name cry no wolf', () => {
    const { app, chart, printed } = newChart();
    const reviews = MeshService.fromName(chart, 'reviews', { name: 'reviews', namespace: 'elsewhere', ports: [MeshPort.http(9080)] });
    new CanaryRollout(chart, 'canary', { service: reviews, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 10 });
    app.synthYaml();
    expect(printed()).toBe('');
  });
});

describe('Silence', () => {
  test('wants a code, a reason and an object', () => {
    const { chart } = newChart();
    const rule = doubtful(chart);
    expect(() => Silence.finding(rule, 'least-conn', 'because')).toThrow("[shop/ratings] 'least-conn' is no code of a finding.");
    expect(() => Silence.finding(rule, 'MESH4001', '  ')).toThrow('[shop/ratings] MESH4001 is silenced without a reason.');
    expect(() => Silence.finding(new Chart(Testing.app(), 'bare'), 'MESH4001', 'because')).toThrow('[bare] has no object');
  });
});
