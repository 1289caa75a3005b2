import * as fc from 'fast-check';
import { RANDOM_MESH } from './random-mesh';
import { AccessReport, Mesh } from '../../src';

const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { istio-injection: enabled } }\n---\n';

function pod(name: string): string {
  return `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: shop, labels: { app: ${name} } }\nspec: { serviceAccountName: ${name}, containers: [{ name: a, image: a }] }\n---\n`;
}

function allow(target: string, rule: string): string {
  return `apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: { name: ${target}, namespace: shop }\nspec: { selector: { matchLabels: { app: ${target} } }, rules: [${rule}] }\n---\n`;
}

const report = (yaml: string): AccessReport => Mesh.fromYaml(NAMESPACE + yaml, { complete: true }).accessReport();
const of = (objects: readonly object[]) => Mesh.fromYaml(objects.map((object) => JSON.stringify(object)).join('\n---\n'), { complete: true }).accessReport();

describe('the text', () => {
  test('is as wide as it may be, words kept whole', () => {
    fc.assert(fc.property(RANDOM_MESH, fc.integer({ min: 100, max: 200 }), (objects, width) => {
      const lines = of(objects).toText({ width }).split('\n');
      const longest = Math.max(...lines.map((line) => line.length));
      // Six columns of names that nobody may cut can need more than they are given.
      expect(longest).toBeLessThanOrEqual(Math.max(width, 150));
    }), { numRuns: 30 });
  });

  test('has its columns one below the other', () => {
    const text = report(pod('a') + pod('b') + allow('a', '{ from: [{ source: { principals: [cluster.local/ns/shop/sa/b, cluster.local/ns/shop/sa/longer-name] } }] }')).toText();
    const [header, first, second] = text.split('\n').slice(2, 5);
    const column = header.indexOf('PORTS');
    expect([first, second].map((line) => line.slice(column, column + 3))).toEqual(['any', 'any']);
  });

  test('is coloured when asked, and says the same', () => {
    const of2 = report(pod('a') + pod('b') + allow('a', '{ from: [{ source: { namespaces: [shop] } }] }'));
    expect(of2.toText({ color: true })).toContain('\u001b[');
    // eslint-disable-next-line no-control-regex
    expect(of2.toText({ color: true }).replace(/\u001b\[\d+m/g, '')).toBe(of2.toText());
  });

  test.each([59, 100.5, NaN])('%p columns are no width', (width) => {
    expect(() => report(pod('a')).toText({ width })).toThrow('AccessReport.toText: width is');
  });
});

test('Markdown takes the names of others for text', () => {
  const markdown = report(pod('a') + allow('a', '{ to: [{ operation: { paths: ["/a|b*", "/<script>", "/_x_"] } }] }')).toMarkdown();
  expect(markdown).toContain('/a\\|b\\*, /&lt;script&gt;, /\\_x\\_');
});

test('every row of a Markdown table has as many cells as its header', () => {
  fc.assert(fc.property(RANDOM_MESH, (objects) => {
    for (const line of of(objects).toMarkdown().split('\n')) {
      if (line.startsWith('|')) expect(line.replace(/\\\|/g, '').split('|')).toHaveLength(8);
    }
  }), { numRuns: 30 });
});

describe('the picture', () => {
  const boxes = (svg: string, pattern: RegExp) => [...svg.matchAll(pattern)].map((match) => match.slice(1));

  test('has a cell for every caller and target, each with a word, a shape and what it hangs on', () => {
    const svg = report(pod('a') + pod('b') + allow('a', '{ from: [{ source: { principals: [cluster.local/ns/shop/sa/b] } }], to: [{ operation: { methods: [GET] } }] }')).toSvg();
    expect(boxes(svg, /aria-label="([^"]* to [^"]*)"/g).flat()).toEqual([
      'anyone, without an identity to Pod shop/a: nothing', 'anyone, without an identity to Pod shop/b: every request',
      'any other identity of the mesh to Pod shop/a: nothing', 'any other identity of the mesh to Pod shop/b: every request',
      'shop/a to Pod shop/a: nothing', 'shop/a to Pod shop/b: every request',
      'shop/b to Pod shop/a: some requests: point at it to see which', 'shop/b to Pod shop/b: every request',
    ]);
    expect(svg).toContain('shop/b to Pod shop/a: some requests\nGET on ports any (HTTP)\n  because of AuthorizationPolicy shop/a, rule 0');
  });

  test('is whole, and in it nothing leaves its paper or covers another', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9-]{0,50}[a-z]$/), { minLength: 1, maxLength: 12 }), (names) => {
      const svg = report(names.map(pod).join('')).toSvg();
      const [[width, height]] = boxes(svg, /width="(\d+)" height="(\d+)" viewBox/g).map((pair) => pair.map(Number));
      const labels = boxes(svg, /<text class="label" x="([\d.]+)" y="([\d.]+)" text-anchor="end">([^<]*)</g);
      for (const [x, , text] of labels) expect(Number(x) - text.length * 8).toBeGreaterThanOrEqual(0);
      // Heads lean to the right and up, 34 apart: letters of 13 are 19 apart across their lines.
      const heads = boxes(svg, /transform="translate\(([\d.]+) ([\d.]+)\) rotate\(-45\)">([^<]*)</g);
      expect(heads).toHaveLength(names.length);
      for (const [x, y, text] of heads) {
        expect(Number(x) + text.length * 8 * Math.SQRT1_2).toBeLessThanOrEqual(width);
        expect(Number(y) - text.length * 8 * Math.SQRT1_2).toBeGreaterThan(62);
      }
      const rows = labels.map(([, y]) => Number(y));
      rows.slice(1).forEach((y, i) => expect(y - rows[i]).toBeGreaterThanOrEqual(20));
      expect(height).toBeGreaterThan(Math.max(...rows));
    }), { numRuns: 40 });
  });

  test('of a large mesh shows a part, and says so', () => {
    const svg = report(Array.from({ length: 120 }, (_, i) => pod(`p${i}`) + (i < 30 ? allow(`p${i}`, '{ from: [{ source: { principals: [cluster.local/ns/shop/sa/p0] } }] }') : '')).join('')).toSvg();
    expect(svg).toContain('100 of the targets are drawn, the open ones first; 100 of the callers are drawn');
    expect(boxes(svg, /rotate\(-45\)">([^<]*)</g)).toHaveLength(100);
    expect(boxes(svg, /class="label (open)"/g)).toHaveLength(90);
  });

  test('takes names for text', () => {
    const svg = report(pod('a') + allow('a', '{ to: [{ operation: { paths: ["/<x>&\\""] } }] }')).toSvg();
    expect(svg).toContain('/&lt;x&gt;&amp;&quot;');
    expect(svg).not.toContain('<x>');
  });

  test('has colours that can be read, on white and on black', () => {
    const svg = report(pod('a')).toSvg();
    const [light, dark] = boxes(svg, /\{((?:color-scheme:light dark;)?--paper:[^}]*)\}/g).map(([text]) => Object.fromEntries([...text.matchAll(/--(\w+):(#\w+)/g)].map(([, name, value]) => [name, value])));
    for (const colors of [light, dark]) {
      for (const name of ['ink', 'quiet', 'everything', 'some', 'depends', 'nothing']) expect([name, contrast(colors[name], colors.paper) >= 4.5]).toEqual([name, true]);
    }
  });
});

/** As WCAG has it. */
function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const long = color.length === 4 ? [...color.slice(1)].map((digit) => digit + digit).join('') : color.slice(1);
  const [r, g, b] = [0, 2, 4].map((at) => parseInt(long.slice(at, at + 2), 16) / 255)
    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
