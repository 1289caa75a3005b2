import { describeValue } from '../semantics/describe-value';
import { isDnsLabel } from '../semantics/kubernetes-name';
import { isMisreadByKubernetes } from '../semantics/yaml-scalar';

/**
 * How pods of a namespace come into the mesh: by the one label that the Namespace object carries.
 *
 * @see https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/
 */
export class Injection {
  /** By the default revision: `istio-injection: enabled`. */
  public static enabled(): Injection {
    return new Injection('istio-injection', 'enabled');
  }

  /** By one revision of istiod, or a revision tag: `istio.io/rev: REVISION`. */
  public static revision(revision: string): Injection {
    if (typeof revision !== 'string' || !isDnsLabel(revision)) {
      throw new Error(`Injection.revision: ${describeValue(revision)} is not a revision: lower-case letters, digits and dashes, at most 63, for example "1-31" or "stable".`);
    }
    if (isMisreadByKubernetes(revision)) {
      throw new Error(`Injection.revision: "${revision}" is written without quotes, and Kubernetes then reads a number. Name the revision or a tag of it otherwise.`);
    }
    return new Injection('istio.io/rev', revision);
  }

  /** Without sidecars, by the ztunnel of their node: `istio.io/dataplane-mode: ambient`. */
  public static ambient(): Injection {
    return new Injection('istio.io/dataplane-mode', 'ambient');
  }

  /** Not at all, even where the installation injects everywhere, and whatever pods say: `istio-injection: disabled`. */
  public static none(): Injection {
    return new Injection('istio-injection', 'disabled');
  }

  private constructor(
    /** @internal */
    public readonly _label: string,
    /** @internal */
    public readonly _value: string,
  ) {}
}

/** Why a Namespace with these labels would not get the sidecars that its policies need; undefined when it does. */
export function injectionMistake(labels: Readonly<Record<string, string>>): string | undefined {
  if (labels['istio.io/dataplane-mode'] === 'ambient') {
    return 'the label istio.io/dataplane-mode is "ambient", and these policies are written for sidecars: ztunnel sees no requests, so it drops rules with methods or paths, '
      + 'and waypoints ignore selectors. Leave the label out, or say dataPlane: DataPlane.ambient(), with a waypoint where rules are about requests.';
  }
  if ('istio-injection' in labels && 'istio.io/rev' in labels) {
    return `it has both labels, istio-injection: ${labels['istio-injection']} and istio.io/rev: ${labels['istio.io/rev']}; `
      + 'Istio then ignores the revision. Give one of them, by `injection`.';
  }
  if (labels['istio-injection'] === 'disabled') {
    return 'the label istio-injection is "disabled": pods would have no sidecar, so nothing would enforce these policies. Leave the label out.';
  }
  return undefined;
}

/** Whether a Namespace with these labels says anything about sidecars; what it says wrong is a mistake of its own. */
export function asksForSidecars(labels: Readonly<Record<string, string>>): boolean {
  return ['istio-injection', 'istio.io/rev', 'istio.io/dataplane-mode'].some((label) => label in labels);
}
