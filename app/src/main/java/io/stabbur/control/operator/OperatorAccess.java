package io.stabbur.control.operator;

import io.stabbur.control.ControlSettings;
import io.stabbur.platform.crypto.Crypto;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Who stands behind a token. It is read from the database at each request, so that a session that
/// ended, a token that was revoked and a role that was taken count at once in all processes.
@Singleton
public final class OperatorAccess {
  private static final Duration USE_NOTED = Duration.ofMinutes(1);

  private final ControlSettings settings;
  private final Operators operators;
  private final OperatorSessions sessions;
  private final OperatorTokens tokens;
  private final SessionTokens signed;
  private final MachineToken machine;
  private final Clock clock;

  OperatorAccess(
      ControlSettings settings,
      Operators operators,
      OperatorSessions sessions,
      OperatorTokens tokens,
      SessionTokens signed,
      MachineToken machine,
      Clock clock) {
    this.settings = settings;
    this.operators = operators;
    this.sessions = sessions;
    this.tokens = tokens;
    this.signed = signed;
    this.machine = machine;
    this.clock = clock;
  }

  /// Nobody where the token is not one of an operator, or holds no more.
  public Optional<SignedIn> find(String token) {
    if (machine.is(token)) {
      return Optional.of(SignedIn.command());
    }
    return token.startsWith(OperatorToken.PREFIX) ? byToken(token) : bySession(token);
  }

  private Optional<SignedIn> byToken(String text) {
    var now = clock.instant();
    var token =
        tokens.findByHash(Crypto.sha256Hex(text)).filter(known -> known.expiresAt().isAfter(now));
    token.ifPresent(known -> tokens.use(known.id(), now, now.minus(USE_NOTED)));
    return token.flatMap(known -> signedIn(known.operator(), null));
  }

  private Optional<SignedIn> bySession(String token) {
    return signed
        .session(token)
        .flatMap(sessions::findById)
        .filter(session -> session.expiresAt().isAfter(clock.instant()))
        .flatMap(
            session ->
                signedIn(session.operator(), new SignedIn.Session(session.id(), session.csrf())));
  }

  private Optional<SignedIn> signedIn(UUID operator, SignedIn.@Nullable Session session) {
    return operators
        .findById(operator)
        .map(
            known ->
                new SignedIn(known.id(), known.email(), known.role(), session, isLimited(known)));
  }

  private boolean isLimited(Operator operator) {
    return settings.requireFactor() && operator.factor() == null;
  }
}
