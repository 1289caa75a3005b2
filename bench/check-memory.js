/**
 * All layers over N resources in memory, once, in a process of its own: what a first check costs, with everything still cold.
 *
 * node bench/check-memory.js N
 */
'use strict';
const { mesh } = require('./mesh');

const objects = mesh(Number(process.argv[2]) / 4);
const start = performance.now();
const { check } = require('../lib/check/check');
const { MeshSnapshot } = require('../lib/manifest/mesh-snapshot');
const { toMeshObject } = require('../lib/manifest/to-mesh-object');
const loaded = performance.now();
const result = check(new MeshSnapshot(objects.map((object) => toMeshObject(object, {}, 'default'))));
const milliseconds = performance.now() - loaded;
if (result.findings.some(({ severity }) => severity !== 'info')) {
  throw new Error(`the mesh that is timed has findings, such as: ${JSON.stringify(result.findings.find(({ severity }) => severity !== 'info'))}`);
}
console.log(JSON.stringify({ milliseconds, peakMegabytes: process.resourceUsage().maxRSS / 1024, yaml: '', loading: loaded - start }));
