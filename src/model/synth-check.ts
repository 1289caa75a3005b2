import { ApiObject, App } from 'cdk8s';
import { IConstruct } from 'constructs';
import { atEndOfSynth, validateLast } from './once-per-synth';
// The one place where authoring meets analysis: the checker is registered on the App. See docs/adr/0007.
// eslint-disable-next-line import/no-restricted-paths
import type { MeshCheckOptions, MeshOptions } from '../mesh/mesh';

/** What an App's check at synth sees, and how it weighs. What has outlived its end is at most a warning there. */
export interface SynthCheckOptions extends MeshOptions, MeshCheckOptions {}

const OPTIONS = new WeakMap<IConstruct, SynthCheckOptions | 'off'>();
const REGISTERED = new WeakSet<IConstruct>();
const PRINTED = new WeakMap<IConstruct, string>();

/** Switches the check off, or chooses its preset, for every App of a run. */
const SWITCH = 'CDK8S_ISTIO_CHECK';
const SWITCHED_TO = ['off', 'istio', 'recommended', 'strict'];

/**
 * The check that runs once per synth of every App that holds a construct of this library: errors stop the synth,
 * warnings are printed once, informations are not.
 *
 * The environment variable `CDK8S_ISTIO_CHECK` overrides it for a run: `off`, `istio`, `recommended` or `strict`.
 */
export class SynthCheck {
  /** Chooses the preset and severities, and says which namespaces are complete. */
  public static configure(app: App, options: SynthCheckOptions): void {
    OPTIONS.set(app.node.root, options);
    SynthCheck._register(app);
  }

  /** Leaves an App unchecked: what Istio would refuse is then found by `kubectl apply`. */
  public static off(app: App): void {
    OPTIONS.set(app.node.root, 'off');
  }

  /** @internal */
  public static _register(construct: IConstruct): void {
    const { root } = construct.node;
    if (REGISTERED.has(root)) return;
    REGISTERED.add(root);
    validateLast(root, () => checkAtSynth(root as App));
  }

  private constructor() {}
}

function checkAtSynth(app: App): string[] {
  const wanted = process.env[SWITCH] || undefined;
  if (wanted !== undefined && !SWITCHED_TO.includes(wanted)) {
    return [`${SWITCH}=${wanted} stands in the environment, and there is no preset '${wanted}'. Use one of: ${SWITCHED_TO.join(', ')}.`];
  }
  const options = optionsOf(app, wanted);
  if (options === 'off') return [];
  // eslint-disable-next-line import/no-restricted-paths
  const { checkForSynth, CheckUsageError } = require('../mesh/synth') as typeof import('../mesh/synth');
  try {
    const { errors, warnings } = checkForSynth(app, options, renderedOnce(app));
    if (warnings !== '' && PRINTED.get(app) !== warnings) {
      PRINTED.set(app, warnings);
      process.stderr.write(warnings);
    }
    return errors;
  } catch (error) {
    if (error instanceof CheckUsageError) return [`SynthCheck.configure: ${error.message}`];
    throw error;
  }
}

function optionsOf(app: App, wanted: string | undefined): SynthCheckOptions | 'off' {
  const given = OPTIONS.get(app) ?? {};
  if (wanted === undefined) return given;
  if (wanted === 'off') return 'off';
  return { ...(given === 'off' ? {} : given), preset: wanted as SynthCheckOptions['preset'] };
}

/** cdk8s renders every object again when it writes: for the rest of this synth it is given what was checked. */
function renderedOnce(app: App): (object: ApiObject, json: any) => void {
  const given: (() => void)[] = [];
  atEndOfSynth(app, () => given.forEach((takeBack) => takeBack()));
  return (object: { toJson?: unknown }, json) => {
    // One may render in a way of its own, as pods with SidecarSettings do.
    const own = Object.hasOwn(object, 'toJson') ? object.toJson : undefined;
    object.toJson = () => json;
    given.push(() => {
      if (own === undefined) delete object.toJson;
      else object.toJson = own;
    });
  };
}
