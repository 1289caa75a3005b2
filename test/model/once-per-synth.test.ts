import { Chart, Testing } from 'cdk8s';
import { Construct } from 'constructs';
import { oncePerSynth, validateOncePerSynth } from '../../src/model/once-per-synth';

function appWithCharts(charts: number) {
  const app = Testing.app();
  const found: string[] = [];
  const validate = jest.fn(() => found);
  const [first] = Array.from({ length: charts }, (_, index) => new Chart(app, `chart${index}`));
  validateOncePerSynth(new Construct(first, 'x'), validate);
  return { app, found, validate };
}

test('a validation runs once per synth, however many charts there are', () => {
  const { app, validate } = appWithCharts(5);
  app.synthYaml();
  expect(validate).toHaveBeenCalledTimes(1);
  app.synthYaml();
  expect(validate).toHaveBeenCalledTimes(2);
});

test('what it finds stops the synth, and the next synth looks anew', () => {
  const { app, found } = appWithCharts(2);
  found.push('something is wrong');
  expect(() => app.synthYaml()).toThrow('[chart0/x] something is wrong');
  found.pop();
  expect(() => app.synthYaml()).not.toThrow();
});

test('outside of a synth it runs whenever it is asked', () => {
  const { app, validate } = appWithCharts(1);
  app.charts[0].node.findChild('x').node.validate();
  app.charts[0].node.findChild('x').node.validate();
  expect(validate).toHaveBeenCalledTimes(2);
});

test('the App still writes what it would write', () => {
  const { app } = appWithCharts(1);
  expect(app.synthYaml()).toBe('');
});

describe('what is worked out once per synth', () => {
  function asking() {
    const { app } = appWithCharts(3);
    const work = jest.fn(() => ({}));
    const answer = oncePerSynth(app.charts[0], work);
    for (const chart of app.charts) {
      chart.node.addValidation({
        validate: () => {
          answer();
          return [];
        },
      });
    }
    return { app, work, answer };
  }

  test('is so whoever asks, and anew in the next synth', () => {
    const { app, work } = asking();
    app.synthYaml();
    expect(work).toHaveBeenCalledTimes(1);
    app.synthYaml();
    expect(work).toHaveBeenCalledTimes(2);
  });

  test('is worked out whenever it is asked for outside of a synth', () => {
    const { work, answer } = asking();
    expect(answer()).not.toBe(answer());
    expect(work).toHaveBeenCalledTimes(2);
  });
});
