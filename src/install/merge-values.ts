/** Values of a chart, or fields of a configuration, by name. */
export type Values = { [key: string]: any };

export function isValues(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Both together, at every depth; of lists and single values, the later one. */
export function mergeValues(...all: readonly Values[]): Values {
  const merged: Values = {};
  for (const values of all) {
    for (const [key, value] of Object.entries(values)) {
      if (value === undefined) continue;
      merged[key] = isValues(value) ? mergeValues(isValues(merged[key]) ? merged[key] : {}, value) : value;
    }
  }
  return merged;
}

/** Without what is empty: an object in which nothing is said. */
export function withoutEmpty(values: Values): Values {
  const kept = Object.entries(values)
    .map(([key, value]): [string, any] => [key, isValues(value) ? withoutEmpty(value) : value])
    .filter(([, value]) => value !== undefined && !(isValues(value) && Object.keys(value).length === 0));
  return Object.fromEntries(kept);
}

/** The first field to which both give different values; undefined where they agree. */
export function disagreement(one: Values, other: Values, path: readonly string[] = []): string | undefined {
  for (const [key, value] of Object.entries(other)) {
    if (!(key in one) || one[key] === undefined || value === undefined) continue;
    const here = [...path, key];
    if (isValues(one[key]) && isValues(value)) {
      const deeper = disagreement(one[key], value, here);
      if (deeper !== undefined) return deeper;
    } else if (JSON.stringify(one[key]) !== JSON.stringify(value)) {
      return here.join('.');
    }
  }
  return undefined;
}
