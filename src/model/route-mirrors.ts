import type { RouteDestination, RouteMirror } from './route-layers';

/**
 * The mirrors that lead elsewhere than the request itself: one that has a single destination is not copied to it, or a version
 * that has everything by now would do everything twice.
 */
export function mirrorsElsewhere(mirrors: readonly RouteMirror[], destinations: readonly RouteDestination[] = [{}], ownHost: string): RouteMirror[] {
  const served = destinations.length === 1 ? destinations : destinations.filter(({ weight }) => weight !== 0);
  if (served.length !== 1) return [...mirrors];
  const [{ host = ownHost, subset }] = served;
  return mirrors.filter((mirror) => (mirror.host ?? ownHost) !== host || mirror.subset !== subset);
}
