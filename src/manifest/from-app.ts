import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { isJsonObject, Json } from './json';
import { listItems } from './list-items';
import { MeshObject } from './mesh-object';
import { Origin } from './origin';
import { ReadProblem } from './read-problem';
import { toMeshObject } from './to-mesh-object';
import { SOURCE, SourceLine, sourceLine } from '../semantics/source-line';

export interface ObjectsOfApp {
  readonly objects: MeshObject[];
  readonly problems: ReadProblem[];
}

/**
 * All objects below a construct, in memory.
 * @param rendered is told what each of them became, so that nobody has to render it again
 */
export function objectsOf(
  scope: IConstruct, defaultNamespace: string, rendered: (object: ApiObject, json: any) => void = () => {},
): ObjectsOfApp {
  const objects: MeshObject[] = [];
  const problems: ReadProblem[] = [];
  for (const construct of scope.node.findAll()) {
    if (!ApiObject.isApiObject(construct)) continue;
    try {
      const json = construct.toJson();
      rendered(construct, json);
      const origin = new ConstructOrigin(construct);
      addObjects(json, origin, defaultNamespace, { objects, problems });
    } catch (error) {
      problems.push({
        construct: construct.node.path,
        message: `It cannot be rendered: ${error instanceof Error ? error.message : String(error)}`,
        fix: 'Correct what the message names.',
      });
    }
  }
  return { objects, problems };
}

/** A List stands for its items, as it does for kubectl. */
function addObjects(json: Json, origin: Origin, defaultNamespace: string, to: ObjectsOfApp): void {
  if (!isJsonObject(json)) {
    to.problems.push({ construct: origin.construct, message: 'An item of the List is no Kubernetes object.', fix: 'Give it apiVersion, kind and metadata, or remove it.' });
    return;
  }
  const items = listItems(json);
  if (items === undefined) to.objects.push(toMeshObject(json, origin, defaultNamespace));
  else for (const item of items) addObjects(item, origin, defaultNamespace, to);
}

/** The source line is looked for when it is asked for: few objects have anything to say. */
class ConstructOrigin implements Origin {
  private found?: { readonly source?: SourceLine };

  constructor(private readonly object: IConstruct) {}

  public get construct(): string {
    return this.object.node.path;
  }

  public get file(): string | undefined {
    return this.source?.file;
  }

  public get line(): number | undefined {
    return this.source?.line;
  }

  private get source(): SourceLine | undefined {
    this.found ??= { source: sourceOf(this.object) };
    return this.found.source;
  }
}

/** Of the nearest construct that remembers where it was made. */
function sourceOf(object: IConstruct): SourceLine | undefined {
  for (const construct of [...object.node.scopes].reverse()) {
    const entry = construct.node.metadata.find(({ type }) => type === SOURCE);
    const source = entry && sourceLine(entry.data);
    if (source) return source;
  }
  return undefined;
}
