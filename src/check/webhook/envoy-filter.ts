import { newFilterName } from './envoy-filter/filter-names';
import { readMessage, untypedExtensions } from './envoy-filter/message-reader';
import { quoted } from './quoted';
import { checkReservedAnnotations } from './reserved-annotations';
import { WebhookCheck, WebhookReport } from './webhook-check';
import { checkWorkloadSelector } from './workload-selector';
import { EnvoyFilterConfigPatches as ConfigPatch, EnvoyFilterConfigPatchesMatch as Match, EnvoyFilterSpec as Spec } from '../../manifest/generated/istio-specs';
import { JsonObject } from '../../manifest/json';
import { byteLength } from '../../semantics/byte-length';
import { re2Problem } from '../../semantics/re2';

/** What is patched: the message of the value, and the match that fits. */
const TARGETS: Readonly<Record<string, readonly [message: string, match?: 'listener' | 'routeConfiguration' | 'cluster']>> = {
  LISTENER: ['envoy.config.listener.v3.Listener', 'listener'],
  FILTER_CHAIN: ['envoy.config.listener.v3.FilterChain', 'listener'],
  NETWORK_FILTER: ['envoy.config.listener.v3.Filter', 'listener'],
  HTTP_FILTER: ['envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter', 'listener'],
  ROUTE_CONFIGURATION: ['envoy.config.route.v3.RouteConfiguration', 'routeConfiguration'],
  VIRTUAL_HOST: ['envoy.config.route.v3.VirtualHost', 'routeConfiguration'],
  HTTP_ROUTE: ['envoy.config.route.v3.Route', 'routeConfiguration'],
  CLUSTER: ['envoy.config.cluster.v3.Cluster', 'cluster'],
  EXTENSION_CONFIG: ['envoy.config.core.v3.TypedExtensionConfig'],
  BOOTSTRAP: ['envoy.config.bootstrap.v3.Bootstrap'],
  LISTENER_FILTER: ['envoy.config.listener.v3.ListenerFilter'],
};
const MATCHES = ['listener', 'routeConfiguration', 'cluster', 'waypoint'] as const;
const HTTP_MANAGERS = new Set(['envoy.filters.network.http_connection_manager', 'envoy.http_connection_manager']);
const LONGEST_VERSION = 1024;

export const checkEnvoyFilter: WebhookCheck<Spec> = (object, report) => {
  checkReservedAnnotations(object, report);
  const { spec } = object;
  report.warning('spec', 'An EnvoyFilter depends on how Istio configures Envoy, which may change with any release.',
    'Use Istio\'s own kinds where they can do it (VirtualService, DestinationRule, Telemetry, TrafficExtension); else test it before each upgrade.');
  checkWorkloadSelector(spec.workloadSelector, 'EnvoyFilter', report);
  spec.configPatches?.forEach((patch, i) => {
    // Of patches for waypoints the webhook looks at nothing.
    if (patch.match?.context !== 'WAYPOINT') checkPatch(patch, `spec.configPatches[${i}]`, report);
  });
};

function checkPatch({ applyTo, match, patch }: ConfigPatch, path: string, report: WebhookReport): void {
  const target = applyTo === undefined ? undefined : TARGETS[applyTo];
  if (target === undefined) {
    return report.error(`${path}.applyTo`, 'The patch does not say what it is applied to.', `Set applyTo to one of ${Object.keys(TARGETS).join(', ')}.`);
  }
  const { operation = 'INVALID', value } = patch ?? {};
  if (operation === 'INVALID') {
    return report.error(`${path}.patch.operation`, 'The patch has no operation.', 'Set it, for example to MERGE, INSERT_BEFORE or REMOVE.');
  }
  if (value === undefined && operation !== 'REMOVE') {
    return report.error(`${path}.patch.value`, `The operation ${operation} has no value.`, 'Give the configuration that is meant; only REMOVE needs none.');
  }
  const [message, fitting] = target;
  if (match !== undefined && !checkMatch(match, applyTo!, fitting, `${path}.match`, report)) return;
  if (value !== undefined) checkValue(value as JsonObject, message, `${path}.patch.value`, report);
}

/** Whether the value is still worth looking at. */
function checkMatch(match: Match, applyTo: string, fitting: typeof TARGETS[string][1], path: string, report: WebhookReport): boolean {
  const version = match.proxy?.proxyVersion;
  if (version) checkVersion(version, `${path}.proxy.proxyVersion`, report);
  const given = MATCHES.find(kind => match[kind] !== undefined);
  if (given === undefined || fitting === undefined) return true;
  if (given !== fitting) {
    report.error(`${path}.${given}`, `applyTo ${applyTo} cannot be matched by ${given}.`, `Match by ${fitting}, or drop the match to patch all of them.`);
    return false;
  }
  if (fitting === 'listener') checkFilterMatch(match, applyTo, `${path}.listener.filterChain.filter`, report);
  return true;
}

function checkVersion(version: string, path: string, report: WebhookReport): void {
  if (byteLength(version) > LONGEST_VERSION) {
    report.warning(path, `The expression is longer than ${LONGEST_VERSION} bytes, so Istio ignores it.`, 'Shorten it: ^1\\.31.* is enough for one minor version.');
    return;
  }
  const problem = re2Problem(version);
  if (problem !== undefined) {
    report.error(path, `${quoted(version)} is no regular expression: ${problem}.`, 'Give one in RE2 syntax: ^1\\.31.* is every patch of one minor version.');
  }
}

function checkFilterMatch(match: Match, applyTo: string, path: string, report: WebhookReport): void {
  const filter = match.listener?.filterChain?.filter;
  if (filter === undefined) return;
  if (applyTo === 'LISTENER' || applyTo === 'FILTER_CHAIN') {
    report.warning(path, `With applyTo ${applyTo} the match of a filter has no effect.`, 'Drop it.');
  }
  const { name = '', subFilter } = filter;
  if (name === '') {
    return report.error(`${path}.name`, 'The filter to match has no name.', 'Name it, for example envoy.filters.network.http_connection_manager.');
  }
  if (subFilter !== undefined) {
    if (applyTo !== 'HTTP_FILTER') {
      return report.error(`${path}.subFilter`, `With applyTo ${applyTo} there is no subFilter to match.`, 'Drop it, or set applyTo: HTTP_FILTER.');
    }
    if (!HTTP_MANAGERS.has(name)) {
      return report.error(`${path}.name`, `The filter ${quoted(name)} has no filters in it to match by subFilter.`,
        'Name envoy.filters.network.http_connection_manager, which holds the HTTP filters.');
    }
    if (!subFilter.name) {
      return report.error(`${path}.subFilter.name`, 'The HTTP filter to match has no name.', 'Name it, for example envoy.filters.http.router.');
    }
  }
  warnOfOldName(name, `${path}.name`, report);
  warnOfOldName(subFilter?.name ?? '', `${path}.subFilter.name`, report);
}

function warnOfOldName(name: string, path: string, report: WebhookReport): void {
  const newName = newFilterName(name);
  if (newName !== undefined) report.warning(path, `The name ${name} is deprecated.`, `Write ${newName}.`);
}

function checkValue(value: JsonObject, message: string, path: string, report: WebhookReport): void {
  const { misfit, unknownFields } = readMessage(value, message, path);
  if (misfit !== undefined) return report.error(misfit.path, misfit.message, misfit.fix);
  for (const unknown of unknownFields) report.warning(unknown.path, unknown.message, unknown.fix);
  // The webhook says no more of a value with unknown fields.
  if (unknownFields.length > 0) return;
  const untyped = untypedExtensions(value, message);
  if (untyped.length > 0) {
    report.warning(path, `${untyped.map(name => name === '' ? 'An extension without a name' : quoted(name)).join(', ')} is configured by name, without typed_config, which is deprecated.`,
      'Add typed_config with the "@type" of the extension.');
  }
}
