import { IConstruct } from 'constructs';
import type { MeshOptions } from './mesh';
import { objectsOf } from '../manifest/from-app';
import { MeshObject } from '../manifest/mesh-object';
import { Completeness, MeshSnapshot } from '../manifest/mesh-snapshot';
import { ReadProblem } from '../manifest/read-problem';

const DEFAULT_NAMESPACE = 'default';

/** @param rendered is told what each object of the App became */
export function ofConstruct(scope: IConstruct, options: MeshOptions, rendered?: Parameters<typeof objectsOf>[2]): MeshSnapshot {
  return snapshotOf(objectsOf(scope, namespaceOf(options), rendered), options);
}

export function ofText(text: string, options: MeshOptions): MeshSnapshot {
  return snapshotOf(yaml().readYaml(text, '-', { defaultNamespace: namespaceOf(options) }), options);
}

export function ofFiles(paths: readonly string[], options: MeshOptions): MeshSnapshot {
  return snapshotOf(files().readFiles(paths, { defaultNamespace: namespaceOf(options) }), options);
}

function namespaceOf({ defaultNamespace = DEFAULT_NAMESPACE }: MeshOptions): string {
  return defaultNamespace;
}

function snapshotOf(read: { objects: readonly MeshObject[]; problems: readonly ReadProblem[] }, options: MeshOptions): MeshSnapshot {
  const completeness: Completeness = {
    completeNamespaces: options.completeNamespaces,
    complete: options.complete ?? options.context !== undefined,
  };
  if (options.context === undefined) return new MeshSnapshot(read.objects, read.problems, completeness);
  const context = files().readFiles(options.context, { defaultNamespace: namespaceOf(options) });
  return new MeshSnapshot(read.objects, [...read.problems, ...context.problems], { ...completeness, context: context.objects });
}

// A synth reads no text, so it does not load what reads it.
function yaml(): typeof import('../manifest/yaml-text') {
  return require('../manifest/yaml-text') as typeof import('../manifest/yaml-text');
}

function files(): typeof import('../manifest/from-files') {
  return require('../manifest/from-files') as typeof import('../manifest/from-files');
}
