import { execFileSync } from 'node:child_process';
import { GoModule } from './go-module';
import { programPath } from './machine';

/** The versions of what runs beside a rollout engine. */
export function versionsBeside(): Record<string, string> {
  const prometheus = execFileSync(programPath('prometheus'), ['--version'], { encoding: 'utf8' });
  return {
    Kubernetes: new GoModule('kubernetes', 'k8s.io/kubernetes').version,
    Istio: new GoModule('istiod', 'istio.io/istio').version,
    Prometheus: /version ([\d.]+)/.exec(prometheus)?.[1] ?? 'unknown',
  };
}
