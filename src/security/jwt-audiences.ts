import { describeValue } from '../semantics/describe-value';

/**
 * For whom a token has to be issued. One issuer issues tokens for many applications: whoever does not look at `aud`
 * takes a token that another application was given, and may pass on.
 */
export class JwtAudiences {
  /**
   * Tokens whose `aud` names at least one of these; others are refused with 403. A slash at the end makes no difference.
   *
   * @param audiences as they stand in the token, for example `https://api.example.com`
   */
  public static of(...audiences: string[]): JwtAudiences {
    if (audiences.length === 0) throw new Error("JwtAudiences.of: no audience is given, and Istio would take tokens for anyone. Name one, for example JwtAudiences.of('https://api.example.com'), or say JwtAudiences.any().");
    const wrong = audiences.find((audience) => typeof audience !== 'string' || audience === '' || /\s/.test(audience));
    if (wrong !== undefined || audiences.includes(undefined as never)) {
      throw new Error(`JwtAudiences.of: ${describeValue(wrong)} is not an audience. Give texts as they stand in \`aud\`, one argument each, for example JwtAudiences.of('https://api.example.com').`);
    }
    const star = audiences.find((audience) => audience.includes('*'));
    if (star !== undefined) throw new Error(`JwtAudiences.of: "${star}" is compared as it is, so no token would match. Name the audiences, or say JwtAudiences.any().`);
    return new JwtAudiences([...new Set(audiences)]);
  }

  /**
   * Tokens of the issuer whomever they are for. Only where the issuer issues tokens for this application alone: else
   * every other application that is handed a token can use it here.
   */
  public static any(): JwtAudiences {
    return new JwtAudiences(undefined);
  }

  private constructor(
    /** Undefined for any. @internal */
    public readonly _values: readonly string[] | undefined,
  ) {}
}

/** What programs without types give where audiences are meant. */
export function checkAudiences(value: unknown): asserts value is JwtAudiences {
  if (value instanceof JwtAudiences) return;
  const list = (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string');
  const example = (list.length > 0 ? list : ['https://api.example.com']).map((one) => `'${one}'`).join(', ');
  throw new Error(`\`audiences\` is ${describeValue(value)}. Say for whom tokens have to be issued: JwtAudiences.of(${example}), or JwtAudiences.any().`);
}
