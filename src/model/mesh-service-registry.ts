import { AppRegistry, doubled } from './app-registry';
import type { MeshService } from './mesh-service';

/** All services of an App: two owners of one host would overwrite each other's configuration. */
export const MESH_SERVICES = new AppRegistry<MeshService>((services) => doubled(services, ({ host }) => host).map(([first, later]) =>
  `[${later.node.path}] and [${first.node.path}] are both a MeshService for the host ${later.host}. `
  + 'Make it once and hand it to every construct that contributes to it.'));
