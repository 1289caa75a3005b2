import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { ExtensionProps } from './extension-props';
import { checkExtension, extensionMetadata, extensionSpec } from './extension-spec';
import type { TrafficExtensionSpec } from '../imports/extensions.istio.io';
import { checkConstructProps } from '../model/given';
import { IstioObject } from '../model/istio-object';
import { locatedAt } from '../model/located-at';
import { validateOncePerSynth } from '../model/once-per-synth';
import { registerConstruct } from '../model/registered-construct';
import { byteLength } from '../semantics/byte-length';
import { describeValue } from '../semantics/describe-value';

export interface LuaExtensionProps extends ExtensionProps {
  /**
   * The script. It defines `envoy_on_request(handle)`, `envoy_on_response(handle)` or both. At most 64 KiB.
   *
   * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/lua_filter
   */
  readonly code: string;
}

/**
 * A Lua script in proxies, in a TrafficExtension: for a header more or less that no route can say.
 *
 * A script that breaks at a request is left out of that request, which goes on: **keep nobody out by Lua**. A script that Lua
 * cannot read is refused by proxies with all that comes with it: they keep what they had, and later changes do not
 * reach them, policies too.
 *
 * @see https://istio.io/latest/docs/reference/config/proxy_extensions/traffic_extension/
 */
export class LuaExtension extends Construct {
  /** The TrafficExtension. */
  public readonly extension: ApiObject;

  private readonly props: LuaExtensionProps;

  /** @throws if no proxy would do it */
  constructor(parent: Construct, id: string, props: LuaExtensionProps) {
    super(parent, id);
    registerConstruct(this, LuaExtension);
    checkConstructProps(this, props, "new LuaExtension(scope, 'id', { scope: PolicyScope.workload(reviews), traffic: ExtensionTraffic.INBOUND, code: 'function envoy_on_request(handle) … end' })");
    this.props = props;
    const metadata = locatedAt(this, () => {
      checkExtension(props);
      checkCode(props.code);
      return extensionMetadata(props, 'lua');
    });
    props.scope._watch(this);
    this.extension = new IstioObject<TrafficExtensionSpec>(this, 'Resource', { kind: 'TrafficExtension', metadata, spec: () => locatedAt(this, () => this.spec()) });
    validateOncePerSynth(this, () => this.mistakes());
  }

  private spec(): any {
    return { ...extensionSpec(this.props), lua: { inlineCode: this.props.code } };
  }

  private mistakes(): string[] {
    try {
      void this.spec();
      return this.props.scope._mistakes(this);
    } catch (error) {
      return [(error as Error).message];
    }
  }
}

const LONGEST = 65_536;

/** Envoy calls these, and nothing else of a script. */
const CALLED = /\benvoy_on_(request|response)\b/;

function checkCode(code: unknown): void {
  if (typeof code !== 'string') throw new Error(`\`code\` is ${describeValue(code)}. Give the script as a text: 'function envoy_on_request(handle) … end'.`);
  if (!CALLED.test(code)) throw new Error('`code` has neither envoy_on_request nor envoy_on_response, and Envoy calls nothing else. Define one of them: function envoy_on_request(handle) … end.');
  const bytes = byteLength(code);
  if (bytes > LONGEST) throw new Error(`\`code\` has ${bytes} bytes; at most ${LONGEST} are allowed. Write a WasmExtension instead.`);
}
