/**
 * A command, from start to exit.
 *
 * node bench/command.js EXECUTABLE ARGUMENT…
 */
'use strict';
const { spawnSync } = require('node:child_process');

const [, , executable, ...args] = process.argv;
const start = performance.now();
const { status, stderr, error } = spawnSync(executable, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
const milliseconds = performance.now() - start;
if (error || status !== 0) throw error ?? new Error(`${executable} ${args.join(' ')} ended with ${status}: ${stderr.slice(0, 500)}`);
console.log(JSON.stringify({ milliseconds, peakMegabytes: 0, yaml: '' }));
