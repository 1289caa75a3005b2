import { describeValue } from '../semantics/describe-value';
import { re2Problem } from '../semantics/re2';
import { regexLengthProblem } from '../semantics/regex-length';
import { StringCondition } from '../semantics/string-condition';

/**
 * How a string (path, header, query parameter, cookie) is tested.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#StringMatch
 */
export class StringMatch {
  /** Exactly this string, case-sensitive. */
  public static exact(value: string): StringMatch {
    checkString('exact', value);
    if (value === '') throw new Error('StringMatch.exact: the empty string matches nothing in Istio. Use StringMatch.present() for "there, with any value".');
    return new StringMatch({ kind: 'exact', value });
  }

  /**
   * A string that starts with this. It is a prefix of characters, not of path segments:
   * `/api` also matches `/apiary`.
   */
  public static prefix(value: string): StringMatch {
    checkString('prefix', value);
    if (value === '') throw new Error('StringMatch.prefix: the empty prefix matches everything. Use StringMatch.present(), or leave the match out.');
    return new StringMatch({ kind: 'prefix', value });
  }

  /**
   * A regular expression in RE2 syntax that matches the whole string.
   *
   * @see https://github.com/google/re2/wiki/Syntax
   */
  public static regex(value: string): StringMatch {
    checkString('regex', value);
    if (value === '') throw new Error('StringMatch.regex: the expression is empty. Use StringMatch.present() for "there, with any value".');
    if (/\(\?<?[=!]|\\[1-9]/.test(value)) {
      throw new Error(`StringMatch.regex: "${value}" looks around or back, which RE2 (Envoy's engine) cannot. Write it without (?=, (?!, (?<=, (?<! and \\1.`);
    }
    const mistake = re2Problem(value);
    if (mistake) throw new Error(`StringMatch.regex: "${value}" is not a regular expression: ${mistake}.`);
    const tooLong = regexLengthProblem(value);
    if (tooLong) throw new Error(`StringMatch.regex: ${tooLong}. Divide it, and say HttpMatch.anyOf(...).`);
    return new StringMatch({ kind: 'regex', value });
  }

  /** Any value, as long as the header or parameter is there. */
  public static present(): StringMatch {
    return new StringMatch({ kind: 'present', value: '' });
  }

  private constructor(
    /** @internal */
    public readonly _condition: StringCondition,
  ) {}
}

function checkString(factory: string, value: unknown): void {
  if (typeof value !== 'string') throw new Error(`StringMatch.${factory}: ${describeValue(value)} is not a string.`);
}
