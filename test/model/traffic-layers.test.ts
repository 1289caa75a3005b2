import { App } from 'cdk8s';
import { Construct } from 'constructs';
import { Locality, TrafficBlocks, TrafficLayer, TrafficLayers } from '../../src/model/traffic-layers';
import { messageOf } from '../support/shop';

const APP = new App();
const [A, B] = ['a', 'b'].map((id) => new Construct(APP, id));

const BLOCKS: Required<TrafficBlocks> = {
  connectionPool: { tcp: { maxConnections: 1 } },
  loadBalancer: { simple: 'RANDOM' },
  outlierDetection: { interval: '1s' },
  tls: { mode: 'SIMPLE' },
  locality: { setting: { localityLbSetting: { enabled: true, failover: [{ from: 'eu', to: 'us' }] } }, outlierDetection: { maxEjectionPercent: 100 } },
  retryBudget: { percent: 10 },
};
const NAMES = Object.keys(BLOCKS) as (keyof TrafficBlocks)[];

function layers(...all: TrafficLayer[]): TrafficLayers {
  const result = new TrafficLayers();
  for (const layer of all) result.add(layer);
  return result;
}

describe.each(NAMES)('the %s', (block) => {
  const blocks = { [block]: BLOCKS[block] };

  test.each([
    ['', {}], [' of port 80', { port: 80 }], [' of subset v1', { subset: 'v1' }],
  ])('set by two for one scope ("%s") is an error that names both', (where, scope) => {
    expect(messageOf(() => layers({ owner: A, ...scope, blocks }, { owner: B, ...scope, blocks })))
      .toBe(`[b] sets the ${block}${where} that [a] already sets. Keep one of them.`);
  });

  test('may be set by different owners for the service, each port and each subset', () => {
    const scopes = [{}, { port: 80 }, { port: 81 }, { subset: 'v1' }, { subset: 'v2' }];
    expect(() => layers(...scopes.map((scope, index) => ({ owner: index % 2 ? A : B, ...scope, blocks })))).not.toThrow();
  });

  test('leaves the other blocks to others', () => {
    const others = Object.fromEntries(NAMES.filter((name) => name !== block).map((name) => [name, BLOCKS[name]]));
    const together = layers({ owner: A, blocks }, { owner: B, blocks: others }).service();
    expect(together).toEqual(layers({ owner: A, blocks: BLOCKS }).service());
  });
});

test('a layer that is refused leaves nothing behind', () => {
  const all = layers({ owner: A, blocks: { loadBalancer: { simple: 'RANDOM' } } });
  expect(() => all.add({ owner: B, blocks: { connectionPool: BLOCKS.connectionPool, loadBalancer: { simple: 'ROUND_ROBIN' } } })).toThrow();
  expect(all.service()).toEqual({ loadBalancer: { simple: 'RANDOM' } });
});

test('without layers there is no policy', () => {
  expect([layers().isEmpty, layers().service(), layers().subset('v1')]).toEqual([true, undefined, undefined]);
});

test('ports stand in the order of their numbers, each once', () => {
  const all = layers(
    { owner: A, port: 9000, blocks: BLOCKS },
    { owner: A, port: 80, blocks: { loadBalancer: BLOCKS.loadBalancer } },
    { owner: B, port: 80, blocks: { outlierDetection: {} } },
  );
  expect(all.ports).toEqual([80, 9000]);
  expect(all.service()!.portLevelSettings!.map(({ port }: any) => port.number)).toEqual([80, 9000]);
});

test('TLS of a port or a subset takes the place of the service\'s as a whole: a Secret means nothing beside files', () => {
  const tls = { mode: 'MUTUAL', credentialName: 'client' } as const;
  const all = layers(
    { owner: A, blocks: { tls } },
    { owner: A, port: 80, blocks: { tls: { mode: 'SIMPLE', sni: 'a.example' } } },
    { owner: A, port: 81, blocks: { connectionPool: { tcp: { maxConnections: 1 } } } },
    { owner: A, subset: 'v1', blocks: { tls: { mode: 'DISABLE' } } },
  );
  expect(all.service()).toMatchObject({ tls, portLevelSettings: [{ tls: { mode: 'SIMPLE', sni: 'a.example' } }, { tls }] });
  expect(all.service()!.portLevelSettings![0].tls).not.toHaveProperty('credentialName');
  expect(all.subset('v1')!.tls).toEqual({ mode: 'DISABLE' });
});

test('a port keeps what the service says and changes only what it names', () => {
  const all = layers(
    { owner: A, blocks: { connectionPool: { tcp: { maxConnections: 1 }, http: { maxRetries: 2 } }, outlierDetection: { interval: '1s' } } },
    { owner: B, port: 80, blocks: { connectionPool: { http: { h2UpgradePolicy: 'UPGRADE' as any } } } },
  );
  expect(all.service()!.portLevelSettings).toEqual([{
    port: { number: 80 },
    connectionPool: { tcp: { maxConnections: 1 }, http: { maxRetries: 2, h2UpgradePolicy: 'UPGRADE' } },
    outlierDetection: { interval: '1s', consecutive5XxErrors: 5, consecutiveGatewayErrors: 0, maxEjectionPercent: 50 },
  }]);
});

test('another choice of load balancing replaces the whole of the first, warm-up too', () => {
  const all = layers(
    { owner: A, blocks: { loadBalancer: { simple: 'ROUND_ROBIN', warmup: { duration: '9s' } } } },
    { owner: B, port: 80, blocks: { loadBalancer: { consistentHash: { useSourceIp: true } } } },
    { owner: B, subset: 'v1', blocks: { loadBalancer: { simple: 'RANDOM' } } },
  );
  expect(all.service()!.portLevelSettings).toEqual([{ port: { number: 80 }, loadBalancer: { consistentHash: { useSourceIp: true } } }]);
  expect(all.subset('v1')).toEqual({ loadBalancer: { simple: 'RANDOM' }, portLevelSettings: [{ port: { number: 80 }, loadBalancer: { simple: 'RANDOM' } }] });
});

test('of outlier detection the thresholds are completed after merging: what is inherited stays', () => {
  const all = layers(
    { owner: A, blocks: { outlierDetection: { consecutiveGatewayErrors: 3, maxEjectionPercent: 100 } } },
    { owner: B, subset: 'v1', blocks: { outlierDetection: { baseEjectionTime: '9s' } } },
  );
  expect(all.subset('v1')).toEqual({ outlierDetection: { consecutiveGatewayErrors: 3, consecutive5XxErrors: 0, maxEjectionPercent: 100, baseEjectionTime: '9s' } });
});

test('whether an HTTP pool is used is asked of all, or of one port', () => {
  const http = { connectionPool: { http: { maxRetries: 1 } } };
  const all = layers({ owner: A, blocks: { connectionPool: { tcp: { maxConnections: 1 } } } }, { owner: B, port: 80, blocks: http });
  expect([all.usesHttpPool(), all.usesHttpPool(80), all.usesHttpPool(81)]).toEqual([true, true, false]);
  expect(layers({ owner: A, blocks: http }).usesHttpPool(80)).toBe(false);
});

describe('locality', () => {
  const near: Locality = { setting: { localityLbSetting: { enabled: true, failover: [{ from: 'eu', to: 'us' }] } }, outlierDetection: { consecutiveGatewayErrors: 5, maxEjectionPercent: 100 } };
  const shares: Locality = { setting: { localityLbSetting: { enabled: true, distribute: [{ from: 'eu/*', to: { 'eu/*': 100 } }] } } };
  const detection = { consecutive5XxErrors: 0, consecutiveGatewayErrors: 5, maxEjectionPercent: 100 };

  test('stands in the load balancer\'s block beside another\'s choice, and brings outlier detection', () => {
    const all = layers({ owner: A, blocks: { locality: near } }, { owner: B, blocks: { loadBalancer: { simple: 'RANDOM' } } });
    expect(all.service()).toEqual({ loadBalancer: { simple: 'RANDOM', ...near.setting }, outlierDetection: detection });
  });

  test.each([0, 1])('the outlier detection that somebody else sets is used as it is, whoever comes first (%d)', (first) => {
    const both: TrafficLayer[] = [{ owner: A, blocks: { locality: near } }, { owner: B, blocks: { outlierDetection: { consecutive5XxErrors: 2 } } }];
    const { outlierDetection } = layers(...(first === 0 ? both : both.reverse())).service()!;
    expect(outlierDetection).toEqual({ consecutive5XxErrors: 2, consecutiveGatewayErrors: 0, maxEjectionPercent: 100 });
  });

  test('the outlier detection of the whole service is used for a preference of one port, too', () => {
    const all = layers({ owner: A, port: 80, blocks: { locality: near } }, { owner: B, blocks: { outlierDetection: { consecutive5XxErrors: 2 } } });
    expect(all.service()!.portLevelSettings![0].outlierDetection).toMatchObject({ consecutive5XxErrors: 2, maxEjectionPercent: 100 });
    expect(all.service()!.outlierDetection).toMatchObject({ consecutive5XxErrors: 2, maxEjectionPercent: 50 });
  });

  test('a subset that changes what was brought keeps the rest of it', () => {
    const all = layers({ owner: A, blocks: { locality: near } }, { owner: B, subset: 'v1', blocks: { outlierDetection: { baseEjectionTime: '9s' } } });
    expect(all.subset('v1')).toEqual({ outlierDetection: { ...detection, baseEjectionTime: '9s' } });
  });

  test('another preference replaces the whole of the first', () => {
    const all = layers({ owner: A, blocks: { locality: near, loadBalancer: { simple: 'RANDOM' } } }, { owner: B, port: 80, blocks: { locality: shares } });
    expect(all.service()!.portLevelSettings![0].loadBalancer).toEqual({ simple: 'RANDOM', ...shares.setting });
  });

  test('a subset with another load balancer keeps the preference', () => {
    const all = layers({ owner: A, blocks: { locality: near } }, { owner: B, subset: 'v1', blocks: { loadBalancer: { simple: 'RANDOM' } } });
    expect(all.subset('v1')).toEqual({ loadBalancer: { simple: 'RANDOM', ...near.setting } });
  });

  test('a subset with a preference has the outlier detection of the service, of which all pods may be out', () => {
    const all = layers({ owner: A, blocks: { outlierDetection: { consecutive5XxErrors: 2 } } }, { owner: B, subset: 'v1', blocks: { locality: near } });
    expect(all.subset('v1')).toEqual({ loadBalancer: near.setting, outlierDetection: { consecutive5XxErrors: 2, consecutiveGatewayErrors: 0, maxEjectionPercent: 100 } });
  });
});

describe('a retry budget', () => {
  test('stands beside the blocks, never in the settings of a port', () => {
    const all = layers({ owner: A, blocks: { retryBudget: { percent: 10 } } }, { owner: B, port: 80, blocks: { loadBalancer: { simple: 'RANDOM' } } });
    expect(all.service()).toEqual({ retryBudget: { percent: 10, minRetryConcurrency: 3 }, portLevelSettings: [{ port: { number: 80 }, loadBalancer: { simple: 'RANDOM' } }] });
  });

  test('is read wherever no port has settings of its own, and for a subset that has nothing else', () => {
    const port: TrafficLayer = { owner: B, port: 80, blocks: { loadBalancer: { simple: 'RANDOM' } } };
    const all = layers(
      { owner: A, blocks: { retryBudget: { percent: 10 } } }, port,
      { owner: A, subset: 'budget', blocks: { retryBudget: { percent: 20 } } },
      { owner: A, subset: 'more', blocks: { retryBudget: { percent: 20 }, outlierDetection: {} } },
    );
    expect([undefined, 'plain', 'budget', 'more'].map((subset) => all.readsRetryBudget(subset, 80))).toEqual([false, false, true, false]);
    expect([undefined, 'more'].map((subset) => all.readsRetryBudget(subset, 81))).toEqual([true, true]);
    expect(all.subset('budget')).toEqual({ retryBudget: { percent: 20, minRetryConcurrency: 3 } });
  });
});
