type Labels = Readonly<Record<string, string>>;

/**
 * Which revision's injector the API server asks about a pod, by the labels of its Namespace and its own: "default" is the
 * one of pods that name none. Undefined where no injector is asked.
 */
export function injectingRevision(namespace: Labels, pod: Labels): string | undefined {
  const wish = pod['sidecar.istio.io/inject'];
  if (wish === 'false') return undefined;
  if ('istio-injection' in namespace) return namespace['istio-injection'] === 'enabled' ? DEFAULT : undefined;
  const revision = namespace['istio.io/rev'] ?? pod['istio.io/rev'];
  return revision ?? (wish === 'true' ? DEFAULT : undefined);
}

const DEFAULT = 'default';
