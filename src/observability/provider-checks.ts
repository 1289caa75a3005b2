import { Construct } from 'constructs';
import { BUILT_IN_PROVIDERS, TelemetryProvider } from './telemetry-provider';
import { InstallationProfile } from '../install/installation-profile';
import { IstioInstallation } from '../install/istio-installation';

/** Those that a profile brings along. */
const OF_PROFILES: { readonly [profile: string]: readonly string[] } = {
  [InstallationProfile.DEMO]: ['otel', 'skywalking', 'otel-tracing', 'jaeger'],
};

/** What is wrong with providers that a Telemetry names, as far as the App's installations of Istio tell; without one nobody knows. */
export function undefinedProviders(owner: Construct, named: readonly TelemetryProvider[]): string[] {
  const installations = installationsOf(owner);
  if (installations.length === 0) return [];
  const known = new Set(installations.flatMap(providersOf));
  const list = [...known].sort().join(', ');
  return named.filter(({ name }) => !known.has(name)).map((provider) => {
    const where = installations.map((installation) => `[${installation.node.path}]`).join(' and ');
    const fix = provider._isOnlyNamed
      ? 'Name one of these, or define it and give it there.'
      : 'Add it there.';
    return `the provider ${provider.name} is defined by no installation of this App, so Istio would leave it out without a word. `
      + `\`meshConfig.extensionProviders\` of ${where} has ${list}. ${fix}`;
  });
}

/** Whether the mesh configuration is known, and sends traces to nobody by itself. */
export function tracesNowhere(owner: Construct): boolean {
  const installations = installationsOf(owner);
  return installations.length > 0 && installations.every(({ meshConfig }) => (meshConfig.defaultProviders?.tracing ?? []).length === 0);
}

/** The profile `empty` installs nothing that would be asked. */
function installationsOf(owner: Construct): IstioInstallation[] {
  return IstioInstallation._of(owner).filter(({ profile }) => profile !== InstallationProfile.EMPTY);
}

function providersOf(installation: IstioInstallation): string[] {
  // Also what is given as plain fields of the mesh configuration.
  const written = (installation.meshConfig.extensionProviders ?? []) as { readonly name?: string }[];
  return [...BUILT_IN_PROVIDERS, ...OF_PROFILES[installation.profile] ?? [], ...written.flatMap(({ name }) => name ?? [])];
}
