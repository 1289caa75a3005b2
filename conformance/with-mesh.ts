import { Mesh, MeshOptions } from './mesh';

/**
 * A mesh for the tests of a file: up before the first, down after the last, and before each one its
 * counts start anew and its applications are well.
 */
export function withMesh(manifests: () => string, options?: MeshOptions): Mesh {
  const mesh = new Mesh();
  beforeAll(async () => mesh.start(manifests(), options));
  afterAll(async () => mesh.down());
  beforeEach(async () => mesh.reset());
  return mesh;
}
