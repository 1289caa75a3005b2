import { App, ApiObject, Chart, Include, Lazy, Testing } from 'cdk8s';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { objectsOf } from '../../src/manifest/from-app';
import { SOURCE } from '../../src/semantics/source-line';

function newChart(): { app: App; chart: Chart } {
  const app = Testing.app();
  return { app, chart: new Chart(app, 'shop', { namespace: 'shop' }) };
}

const service = (name: string) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name } });

test('objects of an App are read as it would write them, with the paths of their constructs', () => {
  const { app, chart } = newChart();
  new ApiObject(chart, 'a', service('a'));
  new ApiObject(new Chart(app, 'other'), 'b', { ...service('b'), spec: { dropped: undefined, kept: Lazy.any({ produce: () => [1] }) } });
  const { objects, problems } = objectsOf(app, 'default');
  expect(problems).toEqual([]);
  expect(objects.map(({ namespace, name, origin }) => [namespace, name, origin.construct])).toEqual([['shop', 'a', 'shop/a'], ['default', 'b', 'other/b']]);
  expect(objects[1].json.spec).toEqual({ kept: [1] });
});

test('objects below a Chart alone are read without those of the others', () => {
  const { app, chart } = newChart();
  new ApiObject(chart, 'a', service('a'));
  new ApiObject(new Chart(app, 'other'), 'b', service('b'));
  expect(objectsOf(chart, 'default').objects.map(({ name }) => name)).toEqual(['a']);
});

test('an object that cannot be rendered is a problem, and the others are read', () => {
  const { app, chart } = newChart();
  new ApiObject(chart, 'broken', {
    ...service('broken'),
    spec: Lazy.any({
      produce: () => {
        throw new Error('no such secret');
      },
    }),
  });
  new ApiObject(chart, 'a', service('a'));
  const { objects, problems } = objectsOf(app, 'default');
  expect(objects.map(({ name }) => name)).toEqual(['a']);
  expect(problems).toEqual([expect.objectContaining({ construct: 'shop/broken', message: expect.stringContaining('no such secret') })]);
});

test('Lists are their items, Lists within them too, and what is no object is told', () => {
  const { app, chart } = newChart();
  const list = { apiVersion: 'v1', kind: 'List' };
  new ApiObject(chart, 'list', { ...list, items: [service('a'), { ...list, items: [service('b')] }, { apiVersion: 'v1', kind: 'ServiceList', items: [{ metadata: { name: 'c' } }] }, 'x'] });
  const { objects, problems } = objectsOf(app, 'default');
  expect(objects.map(({ kind, name }) => [kind, name])).toEqual([['Service', 'a'], ['Service', 'b'], ['Service', 'c']]);
  expect(problems).toEqual([expect.objectContaining({ construct: 'shop/list' })]);
});

test('included manifests are read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'from-app-'));
  try {
    writeFileSync(join(folder, 'a.yaml'), 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: b}\n');
    const { app, chart } = newChart();
    new Include(chart, 'included', { url: join(folder, 'a.yaml') });
    expect(objectsOf(app, 'default').objects.map(({ name, origin }) => [name, origin.construct!.startsWith('shop/included/')])).toEqual([['a', true], ['b', true]]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the line is that of the nearest construct that remembers one', () => {
  const { app, chart } = newChart();
  const object = new ApiObject(chart, 'a', service('a'));
  chart.node.addMetadata(SOURCE, { stack: 'Error\n    at new Chart (/elsewhere/main.ts:3:5)' });
  expect(objectsOf(app, 'default').objects[0].origin).toMatchObject({ file: '/elsewhere/main.ts', line: 3 });
  object.node.addMetadata(SOURCE, { stack: 'Error\n    at x (/elsewhere/node_modules/y/z.js:1:1)\n    at new A (/elsewhere/a.ts:7:5)' });
  expect(objectsOf(app, 'default').objects[0].origin).toMatchObject({ file: '/elsewhere/a.ts', line: 7 });
});

test('every object is rendered once', () => {
  const { app, chart } = newChart();
  let rendered = 0;
  new ApiObject(chart, 'a', { ...service('a'), spec: Lazy.any({ produce: () => ({ count: ++rendered }) }) });
  const told: unknown[] = [];
  objectsOf(app, 'default', (object, json) => told.push([object.node.path, json.spec]));
  expect(told).toEqual([['shop/a', { count: 1 }]]);
  expect(rendered).toBe(1);
});
