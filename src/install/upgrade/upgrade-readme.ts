import { IstioVersion } from './istio-version';
import { UpgradeStepContent } from './upgrade-steps';
import { VersionChange } from './version-change';
import { page, table } from '../../model/markdown';
import { IstioInstallation } from '../istio-installation';
import { Values, isValues } from '../merge-values';

/** A step in its place. */
export interface NumberedStep {
  readonly folder: string;
  readonly title: string;
  readonly content: UpgradeStepContent;
}

/** What an upgrade says to the person who does it. */
export class UpgradeReadme {
  constructor(
    private readonly current: IstioInstallation,
    private readonly next: IstioInstallation,
    private readonly steps: readonly NumberedStep[],
    private readonly changes: readonly VersionChange[],
    private readonly unknown: readonly string[],
  ) {}

  public ofAll(): string {
    const revision = ({ revision: own }: IstioInstallation) => own ?? 'the default revision';
    return page([
      `# Istio ${this.current.version} to ${this.next.version}`,
      `The control plane of ${revision(this.current)} is replaced by that of ${revision(this.next)}: both run beside each other, and namespaces move one by one. `
      + 'Each step can be stopped at for as long as is needed, and each README says how to go back. Run commands in this folder.',
      table(['Step', 'What holds after it'], this.steps.map(({ folder, title }) => [`[${folder}](${folder}/README.md)`, title])),
      'To go back from several steps, go back from the last one first.',
      ...this.versions(),
      ...this.differences(),
    ]);
  }

  public ofStep(index: number): string {
    const { folder, title, content: { effect, watch, back } } = this.steps[index];
    const next = this.steps[index + 1];
    return page([
      `# ${folder}: ${title}`,
      ...effect,
      '## What to look at',
      ...watch,
      '## How to go on',
      next === undefined ? 'The upgrade is through.' : `With [${next.folder}](../${next.folder}/README.md), when all of this is so.`,
      '## How to go back',
      ...back,
    ]);
  }

  private versions(): string[] {
    const [from, to] = [new IstioVersion(this.current.version), new IstioVersion(this.next.version)];
    if (from.minor === to.minor) return ['## What Istio changed', `Both are Istio 1.${to.minor}: see https://istio.io/latest/news/releases/1.${to.minor}.x/ for what was fixed.`];
    return [
      '## What Istio changed',
      this.changes.length === 0 ? 'Nothing is known that touches what these installations say.'
        : table(['Version', 'What', 'Touches', 'What to do', ''], this.changes.map(({ version, what, touches, remedy, page: url }) => [version, what, touches, remedy, `[source](${url})`])),
      'This lists what the installation touches. What Istio changed of routes, policies and telemetry is in its upgrade notes.',
      ...(this.unknown.length === 0 ? [] : [`Of these versions nothing is known here; read their notes: ${this.unknown.join(' , ')}`]),
    ];
  }

  /** An upgrade and a change of the configuration at once are hard to take apart when something breaks. */
  private differences(): string[] {
    const rows = differences(this.current.istioOperator.spec, this.next.istioOperator.spec);
    if (rows.length === 0) return ['## What the two installations say differently', 'Nothing but version and revision.'];
    return [
      '## What the two installations say differently',
      'Beside version and revision. If something breaks, it may be one of these and not the version: consider to make them agree, and to change them afterwards.',
      table(['Field', 'Current', 'Next'], rows),
    ];
  }
}

/** What differs between revisions by nature. */
const OF_REVISION = ['tag', 'revision', 'istio.io/rev'];

function differences(one: Values, other: Values, path: readonly string[] = []): string[][] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].sort().filter((key) => !OF_REVISION.includes(key)).flatMap((key): string[][] => {
    const [before, after] = [one[key], other[key]];
    if (isValues(before) && isValues(after)) return differences(before, after, [...path, key]);
    const [was, is] = [before, after].map((value) => JSON.stringify(value, (name, inner) => (OF_REVISION.includes(name) ? undefined : inner)));
    return was === is ? [] : [[`\`${[...path, key].join('.')}\``, cell(was), cell(is)]];
  });
}

function cell(text: string | undefined): string {
  return text === undefined ? '–' : `\`${text.replace(/\|/g, '\\|')}\``;
}
