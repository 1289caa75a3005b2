import type { MtlsPhase } from './mtls-edge';
import { IMeshTarget } from '../../model/mesh-target';
import { PodTemplate } from '../../model/pod-index';

/** The pods that somebody calls. */
export interface CalledPods {
  readonly namespace: string;
  readonly name: string;
  /** What policies select them by; undefined where nobody knows their labels. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** A call that something in the App tells of, before anybody's decisions. */
export interface Finding {
  readonly caller: string;
  readonly target: CalledPods;
  /** The pods' port; undefined for every port. */
  readonly port?: number;
  /** Undefined for a call that never breaks. */
  readonly breaksAt?: MtlsPhase;
  /** Whether somebody may call, and nothing says that it does. */
  readonly undeclared?: boolean;
  /** Whether nothing enforces mutual TLS there, whoever calls. */
  readonly notEnforced?: boolean;
  /** Whether a port that takes plaintext beside mutual TLS is no help. */
  readonly needsDisable?: boolean;
  readonly why: string;
  readonly remedy: string;
  /** The path of the construct that says so. */
  readonly source: string;
}

export function podsOfTemplate({ namespace, name, facts }: PodTemplate): CalledPods {
  return { namespace, name, labels: facts.allLabels };
}

export function podsOfTarget(target: IMeshTarget): CalledPods {
  let labels: CalledPods['labels'];
  try {
    labels = target.selector;
  } catch {
    labels = undefined; // a service of another team; it is named by its name
  }
  return { namespace: target.namespace, name: target.name, labels };
}

export function titleOf({ namespace, name }: CalledPods): string {
  return `${namespace}/${name}`;
}
