/** What is switched on. Everything is off unless somebody says so, and nothing has to be taken out of the code for that. */
export interface Experiment {
  /** Testers find ratings slow. */
  readonly slowRatings: boolean;
  /** One in a thousand requests for ratings of anybody fails. */
  readonly flakyRatings: boolean;
}

const EXPERIMENTS: Record<string, Experiment> = {
  off: { slowRatings: false, flakyRatings: false },
  testers: { slowRatings: true, flakyRatings: false },
  everyone: { slowRatings: true, flakyRatings: true },
};

/** The experiment of this name: off unless it is said, and never something that nobody meant. */
export function chaosFrom(name: string = 'off'): Experiment {
  const experiment = Object.hasOwn(EXPERIMENTS, name) ? EXPERIMENTS[name] : undefined;
  if (!experiment) throw new Error(`CHAOS=${name} is no experiment. Use one of: ${Object.keys(EXPERIMENTS).join(', ')}.`);
  return experiment;
}
