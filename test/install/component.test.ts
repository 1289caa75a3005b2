import fc from 'fast-check';
import { ComponentScale, GatewayServiceType, InstalledGateway } from '../../src';
import { checkResources, containerResources } from '../../src/install/component-resources';

describe('resources', () => {
  const check = (resources: any, before = {}) => () => checkResources('`resources`', resources, before);

  test('are requests and limits, where they are said', () => {
    expect(containerResources({})).toEqual({});
    expect(containerResources({ cpu: '1', memoryLimit: '1Gi' })).toEqual({ requests: { cpu: '1' }, limits: { memory: '1Gi' } });
  });

  test('above their limit are refused, in whatever units, also where the limit is that of before', () => {
    expect(check({ cpu: '1500m', cpuLimit: '1' })).toThrow('`cpu` is "1500m" and its limit "1"');
    expect(check({ memory: '1Gi', memoryLimit: '1000Mi' })).toThrow('Give a `memoryLimit` of at least "1Gi"');
    expect(check({ cpu: '3' }, { cpuLimit: '2000m' })).toThrow('`cpu` is "3" and its limit "2000m"');
    fc.assert(fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 0, max: 2 }), (request, more) => {
      const limit = Math.max(1, request + more - 1);
      const refused = request > limit;
      const checked = expect(check({ cpu: `${request}m`, cpuLimit: String(limit / 1000) }));
      if (refused) checked.toThrow('Kubernetes makes no pod'); else checked.not.toThrow();
    }));
  });

  test.each([{ cpu: 2 }, { cpu: '0' }, { cpu: '1 CPU' }, { cpu: '-1' }, { memory: 'lots' }])('%j is refused', (resources) => {
    expect(check(resources)).toThrow('in the notation of Kubernetes');
  });

  test('of memory without a unit are bytes, which nobody means', () => {
    expect(check({ memory: '512' })).toThrow('which is 512 bytes');
    expect(check({ memoryLimit: '500m' })).toThrow('Give a unit');
  });

  test('of a name that is none are refused', () => {
    expect(check({ cpus: '1' })).toThrow('there is no `cpus`');
  });
});

describe('the number of pods', () => {
  test('is fixed, or between two', () => {
    expect(ComponentScale.fixed(3)).toMatchObject({ _isAutoscaled: false, _min: 3, _max: 3 });
    expect(ComponentScale.autoscaled(2, 7)).toMatchObject({ _isAutoscaled: true, _min: 2, _max: 7, _cpuUtilization: 80 });
  });

  test.each([0, -1, 1.5, NaN, '2', undefined])('is not %p', (count) => {
    expect(() => ComponentScale.fixed(count as any)).toThrow('Give a whole number from 1 to 1000');
  });

  test('has the smaller one first', () => {
    expect(() => ComponentScale.autoscaled(5, 2)).toThrow('ComponentScale.autoscaled(2, 5)');
    expect(() => ComponentScale.autoscaled(2, 5, { cpuUtilization: 150 })).toThrow('whole percent from 1 to 100');
  });
});

describe('a gateway', () => {
  const says = (options: any, message: string) => expect(() => InstalledGateway.ingress(options)).toThrow(message);

  test('is found by the labels that its chart gives its pods', () => {
    expect(InstalledGateway.ingress().selector).toEqual({ app: 'istio-ingressgateway', istio: 'ingressgateway' });
    expect(InstalledGateway.ingress({ name: 'public' }).selector).toEqual({ app: 'public', istio: 'public' });
  });

  test('is not in the namespace of the control plane, but for the one between networks', () => {
    const namespaces = [InstalledGateway.ingress(), InstalledGateway.egress(), InstalledGateway.eastWest()].map((gateway) => gateway._namespace('istio-system'));
    expect(namespaces).toEqual(['istio-ingress', 'istio-egress', 'istio-system']);
  });

  test('opens ports above 1023, and always that of its health', () => {
    const ports = InstalledGateway.ingress({ ports: [{ name: 'https', port: 443 }, { name: 'tls', port: 8443, targetPort: 9443 }] })._ports;
    expect(ports.map(({ name, port, targetPort }) => [name, port, targetPort])).toEqual([['status-port', 15021, 15021], ['https', 443, 8443], ['tls', 8443, 9443]]);
  });

  test('refuses ports that collide or need root', () => {
    says({ ports: [{ name: 'https', port: 443, targetPort: 443 }] }, 'Give for example 8443');
    says({ ports: [{ name: 'a', port: 443 }, { name: 'b', port: 8443 }] }, 'two ports have the targetPort 8443');
    says({ ports: [{ name: 'health', port: 15021 }] }, 'which is that of the health');
    says({ ports: [{ name: 'HTTPS', port: 443 }] }, 'has the name "HTTPS"');
    says({ ports: [{ name: 'https', port: 70000 }] }, 'Give a number from 1 to 65535');
    says({ ports: [] }, '`ports` is empty');
  });

  test('refuses what its Service cannot do', () => {
    says({ serviceType: GatewayServiceType.CLUSTER_IP, preserveClientAddress: true }, 'reached from outside');
    says({ serviceType: GatewayServiceType.NODE_PORT, loadBalancerSourceRanges: ['10.0.0.0/8'] }, 'the Service is a NodePort');
    says({ loadBalancerSourceRanges: ['10.0.0.0'] }, 'Give blocks of addresses');
  });

  test('refuses names that its chart takes for something else', () => {
    for (const name of ['y', 'off', '12']) says({ name }, `\`name\` is "${name}"`);
    says({ name: 'Public' }, 'lower-case letters');
  });
});
