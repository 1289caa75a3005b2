test('whoever loads the library does not load the rules, which a check then does', () => {
  const loaded: string[] = [];
  jest.isolateModules(() => {
    jest.doMock('../../src/check/rules', () => {
      loaded.push('rules');
      return { RULES: [] };
    });
    const { Mesh } = require('../../src');
    expect(loaded).toEqual([]);
    Mesh.fromYaml('').check();
    expect(loaded).toEqual(['rules']);
  });
});
