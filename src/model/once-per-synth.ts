import { Construct, IConstruct } from 'constructs';

/** What the synth that is running found already, by the app. */
const running = new WeakMap<IConstruct, Map<object, string[]>>();
const last = new WeakMap<IConstruct, () => string[]>();
const atEnd = new WeakMap<IConstruct, (() => void)[]>();
/** Its errors begin with this name. */
const LAST_CHILD = 'cdk8s-istio';

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

/**
 * Adds a validation that runs once per synth, after all others, and only when those of this library found nothing: what
 * is not finished would only be complained about twice. Outside of `synth` and `synthYaml` it never runs.
 */
export function validateLast(app: IConstruct, validate: () => string[]): void {
  watch(app);
  last.set(app, validate);
}

/** Runs something when the synth that is running ends. */
export function atEndOfSynth(app: IConstruct, end: () => void): void {
  atEnd.get(app)?.push(end);
}

function watch(app: IConstruct & { synth?: () => unknown; synthYaml?: () => unknown }): void {
  if (watched.has(app)) return;
  watched.add(app);
  for (const method of ['synth', 'synthYaml'] as const) {
    const original = app[method];
    if (!original) continue;
    app[method] = () => {
      const found = new Map<object, string[]>();
      const ends: (() => void)[] = [];
      running.set(app, found);
      atEnd.set(app, ends);
      const validate = last.get(app);
      if (validate) {
        let answer: string[] | undefined;
        // The last child is validated last.
        const child = new Construct(app as Construct, LAST_CHILD);
        child.node.addValidation({
          validate: () => {
            answer ??= [...found.values()].every((errors) => errors.length === 0) ? validate() : [];
            return answer;
          },
        });
        ends.push(() => app.node.tryRemoveChild(LAST_CHILD));
      }
      try {
        return original.call(app);
      } finally {
        running.delete(app);
        atEnd.delete(app);
        for (const end of ends) end();
      }
    };
  }
}
