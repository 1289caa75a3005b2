import { App, Chart, Duration } from 'cdk8s';
import {
  MeshPort, PortProtocol, VirtualMachineAddress, VirtualMachineHttpProbeOptions, VirtualMachineProbe, VirtualMachineRegistration,
  VirtualMachineWorkload,
} from 'cdk8s-istio';
import * as fc from 'fast-check';
import { ApiServer } from './verdict';

let apiServer: ApiServer;
beforeAll(() => {
  apiServer = new ApiServer();
});
afterAll(async () => apiServer?.end());

/** Mostly what is right: of many settings together, one that is wrong refuses all. */
const mostly = <T>(right: fc.Arbitrary<T>, wrong: fc.Arbitrary<T>) => fc.oneof({ weight: 19, arbitrary: right }, { weight: 1, arbitrary: wrong });
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 1 });
const odd = fc.constantFrom('', ' ', 'a b', 'ä', '*', 'UPPER', '1.2.3', 'a..b', '-a', 'x'.repeat(300), '\u0000');

const ip = fc.oneof(fc.ipV4(), fc.ipV6());
const dns = fc.constantFrom('vm.example.com', 'a.b', 'xn--a.example', 'vm_1.example.com', 'VM.example.com', 'vm.example.com.');
const address = mostly(
  fc.oneof({ weight: 5, arbitrary: ip }, { weight: 1, arbitrary: dns }, { weight: 1, arbitrary: fc.constantFrom('unix:///run/app.sock', 'unix://@app', 'unix:///a b') }),
  fc.oneof(odd, fc.constantFrom('unix://', 'unix://run', '10.0.0.1:80', '10.0.0.0/8', 'fe80::1%eth0', '[::1]', '010.1.1.1')));
const ownPorts = fc.dictionary(mostly(fc.constantFrom('http-80', 'sql'), odd), mostly(fc.integer({ min: 1, max: 65535 }), fc.constantFrom(0, 65536, 1.5)), { maxKeys: 1 });
const place = {
  ports: optional(ownPorts), network: optional(mostly(fc.constantFrom('cellar', 'net-1'), odd)), locality: optional(mostly(fc.constantFrom('eu', 'eu/a', 'eu/a/r1'), odd)),
};
const weight = optional(mostly(fc.integer({ min: 1, max: 2 ** 32 - 1 }), fc.constantFrom(0, -1, 1.5, 2 ** 32)));
const addresses: fc.Arbitrary<VirtualMachineAddress[]> = fc.uniqueArray(fc.record({ address, ...place, weight }), {
  minLength: 1, maxLength: 3, selector: (one) => one.address,
});

const seconds = mostly(
  fc.integer({ min: 1, max: 10_000 }).map((n) => Duration.seconds(n)), fc.constantFrom(Duration.millis(500), Duration.seconds(2 ** 31)));
const count = mostly(fc.integer({ min: 1, max: 100 }), fc.constantFrom(0, -1, 1.5, 2 ** 31));
const times = {
  initialDelay: optional(seconds),
  timeout: optional(seconds),
  period: optional(seconds),
  successThreshold: optional(count),
  failureThreshold: optional(count),
};
const http: fc.Arbitrary<VirtualMachineHttpProbeOptions> = fc.record({
  ...times,
  path: optional(mostly(fc.constantFrom('/', '/healthz?x=1', '/ä'), odd)),
  https: optional(fc.boolean()),
  headers: optional(fc.dictionary(mostly(fc.constantFrom('x-a', 'Host'), odd), fc.string(), { maxKeys: 2 })),
});
const port = mostly(fc.integer({ min: 1, max: 65535 }), fc.constantFrom(0, 65536));
const probe: fc.Arbitrary<() => VirtualMachineProbe> = fc.oneof(
  fc.tuple(port, http).map(([number, options]) => () => VirtualMachineProbe.http(number, options)),
  fc.tuple(port, fc.record(times)).map(([number, options]) => () => VirtualMachineProbe.tcp(number, options)),
  fc.tuple(fc.array(mostly(fc.constantFrom('/bin/true', '-q', '1e3'), odd), { maxLength: 2 }), fc.record(times)).map(([command, options]) => () => VirtualMachineProbe.exec(command, options)),
);

const registration: fc.Arbitrary<() => VirtualMachineRegistration> = fc.oneof(
  addresses.map((all) => () => VirtualMachineRegistration.at(all)),
  fc.tuple(optional(probe), fc.record(place)).map(([asked, options]) => () => VirtualMachineRegistration.byItself({ probe: asked?.(), ...options })),
);

const labels = fc.dictionary(mostly(fc.constantFrom('app', 'example.com/part'), odd), mostly(fc.constantFrom('legacy', 'v1', 'A_b'), odd), { minKeys: 1, maxKeys: 2 });
const servicePorts = fc.constantFrom(
  [MeshPort.http(80)], [MeshPort.http(80, { targetPort: 8080 }), MeshPort.tcp(5432, { name: 'sql' })], [MeshPort.of({ number: 81 })],
  ...Object.values(PortProtocol).map((protocol) => [MeshPort.of({ number: 80, protocol })]),
);

test('whatever a machine is given, it is refused or written so that Istio takes it', async () => {
  const seen = { accepted: 0, groups: 0 };
  await fc.assert(fc.asyncProperty(
    registration, servicePorts, optional(labels), optional(mostly(fc.constantFrom('orders.shop.mesh', 'a.example'), odd)),
    optional(mostly(fc.constantFrom<string[][]>(['10.0.0.1'], ['10.0.0.0/8', '240.1.1.1'], ['fd00::/8']), fc.constant<string[]>(['x']))), mostly(fc.constantFrom('legacy', 'a'.repeat(63)), odd),
    async (registered, ports, theLabels, host, virtual, name) => {
      let yaml: string;
      try {
        const app = new App();
        const chart = new Chart(app, 'shop', { namespace: 'shop' });
        const made = new VirtualMachineWorkload(chart, 'vm', {
          name, serviceAccount: 'legacy', registration: registered(), ports, labels: theLabels, host, addresses: virtual,
        });
        yaml = app.synthYaml();
        seen.groups += Number(made.workloadGroup !== undefined);
      } catch (error) {
        expect((error as Error).message).toMatch(/^(VirtualMachine(Probe|Registration)|\[shop|Validation failed|Duration)/);
        return;
      }
      seen.accepted += 1;
      expect(await apiServer.complaints(yaml)).toEqual([]);
    }), { numRuns: 600 });
  expect(seen.accepted).toBeGreaterThan(150);
  expect(seen.groups).toBeGreaterThan(50);
});
