/**
 * Which room of `src/` may import which: the one place that says so.
 * ESLint holds it (`import/no-restricted-paths`), see docs/adr/0001-rooms-and-import-direction.md.
 */
const MAY_IMPORT: Record<string, string[]> = {
  imports: [],
  semantics: [],
  model: ['imports', 'semantics'],
  traffic: ['model', 'imports', 'semantics'],
  security: ['model', 'imports', 'semantics'],
  proxy: ['model', 'imports', 'semantics'],
  gateway: ['traffic', 'security', 'model', 'imports', 'semantics'],
  install: ['gateway', 'security', 'model', 'imports', 'semantics'],
  observability: ['install', 'model', 'imports', 'semantics'],
  delivery: ['observability', 'traffic', 'model', 'imports', 'semantics'],
  manifest: ['semantics'],
  check: ['manifest', 'semantics'],
  simulate: ['manifest', 'semantics'],
  audit: ['check', 'manifest', 'semantics'],
  mesh: ['audit', 'check', 'simulate', 'manifest', 'semantics'],
  testing: ['check', 'simulate', 'manifest', 'semantics'],
  explorer: ['check', 'simulate', 'manifest', 'semantics'],
};

export interface Zone {
  readonly target: string;
  readonly from: string;
  readonly except: string[];
  readonly message: string;
}

export function importDirectionZones(): Zone[] {
  return Object.entries(MAY_IMPORT).map(([room, others]) => ({
    target: `./src/${room}`,
    from: './src',
    except: [room, ...others].map((name) => `./${name}`),
    message: `src/${room} may import ${others.length > 0 ? others.join(', ') : 'no other room'} (tools/import-direction.ts).`,
  }));
}
