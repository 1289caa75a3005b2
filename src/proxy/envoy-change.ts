import type { EnvoyPatchContext } from './envoy-patch-context';

/** One change to what Istio makes for Envoy: made by an `EnvoyAnchor`, carried out by an `EnvoyPatch`. */
export class EnvoyChange {
  /** @internal */
  public static _of(title: string, render: (context: EnvoyPatchContext) => object): EnvoyChange {
    return new EnvoyChange(title, render);
  }

  private constructor(
    /** For messages: `httpFilter("envoy.filters.http.router").insertBefore`. @internal */
    public readonly _title: string,
    /** A config patch; throws where it could match nothing. @internal */
    public readonly _render: (context: EnvoyPatchContext) => object,
  ) {}
}
