import { Duration } from 'cdk8s';
import type { RolloutState, Watch } from './rollout-state';
import { fenced, page, shell, table } from '../model/markdown';
import { milliSecondsOf } from '../semantics/duration';

/** What a plan says to the person who applies it. */
export class PlanReadme {
  /** @param names the folders of the states */
  constructor(
    private readonly title: string,
    private readonly introduction: readonly string[],
    private readonly states: readonly RolloutState[],
    private readonly names: readonly string[],
  ) {}

  public ofAll(): string {
    const versions = [...new Set(this.states.flatMap(({ shares }) => Object.keys(shares)))];
    const rows = this.states.map((state, index) => [
      `[${this.names[index]}](${this.names[index]}/README.md)`, state.title, ...versions.map((version) => state.shares[version] ?? '–'), howLong(state),
    ]);
    return page([
      `# ${this.title}`,
      ...this.introduction,
      table(['Folder', 'What happens', ...versions, 'Look at it'], rows),
      '## Going on',
      'Apply one folder after the other. Each README says what to look at before the next.',
      shell(`kubectl apply -f ${this.names[0]}/`),
      'Every folder is complete: it holds all objects of this service\'s routing, whatever was applied before. `kubectl` applies its files in '
      + 'the order of their names, and no moment in between leads to a subset that is not there. With GitOps, commit one folder\'s files at a '
      + 'time, and let them be applied in this order (Argo CD: sync waves).',
      'As the objects are whole, write the plan anew when anything else changes what is in them: a timeout, a route of a public host, the '
      + 'rollout of another service behind it.',
      '## Going back',
      ...this.retreat(this.states.length),
      'Do not skip folders on the way forward, and delete nothing before the last one says so.',
    ]);
  }

  public ofStep(index: number): string {
    const state = this.states[index];
    const next = this.names[index + 1];
    return page([
      `# ${this.names[index]}: ${state.title}`,
      ...state.effect,
      shell(`kubectl apply -f ${this.names[index]}/`),
      ...(state.watch.length === 0 ? [] : ['## What to look at', ...state.watch.flatMap(lookAt)]),
      '## How to go on',
      ...state.instructions ?? [],
      ...(next === undefined ? ['This is the last step.'] : [`${onlyWhen(state)}:`, shell(`kubectl apply -f ${next}/`)]),
      '## How to go back',
      ...this.retreat(index),
    ]);
  }

  private retreat(index: number): string[] {
    if (index === 0) return ['Nothing was taken away from anybody. To have it as it was before, apply what you had before.'];
    const safe = this.states.findIndex(({ retreat }) => retreat);
    const safest = safe >= 0 && safe < index ? safe : index - 1;
    const backTo = (to: number) => [`To \`${this.names[to]}\` (${lowerFirst(this.states[to].title)}):`, shell(`kubectl apply -f ${this.names[to]}/`)];
    return [
      ...this.states[index]?.gone === undefined ? [] : [`If the pods of ${this.states[index].gone} are gone, start them first and wait until they are ready: nothing else would answer.`],
      ...backTo(safest),
      ...(index === this.states.length || safest === index - 1 ? [] : ['Or one step back.', ...backTo(index - 1)]),
    ];
  }
}

function onlyWhen({ pause, watch }: RolloutState): string {
  if (pause !== undefined) return `After ${textOf(pause)}, when all of it is as it should be`;
  return watch.length > 0 ? 'When all of it is as it should be for as long as you need to be sure' : 'Then';
}

function howLong({ pause, watch }: RolloutState): string {
  if (pause !== undefined) return `for ${textOf(pause)}`;
  return watch.length > 0 ? 'until you are sure' : '–';
}

function lookAt({ title, query }: Watch): string[] {
  return [`${title}:`, fenced('promql', query)];
}

function lowerFirst(text: string): string {
  return text[0].toLowerCase() + text.slice(1);
}

function textOf(pause: Duration): string {
  const milliseconds = milliSecondsOf(pause, 'pause');
  const [unit, size] = ([['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000], ['second', 1000], ['millisecond', 1]] as const)
    .find(([, length]) => milliseconds % length === 0)!;
  const count = milliseconds / size;
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
