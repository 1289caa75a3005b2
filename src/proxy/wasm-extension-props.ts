import { ExtensionProps } from './extension-props';
import { WasmModule } from './wasm-module';

/** What happens to requests when the module cannot be fetched, or breaks. One that does not start has them all refused. */
export enum WasmFailure {
  /** They are refused. */
  FAIL_CLOSED = 'FAIL_CLOSE',
  /** They go on as if it was not there, but for the one at which it broke: not for what keeps anybody out. */
  FAIL_OPEN = 'FAIL_OPEN',
  /** After a break, the next request has a fresh instance of it; for all else they are refused. */
  RELOAD = 'FAIL_RELOAD',
}

/** The kind of Kubernetes object. */
export enum WasmKind {
  /** Known to every version of Istio in use. */
  WASM_PLUGIN = 'WasmPlugin',
  /** Its successor, for Wasm and Lua. */
  TRAFFIC_EXTENSION = 'TrafficExtension',
}

export interface WasmExtensionProps extends ExtensionProps {
  /** The module, and where proxies fetch it. */
  readonly module: WasmModule;
  /**
   * What happens to requests when the module fails.
   *
   * @default WasmFailure.FAIL_CLOSED
   */
  readonly onFailure?: WasmFailure;
  /**
   * What the module is given when it starts, as JSON.
   *
   * @default - nothing
   */
  readonly config?: { readonly [key: string]: any };
  /**
   * Which of several plugins in the module is meant: what proxy-wasm calls its root id. At most 256 bytes.
   *
   * @default - the module has one
   */
  readonly pluginName?: string;
  /**
   * Environment variables of the module.
   *
   * @default - none
   */
  readonly environmentVariables?: { readonly [name: string]: string };
  /**
   * Environment variables of the proxy that the module may read; what the proxy has not is not there.
   *
   * @default - none
   */
  readonly hostEnvironmentVariables?: string[];
  /**
   * Whether it sees bytes of connections (a network filter), and not requests.
   *
   * @default false
   */
  readonly network?: boolean;
  /**
   * The kind of Kubernetes object that is written.
   *
   * @default WasmKind.WASM_PLUGIN
   */
  readonly kind?: WasmKind;
}
