import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { ExtensionPhase } from './extension-props';
import { checkExtension, extensionMetadata, extensionSpec } from './extension-spec';
import { WasmExtensionProps, WasmFailure, WasmKind } from './wasm-extension-props';
import { WasmModule } from './wasm-module';
import type { TrafficExtensionSpec, WasmPluginSpec } from '../imports/extensions.istio.io';
import { checkConstructProps, checkFlags, checkList, checkMember, checkProps } from '../model/given';
import { IstioObject } from '../model/istio-object';
import { locatedAt } from '../model/located-at';
import { validateOncePerSynth } from '../model/once-per-synth';
import { registerConstruct } from '../model/registered-construct';
import { warn } from '../model/warning';
import { byteLength } from '../semantics/byte-length';
import { describeValue } from '../semantics/describe-value';

/**
 * A WebAssembly module in proxies: for what no kind of Istio does, in a language of one's own.
 *
 * Proxies fetch the module by themselves, and a listener waits for it. When it fails, requests are refused unless
 * `onFailure` says otherwise.
 *
 * @see https://istio.io/latest/docs/reference/config/proxy_extensions/wasm-plugin/
 */
export class WasmExtension extends Construct {
  /** The WasmPlugin or the TrafficExtension. */
  public readonly extension: ApiObject;

  private readonly props: WasmExtensionProps;

  /** @throws if no proxy would do it */
  constructor(parent: Construct, id: string, props: WasmExtensionProps) {
    super(parent, id);
    registerConstruct(this, WasmExtension);
    checkConstructProps(this, props, "new WasmExtension(scope, 'id', { scope: PolicyScope.workload(reviews), traffic: ExtensionTraffic.INBOUND, module: WasmModule.image('ghcr.io/acme/openid:1.4.2') })");
    this.props = props;
    const metadata = locatedAt(this, () => {
      checkExtension(props);
      this.checkProps();
      return extensionMetadata(props, word(props.module._word));
    });
    const { kind = WasmKind.WASM_PLUGIN, scope, onFailure, phase } = props;
    scope._watch(this);
    const spec = () => locatedAt(this, () => this.spec());
    this.extension = kind === WasmKind.WASM_PLUGIN
      ? new IstioObject<WasmPluginSpec>(this, 'Resource', { kind, metadata, spec })
      : new IstioObject<TrafficExtensionSpec>(this, 'Resource', { kind, metadata, spec });
    if (onFailure === WasmFailure.FAIL_OPEN && (phase === ExtensionPhase.AUTHENTICATION || phase === ExtensionPhase.AUTHORIZATION)) {
      warn(this, 'it stands among authentication and authorization, and fails open: where the module cannot be fetched, nobody is kept out by it. Leave out `onFailure` where it keeps anybody out.');
    }
    validateOncePerSynth(this, () => this.mistakes());
  }

  private spec(): any {
    const { kind, module } = this.props;
    const plugin = { ...module._spec, ...this.plugin() };
    return { ...extensionSpec(this.props), ...kind === WasmKind.TRAFFIC_EXTENSION ? { wasm: plugin } : plugin };
  }

  private plugin(): object {
    const { onFailure = WasmFailure.FAIL_CLOSED, config, pluginName, network, environmentVariables = {}, hostEnvironmentVariables = [] } = this.props;
    const env = [
      ...Object.entries(environmentVariables).map(([name, value]) => ({ name, value })),
      ...hostEnvironmentVariables.map((name) => ({ name, valueFrom: 'HOST' })),
    ];
    return {
      failStrategy: onFailure,
      pluginConfig: config,
      pluginName,
      type: network ? 'NETWORK' : undefined,
      vmConfig: env.length === 0 ? undefined : { env },
    };
  }

  private mistakes(): string[] {
    try {
      void this.spec();
      return this.props.scope._mistakes(this);
    } catch (error) {
      return [(error as Error).message];
    }
  }

  private checkProps(): void {
    const { module, onFailure, config, pluginName, network, kind } = this.props;
    if (!(module instanceof WasmModule)) {
      throw new Error(`\`module\` is ${describeValue(module)}. Say where it is: WasmModule.image('ghcr.io/acme/openid:1.4.2'), WasmModule.url(url, sha256) or WasmModule.file(path).`);
    }
    if (onFailure !== undefined) checkMember('onFailure', onFailure, 'WasmFailure', WasmFailure);
    if (kind !== undefined) checkMember('kind', kind, 'WasmKind', WasmKind);
    checkFlags({ network });
    if (pluginName !== undefined && (typeof pluginName !== 'string' || pluginName === '' || byteLength(pluginName) > LONGEST_NAME)) {
      throw new Error(`\`pluginName\` is ${describeValue(pluginName)}. Give a text of 1 to ${LONGEST_NAME} bytes.`);
    }
    if (config !== undefined) {
      checkProps(config, "config: { realm: 'shop' }");
      const strange = unwritable(config, 'config');
      if (strange !== undefined) throw new Error(`\`${strange}\` is nothing that can be written: the module gets texts, numbers, true and false, lists and objects. Leave it out.`);
    }
    this.checkEnvironment();
  }

  private checkEnvironment(): void {
    const { environmentVariables = {}, hostEnvironmentVariables = [] } = this.props;
    checkProps(environmentVariables, "environmentVariables: { REALM: 'shop' }");
    checkList('hostEnvironmentVariables', hostEnvironmentVariables, "['POD_NAME']");
    const names = [...Object.keys(environmentVariables), ...hostEnvironmentVariables];
    for (const [index, name] of names.entries()) {
      if (typeof name !== 'string' || !/^[A-Za-z_][A-Za-z0-9_]{0,255}$/.test(name)) {
        throw new Error(`${describeValue(name)} is no name of an environment variable: letters, digits and underscores, no digit first, at most ${LONGEST_NAME}.`);
      }
      if (name.startsWith('ISTIO_META_WASM_')) throw new Error(`the environment variable ${name} is Istio's own: by these, proxies are told how to fetch the module. Choose another name.`);
      if (names.indexOf(name) !== index) throw new Error(`the environment variable ${name} is given twice. Leave one of them out.`);
    }
    if (names.length > MAX_VARIABLES) throw new Error(`${names.length} environment variables are given; at most ${MAX_VARIABLES} are allowed.`);
    for (const [name, value] of Object.entries(environmentVariables)) {
      if (typeof value !== 'string') throw new Error(`\`environmentVariables\`: ${name} is ${describeValue(value)}. Give a text, for example "${String(value)}".`);
      if (value.length > LONGEST_VALUE) throw new Error(`\`environmentVariables\`: ${name} has ${value.length} characters; at most ${LONGEST_VALUE} are allowed. Give it by \`config\`.`);
    }
  }
}

const LONGEST_NAME = 256;
const LONGEST_VALUE = 2048;
const MAX_VARIABLES = 256;

/** A file's or an image's name as part of an object's. */
function word(name: string): string {
  const text = name.replace(/\.wasm$/, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
  return text === '' ? 'wasm' : text;
}

/** Where the first value stands that would not come out as it went in: cdk8s drops null, and JSON has no more than these. */
function unwritable(value: unknown, path: string): string | undefined {
  if (typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) return undefined;
  if (typeof value !== 'object' || value === null || !(Array.isArray(value) || isPlain(value))) return path;
  for (const [key, item] of Object.entries(value)) {
    const found = unwritable(item, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Not of a class; an object may be another realm's. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
