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

/** What is worked out once per synth, when it is first asked for; outside of one, whenever it is asked for. */
export function oncePerSynth<T>(construct: IConstruct, work: () => T): () => T {
  const app = construct.node.root;
  watch(app);
  let known: { readonly synth: object; readonly value: T } | undefined;
  return () => {
    const synth = running.get(app);
    if (!synth) return work();
    if (known?.synth !== synth) known = { synth, value: work() };
    return known.value;
  };
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

type Watched = Construct & { synth?: () => unknown; synthYaml?: () => unknown };

/**
 * Puts a class of its own between the app and its class. An app of another language is called by the methods of its
 * class (the kernel of jsii looks them up there), so methods of the object itself would never be called.
 */
function watch(construct: IConstruct): void {
  const app = construct as Watched;
  if (watched.has(app)) return;
  watched.add(app);
  const base = app.constructor as new (...args: unknown[]) => object;
  const own = class extends base {};
  Object.defineProperty(own, 'name', { value: base.name });
  for (const method of ['synth', 'synthYaml'] as const) {
    const original = app[method];
    if (!original) continue;
    // One that the object has for itself would hide that of the class.
    const at = Object.hasOwn(app, method) ? app : own.prototype;
    Object.defineProperty(at, method, { value: () => watching(app, original), configurable: true, writable: true });
  }
  Object.setPrototypeOf(app, own.prototype);
}

function watching(app: Watched, synth: () => unknown): unknown {
  const found = new Map<object, string[]>();
  const ends: (() => void)[] = [];
  running.set(app, found);
  atEnd.set(app, ends);
  const validate = last.get(app);
  if (validate) {
    let answer: string[] | undefined;
    // The last child is validated last.
    const child = new Construct(app, LAST_CHILD);
    child.node.addValidation({
      validate: () => {
        answer ??= [...found.values()].every((errors) => errors.length === 0) ? validate() : [];
        return answer;
      },
    });
    ends.push(() => app.node.tryRemoveChild(LAST_CHILD));
  }
  try {
    return synth.call(app);
  } finally {
    running.delete(app);
    atEnd.delete(app);
    for (const end of ends) end();
  }
}
