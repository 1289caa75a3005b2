/**
 * A service that proxies ask or tell by name: an entry of `extensionProviders` in the mesh configuration.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider
 */
export interface IMeshProvider {
  /** By this, policies and telemetry name it. */
  readonly name: string;

  /** The entry as the mesh configuration has it. */
  readonly entry: { [field: string]: any };
}
