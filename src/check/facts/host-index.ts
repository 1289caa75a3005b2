/** Values by host, where a wildcard (`*.example.com`, `*`) stands for any text before its end. */
export class HostIndex<T> {
  private readonly exact = new Map<string, T[]>();
  /** By what follows the asterisk. */
  private readonly wildcards = new Map<string, T[]>();
  /** Whether some wildcard ends in the middle of a label: `*-api.example.com`. */
  private withinLabels = false;

  public add(host: string, value: T): void {
    const wild = host.startsWith('*');
    const key = wild ? host.slice(1) : host;
    const map = wild ? this.wildcards : this.exact;
    const values = map.get(key);
    if (values) values.push(value);
    else map.set(key, [value]);
    if (wild && key !== '' && !key.startsWith('.')) this.withinLabels = true;
  }

  public get hasWildcards(): boolean {
    return this.wildcards.size > 0;
  }

  /** Those filed under this very host. */
  public at(host: string): readonly T[] {
    return (host.startsWith('*') ? this.wildcards.get(host.slice(1)) : this.exact.get(host)) ?? [];
  }

  /** What covers a host (or all of a wildcard), the most specific first: itself, then ever shorter wildcards. */
  public find<R>(host: string, accept: (values: readonly T[]) => R | undefined): R | undefined {
    const wild = host.startsWith('*');
    const name = wild ? host.slice(1) : host;
    if (!wild) {
      const values = this.exact.get(host);
      const result = values && accept(values);
      if (result !== undefined) return result;
    }
    if (this.wildcards.size === 0) return undefined;
    for (let i = 0; i <= name.length; i++) {
      // `*.example.com` ends with a dot; only unusual wildcards ask for every position.
      if (!this.withinLabels && i > 0 && i < name.length && name.charCodeAt(i) !== DOT) continue;
      const values = this.wildcards.get(i === 0 ? name : name.slice(i));
      const result = values && accept(values);
      if (result !== undefined) return result;
    }
    return undefined;
  }

  public hosts(): string[] {
    return [...this.exact.keys(), ...[...this.wildcards.keys()].map((end) => `*${end}`)];
  }

  public entries(): [string, readonly T[]][] {
    return [
      ...this.exact.entries(),
      ...[...this.wildcards.entries()].map(([end, values]): [string, T[]] => [`*${end}`, values]),
    ];
  }
}

const DOT = 46;
