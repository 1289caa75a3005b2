import { App, Chart } from 'cdk8s';
import { AccessReport } from './access-report';
import { CheckPreset, CheckReport, CheckSeverity } from './check-report';
import type { MeshSnapshot } from '../manifest/mesh-snapshot';

/** How much of the mesh is given, and how it is read. */
export interface MeshOptions {
  /**
   * Namespaces of which nothing is left out: there, what is absent is an error. Elsewhere it may be somebody
   * else's, so that it is absent is only an information.
   * @default - none: other teams own other objects
   */
  readonly completeNamespaces?: string[];
  /**
   * Whether nothing of the mesh is left out.
   * @default false, or true with `context`
   */
  readonly complete?: boolean;
  /**
   * Files or folders with what else stands in the cluster, such as a dump of it: looked up, never complained about.
   * @default - none
   */
  readonly context?: string[];
  /**
   * The namespace of objects that name none, as `kubectl --namespace` would decide.
   * @default 'default'
   */
  readonly defaultNamespace?: string;
}

/** How a mesh is checked. */
export interface MeshCheckOptions {
  /**
   * Which rules are on.
   * @default CheckPreset.RECOMMENDED
   */
  readonly preset?: CheckPreset;
  /**
   * Other severities, by code (`MESH3101`), by name or by the code of another tool (`IST0101`).
   * @default - those of the preset
   */
  readonly severities?: { [code: string]: CheckSeverity };
  /**
   * The instant that the ends of faults and certificates are compared with: in ISO 8601 with time and zone, such as
   * `2026-12-01T18:00:00Z`.
   * @default - when the check takes place
   */
  readonly now?: string;
}

/**
 * The configuration of a mesh, or of a part of it, to be asked about: by programs and tests.
 *
 * ```ts
 * const report = Mesh.fromApp(app).check();
 * ```
 */
export class Mesh {
  /**
   * All objects of an App, in memory.
   * @throws if a context file cannot be read
   */
  public static fromApp(app: App, options: MeshOptions = {}): Mesh {
    return new Mesh(snapshots().ofConstruct(app, options));
  }

  /** All objects of a Chart, in memory. */
  public static fromChart(chart: Chart, options: MeshOptions = {}): Mesh {
    return new Mesh(snapshots().ofConstruct(chart, options));
  }

  /** All objects of a YAML or JSON text, of one or many documents. */
  public static fromYaml(text: string, options: MeshOptions = {}): Mesh {
    return new Mesh(snapshots().ofText(text, options));
  }

  /** All objects of files and of the `.yaml`, `.yml` and `.json` files below folders. */
  public static fromFiles(paths: string[], options: MeshOptions = {}): Mesh {
    return new Mesh(snapshots().ofFiles(paths, options));
  }

  private constructor(private readonly snapshot: MeshSnapshot) {}

  /**
   * What an API server, istiod and the field's experience say about it.
   * @throws if the preset, a code or a severity does not exist, or `now` is no instant
   */
  public check(options: MeshCheckOptions = {}): CheckReport {
    // Loaded when it is asked for: an App that is not checked pays nothing.
    const { check } = require('../check/check') as typeof import('../check/check');
    return CheckReport._of(check(this.snapshot, options));
  }

  /** Who may call whom, how, and which policy says so. */
  public accessReport(): AccessReport {
    const { accessOf } = require('../audit/access') as typeof import('../audit/access');
    return AccessReport._of(accessOf(this.snapshot));
  }
}

function snapshots(): typeof import('./snapshots') {
  return require('./snapshots') as typeof import('./snapshots');
}
