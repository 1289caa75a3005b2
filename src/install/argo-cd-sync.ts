import { checkFlags, checkOptions } from '../model/given';

/** What Argo CD may do without being asked. */
export interface ArgoCdAutomation {
  /**
   * Whether objects that the charts no longer have are deleted.
   *
   * @default false
   */
  readonly prune?: boolean;
  /**
   * Whether what somebody changed in the cluster is put back, without a new commit. It takes an emergency change back, too.
   *
   * @default false
   */
  readonly selfHeal?: boolean;
}

/**
 * When Argo CD applies what it is told.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/auto_sync/
 */
export class ArgoCdSync {
  /** When a person or a pipeline asks for it (`argocd app sync`). */
  public static manual(): ArgoCdSync {
    return new ArgoCdSync(undefined);
  }

  /** As soon as the Application changes. */
  public static automated(options: ArgoCdAutomation = {}): ArgoCdSync {
    checkOptions('ArgoCdSync.automated', options, '{ selfHeal: true }');
    const { prune = false, selfHeal = false } = options;
    checkFlags({ prune, selfHeal });
    return new ArgoCdSync({ prune, selfHeal });
  }

  private constructor(
    /** @internal */
    public readonly _automated: object | undefined,
  ) {}
}
