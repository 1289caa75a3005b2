import { VirtualMachineAddress } from './virtual-machine-address';
import { VirtualMachineProbe } from './virtual-machine-probe';
import { checkList, checkOptions, checkText } from '../model/given';
import { describeValue } from '../semantics/describe-value';
import { located } from '../semantics/located';

/** What holds for every machine of a group. */
export interface VirtualMachineGroupOptions {
  /**
   * How the sidecar finds out whether the application is well.
   *
   * @default - it is well as long as its sidecar is connected
   */
  readonly probe?: VirtualMachineProbe;
  /**
   * The ports of the application by the names of the service's ports (`http-80` for `MeshPort.http(80)`), where they differ.
   *
   * @default - the ports' `targetPort`
   */
  readonly ports?: { readonly [name: string]: number };
  /**
   * The network that they are in, where there are several.
   *
   * @default - the network of the pods
   */
  readonly network?: string;
  /**
   * Where they are: `REGION/ZONE/SUBZONE`, or the first parts of that.
   *
   * @default - unknown
   */
  readonly locality?: string;
}

/**
 * How the mesh comes to know the machines: they say so themselves, or their addresses are written.
 */
export class VirtualMachineRegistration {
  /**
   * A WorkloadGroup: istiod writes down each machine when its sidecar connects, and forgets it when that is gone. The machines'
   * files are made from it: `istioctl experimental workload entry configure`.
   *
   * @see https://istio.io/latest/docs/reference/config/networking/workload-group/
   */
  public static byItself(options: VirtualMachineGroupOptions = {}): VirtualMachineRegistration {
    const at = 'VirtualMachineRegistration.byItself';
    checkOptions(at, options, '{ probe: VirtualMachineProbe.tcp(8080) }');
    if (options.probe !== undefined && !(options.probe instanceof VirtualMachineProbe)) {
      throw new Error(`${at}: \`probe\` is ${describeValue(options.probe)}. Say for example VirtualMachineProbe.http(8080, { path: '/healthz' }).`);
    }
    if (options.network !== undefined) located(`${at}: `, () => checkText('network', options.network, 'on-premises'));
    return new VirtualMachineRegistration(options, []);
  }

  /**
   * A WorkloadEntry for each address. Nobody asks whether the machines are well; for that, let them register by themselves, or
   * eject those that fail (`OutlierDetection`).
   *
   * @see https://istio.io/latest/docs/reference/config/networking/workload-entry/
   */
  public static at(addresses: VirtualMachineAddress[]): VirtualMachineRegistration {
    const at = 'VirtualMachineRegistration.at';
    located(`${at}: `, () => checkList('addresses', addresses, "[{ address: '10.1.2.3' }]"));
    if (addresses.length === 0) throw new Error(`${at}: \`addresses\` is empty. Name at least one, or let the machines register by themselves (byItself).`);
    return new VirtualMachineRegistration(undefined, [...addresses]);
  }

  private constructor(
    /** Where the machines register by themselves. @internal */
    public readonly _group: VirtualMachineGroupOptions | undefined,
    /** @internal */
    public readonly _addresses: readonly VirtualMachineAddress[],
  ) {}
}
