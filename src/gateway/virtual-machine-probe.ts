import { Duration } from 'cdk8s';
import type { WorkloadGroupSpecProbe } from '../imports/networking.istio.io';
import { checkList, checkOptions, checkText } from '../model/given';
import type { Spec } from '../model/istio-object';
import { describeValue } from '../semantics/describe-value';
import { milliSecondsOf } from '../semantics/duration';
import { located } from '../semantics/located';

/** When a machine is asked, and how often it has to answer. */
export interface VirtualMachineProbeOptions {
  /**
   * How long to wait before the first question. Whole seconds, at least one.
   *
   * @default - not at all
   */
  readonly initialDelay?: Duration;
  /**
   * How long an answer may take. Whole seconds, at least one.
   *
   * @default Duration.seconds(1)
   */
  readonly timeout?: Duration;
  /**
   * How long to wait between two questions. Whole seconds, at least one.
   *
   * @default Duration.seconds(10)
   */
  readonly period?: Duration;
  /**
   * So many good answers in a row let requests come again, from 1.
   *
   * @default 1
   */
  readonly successThreshold?: number;
  /**
   * So many bad answers in a row keep requests away, from 1.
   *
   * @default 3
   */
  readonly failureThreshold?: number;
}

/** How a machine is asked by HTTP. */
export interface VirtualMachineHttpProbeOptions extends VirtualMachineProbeOptions {
  /**
   * What is asked for.
   *
   * @default '/'
   */
  readonly path?: string;
  /**
   * Whether the application speaks TLS itself. Its certificate is not verified.
   *
   * @default false
   */
  readonly https?: boolean;
  /**
   * Headers of the question.
   *
   * @default - none
   */
  readonly headers?: { readonly [name: string]: string };
}

type ProbeSpec = Spec<WorkloadGroupSpecProbe>;

/**
 * How the sidecar of a virtual machine finds out whether its application is well. It asks from inside the machine, and
 * while the answers are bad, no requests are sent there. Istio has no probe by gRPC for machines.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/workload-group/#ReadinessProbe
 */
export class VirtualMachineProbe {
  /**
   * By a request: any status from 200 to 399 is good.
   *
   * @param port the application's own
   */
  public static http(port: number, options: VirtualMachineHttpProbeOptions = {}): VirtualMachineProbe {
    return VirtualMachineProbe.made('http', () => {
      checkOptions('the probe', options, "{ path: '/healthz' }");
      const { path = '/', https = false, headers } = options;
      if (typeof path !== 'string' || !path.startsWith('/')) throw new Error(`\`path\` is ${describeValue(path)}, and a path begins with "/".`);
      if (typeof https !== 'boolean') throw new Error(`\`https\` is ${describeValue(https)}. Write true or false, without quotes, or leave it out.`);
      const httpHeaders = headers && Object.entries(headers).map(([name, value]) => ({ name: headerName(name), value: textOf(name, value) }));
      return { httpGet: { port: portOf(port), path, scheme: https ? 'HTTPS' : 'HTTP', httpHeaders }, ...timesOf(options) };
    });
  }

  /**
   * By a connection, which has to be accepted.
   *
   * @param port the application's own
   */
  public static tcp(port: number, options: VirtualMachineProbeOptions = {}): VirtualMachineProbe {
    return VirtualMachineProbe.made('tcp', () => ({ tcpSocket: { port: portOf(port) }, ...timesOf(options) }));
  }

  /**
   * By a command on the machine, which has to end with 0.
   *
   * @param command the program and its arguments, without a shell
   */
  public static exec(command: string[], options: VirtualMachineProbeOptions = {}): VirtualMachineProbe {
    return VirtualMachineProbe.made('exec', () => {
      checkList('command', command, "['/usr/bin/check', '--quick']");
      if (command.length === 0) throw new Error('`command` is empty. Name the program.');
      command.forEach((part) => checkText('command', part, '/usr/bin/check'));
      return { exec: { command: [...command] }, ...timesOf(options) };
    });
  }

  private static made(factory: string, spec: () => ProbeSpec): VirtualMachineProbe {
    return located(`VirtualMachineProbe.${factory}: `, () => new VirtualMachineProbe(spec()));
  }

  private constructor(
    /** @internal */
    public readonly _spec: ProbeSpec,
  ) {}
}

function timesOf(options: VirtualMachineProbeOptions): ProbeSpec {
  checkOptions('the probe', options, '{ period: Duration.seconds(5) }');
  const { initialDelay, timeout, period, successThreshold, failureThreshold } = options;
  return {
    initialDelaySeconds: secondsOf('initialDelay', initialDelay),
    timeoutSeconds: secondsOf('timeout', timeout),
    periodSeconds: secondsOf('period', period),
    successThreshold: threshold('successThreshold', successThreshold),
    failureThreshold: threshold('failureThreshold', failureThreshold),
  };
}

function secondsOf(field: string, duration: Duration | undefined): number | undefined {
  if (duration === undefined) return undefined;
  const seconds = milliSecondsOf(duration, field) / 1000;
  if (Number.isInteger(seconds) && seconds < 2 ** 31) return seconds;
  throw new Error(`\`${field}\` is ${seconds} s. Whole seconds are allowed, from 1.`);
}

function threshold(field: string, count: number | undefined): number | undefined {
  if (count === undefined || (Number.isInteger(count) && count >= 1 && count < 2 ** 31)) return count;
  throw new Error(`\`${field}\` is ${describeValue(count)}; a whole number from 1 is allowed.`);
}

function portOf(port: number): number {
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return port;
  throw new Error(`the port is ${describeValue(port)}; a port is a whole number from 1 to 65535.`);
}

function headerName(name: string): string {
  if (/^[-A-Za-z0-9]+$/.test(name)) return name;
  throw new Error(`\`headers\` has ${describeValue(name)}, which is no header: letters, digits and dashes.`);
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Error(`\`headers\`: ${name} is ${describeValue(value)}, not a text.`);
}
