import { headline } from './remarks';
import { becauseText, exceptionText, onlyIfText, portsText, requestsText } from './words';
import { Access, KnownCaller, TargetAccess } from '../access';
import { mayCall } from '../may-call';
import { PlacedRow } from '../row';
import { Extent, extentOf, summaryOf } from '../summary';

/** A picture for a browser: callers to the left, targets above, and how much each gets where they meet. */
export function svgReport(access: Access): string {
  const targets = drawn(access);
  const callers = access.callers.filter(({ name }) => targets.some((one) => summaryOf(one, access).callers.some((caller) => caller.name === name)))
    .concat(access.callers).filter((caller, i, all) => all.indexOf(caller) === i).slice(0, MOST);
  const leftOut = [
    ...(targets.length < access.targets.length ? [`${targets.length} of the targets are drawn, the open ones first`] : []),
    ...(callers.length < access.callers.length ? [`${callers.length} of the callers are drawn`] : []),
  ];
  // Of a namespace that nobody can have named, as no namespace is called so.
  const stranger = { trustDomain: access.trustDomains[0], namespace: '?', serviceAccount: '?' };
  const head = [headline(access), ...leftOut].join('; ');
  const rows: readonly Caller[] = [
    { title: 'anyone, without an identity', hint: '', ask: (one) => mayCall(one.rows, { identity: undefined }, access.trustDomains) },
    { title: 'any other identity of the mesh', hint: '', ask: (one) => mayCall(one.rows, { identity: stranger }, access.trustDomains) },
    ...callers.map((caller) => knownCaller(caller, access)),
  ];
  const left = PAD + Math.max(...rows.map(({ title }) => widthOf(title)), widthOf(LEGEND_TITLE)) + 16;
  const tall = Math.max(0, ...targets.map(({ target }) => widthOf(shortName(target))));
  const top = 84 + Math.ceil(tall * SLOPE) + 12;
  const lean = Math.ceil(tall * SLOPE);
  const legendTop = top + rows.length * CELL + 28;
  const width = Math.max(left + targets.length * CELL + lean + PAD, PAD * 2 + widthOf(head), LEGEND_WIDTH);
  const height = legendTop + LEGEND.length * 24 + PAD;

  const parts: string[] = [];
  targets.forEach((one, i) => {
    const x = left + i * CELL + CELL / 2;
    const { plaintext, isOpen } = summaryOf(one, access);
    const label = `<text class="label${isOpen ? ' open' : ''}" transform="translate(${x + 4} ${top - 10}) rotate(-45)">${escaped(shortName(one.target))}</text>`;
    parts.push(`<g><title>${escaped([one.target.title, ...(one.target.mtls === '' ? [] : [`mTLS ${one.target.mtls}`]), ...(plaintext ? ['reached without mTLS'] : []), ...one.target.dependsOn.map((what) => `depends on ${what}`)].join('\n'))}</title>${label}</g>`);
  });
  rows.forEach(({ title, hint, ask }, j) => {
    const y = top + j * CELL;
    parts.push(`<g>${hint === '' ? '' : `<title>${escaped(hint)}</title>`}<text class="label" x="${left - 12}" y="${y + CELL / 2 + 5}" text-anchor="end">${escaped(title)}</text></g>`);
    targets.forEach((one, i) => {
      const found = ask(one);
      const extent = extentOf(found, one);
      parts.push(`<g class="${extent}" role="img" aria-label="${escaped(`${title} to ${one.target.title}: ${WORDS[extent]}`)}"><title>${escaped(hintOf(title, one, extent, found))}</title>`
        + `<rect class="cell" x="${left + i * CELL + 1.5}" y="${y + 1.5}" width="${CELL - 3}" height="${CELL - 3}" rx="5"/>${glyph(extent, left + i * CELL + CELL / 2, y + CELL / 2)}</g>`);
    });
  });
  LEGEND.forEach((extent, i) => {
    const y = legendTop + i * 24;
    parts.push(`<g class="${extent}"><rect class="cell" x="${PAD}" y="${y - 11}" width="22" height="22" rx="4"/>${glyph(extent, PAD + 11, y, 0.7)}</g><text class="label" x="${PAD + 34}" y="${y + 5}">${WORDS[extent]}</text>`);
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${Math.ceil(width)}" height="${Math.ceil(height)}" viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}" role="img" aria-label="${LEGEND_TITLE}">
<style>${STYLE}</style>
<rect class="paper" width="100%" height="100%"/>
<text class="title" x="${PAD}" y="38">${LEGEND_TITLE}</text>
<text class="label quiet" x="${PAD}" y="60">${escaped(head)}</text>
${parts.join('\n')}
</svg>
`;
}

/** More than that nobody takes in, and no browser shows. */
const MOST = 100;

function drawn(access: Access): readonly TargetAccess[] {
  const { targets } = access;
  if (targets.length <= MOST) return targets;
  const open = (one: TargetAccess) => summaryOf(one, access).isOpen || summaryOf(one, access).plaintext ? 0 : 1;
  const chosen = new Set([...targets].sort((one, other) => open(one) - open(other)).slice(0, MOST));
  return targets.filter((one) => chosen.has(one));
}

interface Caller {
  readonly title: string;
  readonly hint: string;
  readonly ask: (one: TargetAccess) => readonly PlacedRow[];
}

const LEGEND_TITLE = 'Who may call whom';
const PAD = 24;
const CELL = 34;
/** Of text that leans by 45 degrees. */
const SLOPE = Math.SQRT1_2;
const LEGEND: readonly Extent[] = ['everything', 'some', 'depends', 'nothing'];
const WORDS: Readonly<Record<Extent, string>> = {
  everything: 'every request', some: 'some requests: point at it to see which', depends: 'depends on what is not in sight', nothing: 'nothing',
};
const LEGEND_WIDTH = PAD * 2 + 34 + widthOf(WORDS.some);

/** The font has letters of one width. */
function widthOf(text: string): number {
  return text.length * 8;
}

function shortName({ namespace, name }: TargetAccess['target']): string {
  const full = `${namespace}/${name}`;
  return full.length <= 40 ? full : `${full.slice(0, 39)}…`;
}

function knownCaller(caller: KnownCaller, { trustDomains }: Access): Caller {
  const title = caller.name.length <= 48 ? caller.name : `${caller.name.slice(0, 47)}…`;
  return { title, hint: [caller.name, ...caller.workloads].join('\n'), ask: (one) => mayCall(one.rows, { identity: caller }, trustDomains) };
}

function hintOf(caller: string, { target }: TargetAccess, extent: Extent, rows: readonly PlacedRow[]): string {
  const lines = rows.map((row) => [
    `${requestsText(row)} on ports ${portsText(row)}`,
    ...[onlyIfText(row)].filter((text) => text !== '').map((text) => `only if ${text}`),
    ...row.exceptions.map((exception) => `except ${exceptionText(exception)}`),
    `because of ${becauseText(row, row.reason)}`,
  ].join('\n  '));
  return [`${caller} to ${target.title}: ${WORDS[extent].split(':')[0]}`, ...lines, ...target.dependsOn.map((what) => `depends on ${what}`)].join('\n');
}

/** Shapes differ as colours do: who sees no colours reads the same. */
function glyph(extent: Extent, x: number, y: number, scale: number = 1): string {
  const r = 9 * scale;
  switch (extent) {
    case 'everything': return `<circle class="mark" cx="${x}" cy="${y}" r="${r}"/>`;
    case 'some': return `<circle class="ring" cx="${x}" cy="${y}" r="${r}"/><path class="mark" d="M${x} ${y - r}A${r} ${r} 0 0 0 ${x} ${y + r}Z"/>`;
    case 'depends': return `<text class="mark question" x="${x}" y="${y + 6 * scale}" text-anchor="middle" style="font-size:${18 * scale}px">?</text>`;
    case 'nothing': return `<path class="line" d="M${x - r / 2} ${y}H${x + r / 2}"/>`;
  }
}

const STYLE = `
svg{color-scheme:light dark;--paper:#fff;--ink:#1b1f24;--quiet:#57606a;--grid:#d0d7de;--everything:#b3261e;--some:#0b57a4;--depends:#7a4f00;--nothing:#6e7781}
@media (prefers-color-scheme:dark){svg{--paper:#0d1117;--ink:#e6edf3;--quiet:#9198a1;--grid:#30363d;--everything:#ff8a80;--some:#79c0ff;--depends:#e3b341;--nothing:#8b949e}}
text{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:13px;fill:var(--ink)}
.title{font-size:20px;font-weight:600}
.quiet{fill:var(--quiet)}
.open{fill:var(--everything);font-weight:600}
.paper{fill:var(--paper)}
.cell{fill:none;stroke:var(--grid)}
.everything{--mark:var(--everything)}.some{--mark:var(--some)}.depends{--mark:var(--depends)}.nothing{--mark:var(--nothing)}
.mark{fill:var(--mark)}
.ring{fill:none;stroke:var(--mark);stroke-width:1.5}
.line{stroke:var(--mark);stroke-width:2}
.question{font-weight:700}
@media (prefers-color-scheme:dark){:root{background:#0d1117}}`.trim();

function escaped(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '\ufffd').replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
