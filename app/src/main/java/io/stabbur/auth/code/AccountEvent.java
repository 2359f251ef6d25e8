package io.stabbur.auth.code;

/// What may happen to an account, and what of it ends with that. It is the table of
/// `app/docs/accounts.md`; [Revocations] does what it says.
public enum AccountEvent {
  TOKEN_USED("a code or link is used", Fate.END, Fate.STAY, Fate.STAY),
  PASSWORD_CHANGED("the user changes the password", Fate.END, Fate.END_OTHERS, Fate.END),
  PASSWORD_SET("an administrator sets the password", Fate.END, Fate.END, Fate.END),
  EMAIL_CHANGED("the e-mail address changes", Fate.END, Fate.STAY, Fate.END),
  PHONE_CHANGED("the phone number changes", Fate.END, Fate.STAY, Fate.END),
  FACTOR_VERIFIED("a factor is verified", Fate.STAY, Fate.END_WEAKER, Fate.END),
  FACTOR_REMOVED("a factor is removed", Fate.STAY, Fate.WEAKEN, Fate.STAY),
  BANNED("the account is banned", Fate.WAIT, Fate.WAIT, Fate.WAIT),
  SIGNED_OUT("sign-out, `global`", Fate.STAY, Fate.END, Fate.END),
  SIGNED_OUT_ELSEWHERE("sign-out, `others`", Fate.STAY, Fate.END_OTHERS, Fate.END),
  SIGNED_OUT_HERE("sign-out, `local`", Fate.STAY, Fate.END_THIS, Fate.STAY),
  DELETED("the account is deleted", Fate.END, Fate.END, Fate.END);

  /// What becomes of one sort of thing.
  public enum Fate {
    STAY("stay"),
    END("end"),
    /// All but the session in which it happened, and its refresh tokens.
    END_OTHERS("others end"),
    /// The session in which it happened.
    END_THIS("this one ends"),
    /// Those without a second factor.
    END_WEAKER("those at aal1 end"),
    /// Those that rest on the factor have one level less from then on.
    WEAKEN("fall to aal1"),
    /// They are refused while it lasts, and good again after it.
    WAIT("wait");

    private final String words;

    Fate(String words) {
      this.words = words;
    }

    /// As the documentation has it.
    public String words() {
      return words;
    }
  }

  private final String words;
  private final Fate oneTimeTokens;
  private final Fate sessions;
  private final Fate flows;

  AccountEvent(String words, Fate oneTimeTokens, Fate sessions, Fate flows) {
    this.words = words;
    this.oneTimeTokens = oneTimeTokens;
    this.sessions = sessions;
    this.flows = flows;
  }

  /// As the documentation has it.
  public String words() {
    return words;
  }

  /// Of codes and links, and of changes of address that wait for one.
  public Fate oneTimeTokens() {
    return oneTimeTokens;
  }

  public Fate sessions() {
    return sessions;
  }

  /// A refresh token lives as long as its session.
  public Fate refreshTokens() {
    return sessions;
  }

  /// Of codes that were given out and not exchanged yet, and of sign-ins at a provider that are to
  /// link an identity. A flow that waits for its link goes with the link.
  public Fate flows() {
    return flows;
  }
}
