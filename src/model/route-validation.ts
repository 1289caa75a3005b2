import type { MeshService } from './mesh-service';
import { NOUNS, RouteLayer } from './route-layers';
import { millisecondsIn } from '../semantics/duration';

/** What can be said of a service's rules once every contributor has spoken. */
export function routes(service: MeshService): string[] {
  try {
    return [...withoutRoomForATry(service), ...sameNames(service), ...unreachable(service)];
  } catch (error) {
    // Rules that cannot be said.
    return [(error as Error).message];
  }
}

/** Tries that the timeout of their rule leaves no room for. */
function withoutRoomForATry(service: MeshService): string[] {
  const all = service._ports.routed().flatMap(({ match }) => service._routeLayers.routes(match));
  return [...new Set(all.flatMap(({ value: { timeout, retries } }) => {
    const perTry = retries?.perTryTimeout;
    if (timeout === undefined || perTry === undefined || millisecondsIn(perTry) < millisecondsIn(timeout)) return [];
    return [
      `some requests to ${service.name} get the timeout ${timeout} from one setting and perTryTimeout ${perTry} from another, so no try could ever follow. `
      + 'Give the narrower one retries of its own.',
    ];
  }))];
}

/** Proxies log a rule by its name. */
function sameNames(service: MeshService): string[] {
  return service._routeLayers.sameNames.map(({ name, owners: [first, later] }) =>
    `[${later.node.path}] and [${first.node.path}] both name a rule of ${service.name} "${name}". Give one of them another name.`);
}

/** A setting that decides nothing is a mistake in its match, or in another's. */
function unreachable(service: MeshService): string[] {
  return service._routeLayers.unreachable.map(({ layer, by }) => {
    const others = [...new Set(by.map(({ owner }) => `[${owner.node.path}]`))];
    return `[${layer.owner.node.path}] sets the ${NOUNS[layer.aspect]} for requests to ${service.name} that ${others.join(' and ')} ${why(layer, by)}`;
  });
}

function why(layer: RouteLayer, by: readonly RouteLayer[]): string {
  const priority = (one: RouteLayer) => one.priority ?? 0;
  const answer = by.find(({ aspect }) => aspect !== layer.aspect);
  if (answer) return `${answer.value.redirect ? 'redirects' : 'answers'}, so it decides nothing: the proxy sends none of them on. Take it out, or give one of them a narrower match.`;
  const higher = by.find((one) => priority(one) > priority(layer));
  return higher
    ? `decides before, with the priority ${priority(higher)} over ${priority(layer)}, so it decides nothing. Give it a higher \`priority\`, narrow the other's match, or take one of them out.`
    : 'decides before, as all of them match there more specifically, so it decides nothing. Give it a `priority`, narrow the other\'s match, or take one of them out.';
}
