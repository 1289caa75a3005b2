import { MeshFacts } from './mesh-facts';
import { JsonObject, member, objectOr, stringOr } from '../../manifest/json';
import { Kind } from '../../manifest/kinds';
import { MeshObject } from '../../manifest/mesh-object';

/** Kinds whose controllers make a Secret in their own namespace, and where they name it; their own name otherwise. */
const MAKERS: readonly (readonly [string, readonly string[]])[] = [
  ['Certificate.cert-manager.io', ['spec', 'secretName']],
  ['ExternalSecret.external-secrets.io', ['spec', 'target', 'name']],
  ['SealedSecret.bitnami.com', ['spec', 'template', 'metadata', 'name']],
];

/** Secrets, those included that something in sight will make. */
export class Secrets {
  private readonly made = new Set<string>();
  private readonly namespacesByName = new Map<string, string[]>();

  constructor(private readonly mesh: MeshFacts) {
    for (const { namespace, name } of mesh.ofKind(Kind.SECRET)) this.note(namespace, name);
    for (const [kind, path] of MAKERS) {
      for (const object of mesh.ofKind(kind)) {
        let name: unknown = object.json;
        for (const step of path) name = member(name, step);
        const secret = stringOr(name) ?? object.name;
        this.made.add(`${object.namespace}/${secret}`);
        this.note(object.namespace, secret);
      }
    }
  }

  public find(namespace: string, name: string): MeshObject | undefined {
    return this.mesh.find(Kind.SECRET, namespace, name);
  }

  public exists(namespace: string, name: string): boolean {
    return this.find(namespace, name) !== undefined || this.made.has(`${namespace}/${name}`);
  }

  /** Where there is one of that name. */
  public namespacesWith(name: string): readonly string[] {
    return this.namespacesByName.get(name) ?? [];
  }

  private note(namespace: string, name: string): void {
    const there = this.namespacesByName.get(name);
    if (there) there.push(namespace);
    else this.namespacesByName.set(name, [namespace]);
  }
}

/** `mesh.fact(secrets)` */
export function secrets(mesh: MeshFacts): Secrets {
  return new Secrets(mesh);
}

/** The bytes under a key, from `stringData` or from `data`; undefined if there are none. */
export function secretValue(secret: MeshObject, key: string): Buffer | undefined {
  const plain = stringOr(member(member(secret.json, 'stringData'), key));
  if (plain !== undefined) return plain === '' ? undefined : Buffer.from(plain);
  const encoded = stringOr(member(member(secret.json, 'data'), key));
  if (encoded === undefined) return undefined;
  const value = Buffer.from(encoded, 'base64');
  return value.length === 0 ? undefined : value;
}

export function secretKeys(secret: MeshObject): string[] {
  const parts: JsonObject[] = [objectOr(member(secret.json, 'data')), objectOr(member(secret.json, 'stringData'))];
  return [...new Set(parts.flatMap((part) => Object.keys(part)))].sort();
}
