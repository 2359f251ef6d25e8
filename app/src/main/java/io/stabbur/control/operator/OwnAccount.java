package io.stabbur.control.operator;

import io.stabbur.control.ControlError;
import io.stabbur.control.ControlSettings;
import io.stabbur.platform.config.Secret;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.crypto.Totp;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What operators do with their own accounts: the second factor, the password, tokens for programs.
@Singleton
public final class OwnAccount {
  private static final String ISSUER = "Stabbur";
  private static final int LONGEST_NAME = 100;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final ControlSettings settings;
  private final Operators operators;
  private final OperatorSessions sessions;
  private final OperatorTokens tokens;
  private final Tries tries;
  private final Clock clock;

  OwnAccount(
      ControlSettings settings,
      Operators operators,
      OperatorSessions sessions,
      OperatorTokens tokens,
      Tries tries,
      Clock clock) {
    this.settings = settings;
    this.operators = operators;
    this.sessions = sessions;
    this.tokens = tokens;
    this.tries = tries;
    this.clock = clock;
  }

  /// A second factor that is being enrolled.
  ///
  /// @param uri what an authenticator app reads from a picture
  public record NewFactor(String secret, String uri) {
    @Override
    public String toString() {
      return "NewFactor";
    }
  }

  /// A token that was just made, and its text, which nobody learns again.
  public record NewToken(OperatorToken token, Secret text) {}

  public NewFactor beginFactor(SignedIn operator) {
    var known = account(operator);
    if (known.factor() != null) {
      throw ControlError.refused(
          "factor_exists", "There is a second factor; an owner can reset it");
    }
    var totp = Totp.random(RANDOM);
    operators.beginFactor(known.id(), totp.secret());
    return new NewFactor(totp.secret(), totp.uri(ISSUER, known.email()));
  }

  /// Makes the pending factor count, by a code of it. Other sessions end: they began without one.
  public void confirmFactor(SignedIn operator, String code) {
    var known = account(operator);
    var secret = known.pendingFactor();
    long step = secret == null ? -1 : Totp.of(secret).matches(code.strip(), clock.instant());
    if (secret == null
        || step < 0
        || operators.confirmFactor(known.id(), secret, step, clock.instant()) == 0) {
      throw ControlError.refused(StepUp.WRONG, "The code is wrong");
    }
    var session = operator.session();
    if (session != null) {
      sessions.endOthers(known.id(), session.id());
    }
  }

  /// Sets another password and ends all sessions.
  public void changePassword(SignedIn operator, String current, String wanted) {
    var known = account(operator);
    OperatorPassword.requireStrong(wanted);
    requirePassword(known, current);
    operators.changePassword(known.id(), OperatorPassword.hash(wanted));
    sessions.endAll(known.id());
  }

  /// Asked once more before what outlasts the session: it may have been left open.
  private void requirePassword(Operator known, String password) {
    var subject = "account " + known.email();
    tries.count(subject, SignIn.TRIES_AT_ACCOUNT);
    if (!OperatorPassword.matches(password, known.password())) {
      throw new ApiException(new Failure.Forbidden("The present password is wrong"));
    }
    tries.takeBack(subject);
  }

  public List<OperatorToken> tokens(SignedIn operator) {
    return tokens.findByOperatorOrderByCreatedAt(operator.requireOperator());
  }

  /// Makes a token.
  ///
  /// @param password the operator's present one
  /// @param expiresAt after the time of the settings when absent
  public NewToken createToken(
      SignedIn operator, String password, String name, @Nullable Instant expiresAt) {
    var wanted = name.strip();
    if (wanted.isEmpty()
        || wanted.length() > LONGEST_NAME
        || wanted.chars().anyMatch(c -> c < ' ')) {
      throw ControlError.refused(ControlError.NAME, "name must have 1 to 100 characters");
    }
    var now = clock.instant();
    var end = expiresAt == null ? now.plus(settings.tokenLife()) : expiresAt;
    if (!end.isAfter(now)) {
      throw ControlError.refused("invalid_expires_at", "expires_at must be in the future");
    }
    requirePassword(account(operator), password);
    var text = OperatorToken.freshText();
    var token =
        tokens.save(
            new OperatorToken(
                UUID.randomUUID(),
                operator.requireOperator(),
                wanted,
                Crypto.sha256Hex(text),
                now,
                end,
                null));
    return new NewToken(token, Secret.of(text));
  }

  /// Ends a token of one's own.
  public void revokeToken(SignedIn operator, UUID token) {
    if (tokens.revoke(token, operator.requireOperator()) == 0) {
      throw new ApiException(new Failure.NoSuchRoute("/tokens/" + token));
    }
  }

  private Operator account(SignedIn operator) {
    return operators
        .findById(operator.requireOperator())
        .orElseThrow(() -> new ApiException(new Failure.Unauthenticated("No such operator")));
  }
}
