import { IConstruct } from 'constructs';

/** What the synth that is running found already, by the app. */
const running = new WeakMap<IConstruct, Map<object, string[]>>();
const watched = new WeakSet<IConstruct>();

/**
 * Adds a validation that runs once per synth. cdk8s validates the whole app anew for every chart, and
 * nothing changes in between: its answer to the first is its answer to all. Outside of `synth` and
 * `synthYaml` it runs whenever it is asked.
 */
export function validateOncePerSynth(construct: IConstruct, validate: () => string[]): void {
  const app = construct.node.root;
  watch(app);
  construct.node.addValidation({
    validate: () => {
      const found = running.get(app);
      if (!found) return validate();
      const answer = found.get(validate) ?? validate();
      found.set(validate, answer);
      return answer;
    },
  });
}

function watch(app: IConstruct & { synth?: () => unknown; synthYaml?: () => unknown }): void {
  if (watched.has(app)) return;
  watched.add(app);
  for (const method of ['synth', 'synthYaml'] as const) {
    const original = app[method];
    if (!original) continue;
    app[method] = () => {
      running.set(app, new Map());
      try {
        return original.call(app);
      } finally {
        running.delete(app);
      }
    };
  }
}
