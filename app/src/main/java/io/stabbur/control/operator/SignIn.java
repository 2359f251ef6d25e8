package io.stabbur.control.operator;

import io.stabbur.control.ControlSettings;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.crypto.Totp;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Sign-in of operators with password and code. [Tries] are counted by network and by account.
@Singleton
public final class SignIn {
  /// The cookie that holds the token of a session.
  public static final String COOKIE = "stabbur_session";

  private static final int TRIES_OF_NETWORK = 10;
  static final int TRIES_AT_ACCOUNT = 20;
  private static final int CSRF_BYTES = 24;
  private static final int LONGEST = 254;
  private static final String REFUSED = "Address, password or code is wrong";

  private final ControlSettings settings;
  private final Operators operators;
  private final OperatorSessions sessions;
  private final Tries tries;
  private final Invitations invitations;
  private final OperatorDesk desk;
  private final SessionTokens tokens;
  private final OperatorTokens programs;
  private final OperatorJournal journal;
  private final Clock clock;

  SignIn(
      ControlSettings settings,
      Operators operators,
      OperatorSessions sessions,
      Tries tries,
      Invitations invitations,
      OperatorDesk desk,
      SessionTokens tokens,
      OperatorTokens programs,
      OperatorJournal journal,
      Clock clock) {
    this.settings = settings;
    this.operators = operators;
    this.sessions = sessions;
    this.tries = tries;
    this.invitations = invitations;
    this.desk = desk;
    this.tokens = tokens;
    this.programs = programs;
    this.journal = journal;
    this.clock = clock;
  }

  /// How a sign-in ended that was not refused.
  public sealed interface Outcome {}

  /// A new session.
  ///
  /// @param token names it, in a cookie or as a Bearer token
  /// @param lasts how long
  public record Begun(String token, SignedIn operator, Duration lasts) implements Outcome {
    @Override
    public String toString() {
      return "Begun[" + operator.email() + "]";
    }
  }

  /// The password is right, and a code of the second factor is needed.
  public record CodeNeeded() implements Outcome {}

  /// Begins a session.
  ///
  /// @param code of the second factor; empty where none is given
  /// @param network whose tries are counted
  public Outcome begin(String email, String password, String code, String network) {
    var address = counted(email);
    tries.count("network " + network, TRIES_OF_NETWORK);
    tries.count("account " + address, TRIES_AT_ACCOUNT);
    var found = operators.findByEmail(address);
    var hash = found.map(Operator::password).orElse(null);
    if (!OperatorPassword.matches(password, hash) || found.isEmpty()) {
      found.ifPresent(known -> journal.refused(known.email()));
      throw refused();
    }
    var operator = found.get();
    var factor = operator.factor();
    if (factor != null && code.isBlank()) {
      takeBack(operator, network);
      return new CodeNeeded();
    }
    long step = factor == null ? 0 : Totp.of(factor).matches(code.strip(), clock.instant());
    if (step < 0 || operators.signIn(operator.id(), step, clock.instant()) == 0) {
      journal.refused(operator.email());
      throw refused();
    }
    takeBack(operator, network);
    journal.signedIn(operator.email());
    return begin(operator);
  }

  /// The address as it is counted; what cannot be one counts together.
  private static String counted(String email) {
    var address = email.strip().toLowerCase(Locale.ROOT);
    boolean isOne = address.length() <= LONGEST && address.chars().noneMatch(c -> c < ' ');
    return isOne ? address : "";
  }

  private void takeBack(Operator operator, String network) {
    tries.takeBack("network " + network);
    tries.takeBack("account " + operator.email());
  }

  private Begun begin(Operator operator) {
    var now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    var session =
        sessions.save(
            new OperatorSession(
                UUID.randomUUID(),
                operator.id(),
                Crypto.randomText(CSRF_BYTES),
                now,
                now.plus(settings.sessionLife())));
    var signedIn =
        new SignedIn(
            operator.id(),
            operator.email(),
            operator.role(),
            new SignedIn.Session(session.id(), session.csrf()),
            settings.requireFactor() && operator.factor() == null);
    return new Begun(tokens.sign(session), signedIn, settings.sessionLife());
  }

  /// Sets the password of an invited operator, who signs in with it then.
  ///
  /// @param code of the invitation
  /// @param email of the first owner; not read in other invitations
  public void accept(String code, @Nullable String email, String password, String network) {
    OperatorPassword.requireStrong(password);
    tries.count("network " + network, TRIES_OF_NETWORK);
    var hash = Crypto.sha256Hex(code);
    var invitation = invitations.findByHash(hash).orElseThrow(SignIn::noInvitation);
    var operator = invitation.operator();
    if (operator == null) {
      desk.requireAddress(email);
    }
    if (invitations.use(hash, clock.instant()) == 0) {
      throw noInvitation();
    }
    if (operator == null) {
      desk.createFirst(desk.requireAddress(email), password);
    } else {
      operators.changePassword(operator, OperatorPassword.hash(password));
      sessions.endAll(operator);
      programs.revokeAll(operator);
    }
    tries.takeBack("network " + network);
  }

  /// The address whose password an invitation sets: empty text in that of the first owner, who
  /// brings the address along; absent where the invitation does not hold.
  public Optional<String> invited(String code) {
    return invitations
        .findByHash(Crypto.sha256Hex(code))
        .filter(invitation -> invitation.expiresAt().isAfter(clock.instant()))
        .map(this::address);
  }

  private String address(Invitation invitation) {
    var operator = invitation.operator();
    return operator == null ? "" : operators.findById(operator).map(Operator::email).orElse("");
  }

  private static ApiException noInvitation() {
    return new ApiException(
        new Failure.Unauthenticated("The invitation does not hold, or was used already"));
  }

  /// Ends a session, at once and everywhere.
  public void end(SignedIn operator) {
    var session = operator.session();
    if (session != null) {
      sessions.end(session.id());
    }
  }

  private static ApiException refused() {
    return new ApiException(new Failure.Unauthenticated(REFUSED));
  }
}
