import { Chart, Testing } from 'cdk8s';
import * as library from '../../../src';

/** What a program without types may pass: every one is refused by what is wrong, never by what broke inside. */
const chart = (): Chart => new Chart(Testing.app(), 'shop', { namespace: 'shop' });
const any = (value: unknown): any => value;

function waypoint(props: any): () => void {
  return () => new library.Waypoint(chart(), 'x', props);
}

function ambient(props: any): () => void {
  return () => new library.AmbientNamespace(chart(), 'x', { name: 'shop', ...props });
}

function guarded(dataPlane: any): () => void {
  return () => new library.ZeroTrustNamespace(chart(), 'x', { namespace: 'shop', dataPlane });
}

test.each<[string, () => void, string]>([
  ['a waypoint by its name', waypoint('waypoint'), "[shop/x] \"waypoint\" is given instead of props. Write for example new Waypoint(scope, 'id', { namespace: 'shop' })."],
  ['a number for a waypoint', waypoint({ name: 1 }), '[shop/x] `name` is 1, which is no name of a waypoint'],
  ['whose traffic in capitals', waypoint({ traffic: 'SERVICE' }), '[shop/x] `traffic` is "SERVICE". Give WaypointTraffic.SERVICE or'],
  ['one namespace for a list', waypoint({ openTo: 'web' }), "[shop/x] `openTo` is \"web\", not a list. Write for example openTo: ['web']."],
  ['a word for who uses it', waypoint({ usedElsewhere: 'yes' }), '[shop/x] `usedElsewhere` is "yes". Write true or false'],
  ['a waypoint of others without a namespace', () => library.Waypoint.existing('waypoint', any(undefined)), 'Waypoint.existing: `namespace` is undefined, which is not a namespace name'],
  ['a Service to serve by its name', () => new library.Waypoint(chart(), 'x', { usedElsewhere: true }).serve(any('reviews')), '[shop/x] serve: "reviews" is no Service. Give a MeshService.'],
  ['the waypoint of a namespace by its name', ambient({ waypoint: 'waypoint' }), "[shop/x] `waypoint` is \"waypoint\". Give a Waypoint, or Waypoint.existing('waypoint', 'shop')."],
  ['a word for gateways', ambient({ waypoint: library.Waypoint.existing('waypoint', 'shop'), ingressUsesWaypoint: 'no' }), '[shop/x] `ingressUsesWaypoint` is "no". Write true or false'],
  ['a data plane by name', guarded('ambient'), '[shop/x] `dataPlane` is "ambient". Give DataPlane.sidecars()'],
  ['the waypoint of a data plane by name', () => library.DataPlane.ambient(any({ waypoint: 'waypoint' })), 'DataPlane.ambient: `waypoint` is "waypoint". Give a Waypoint'],
  ['a waypoint for the options of a data plane', () => library.DataPlane.ambient(any('waypoint')), 'DataPlane.ambient: the options are "waypoint". Give an object, for example { waypoint }'],
  ['a policy for a waypoint by its name', () => library.PolicyScope.waypoint(any('waypoint')), 'PolicyScope.waypoint: "waypoint" is no waypoint.'],
  ['a policy for a Service by its name', () => library.PolicyScope.service(any('reviews')), 'PolicyScope.service: "reviews" is no Service. Give a MeshService'],
])('%s', (_, action, message) => {
  expect(action).toThrow(message);
});
