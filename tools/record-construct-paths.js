/**
 * Preloaded into a cdk8s app (`node --require`), writes down which construct made which object.
 *
 * cdk8s' own construct-metadata.json is keyed by object name alone: a VirtualService and a
 * DestinationRule of one name share an entry. The app knows nothing of this and runs as it
 * always does; only `App.synth` is listened to.
 */
'use strict';
const { appendFileSync } = require('node:fs');
const Module = require('node:module');

const output = process.env.CONSTRUCT_PATHS_FILE;
const API_OBJECT = Symbol.for('cdk8s.ApiObject');
const load = Module._load;
const seen = new WeakSet();

Module._load = function (request, ...others) {
  const loaded = load.call(this, request, ...others);
  if (output && request === 'cdk8s' && loaded.App && !seen.has(loaded.App)) {
    seen.add(loaded.App);
    listen(loaded.App.prototype);
  }
  return loaded;
};

function listen(app) {
  const synth = app.synth;
  app.synth = function () {
    synth.call(this);
    for (const construct of this.node.findAll()) {
      if (API_OBJECT in construct) {
        const { apiVersion, kind, metadata } = construct.toJson();
        const { name, namespace } = metadata ?? {};
        appendFileSync(output, JSON.stringify({ apiVersion, kind, namespace, name, path: construct.node.path }) + '\n');
      }
    }
  };
}
