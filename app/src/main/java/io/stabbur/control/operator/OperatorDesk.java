package io.stabbur.control.operator;

import io.micronaut.context.BeanProvider;
import io.micronaut.data.model.Pageable;
import io.micronaut.transaction.TransactionOperations;
import io.stabbur.control.ControlError;
import io.stabbur.control.ControlSettings;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.Uuids;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.IntSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What owners do with the accounts of operators. There is always an owner who can sign in, once
/// there was one.
@Singleton
public final class OperatorDesk {
  private static final int CODE_BYTES = 24;
  private static final int LONGEST = 254;

  /// Entries that are searched before the others.
  private static final int LAST_ENTRIES = 5_000;

  private static final Pattern ADDRESS = Pattern.compile("[^@\\s\\p{Cntrl}]+@[^@\\s\\p{Cntrl}]+");
  private static final String LAST =
      "The last owner who can sign in stays one; make another owner first";

  private final ControlSettings settings;
  private final Operators operators;
  private final OperatorSessions sessions;
  private final Invitations invitations;
  private final SignInAttempts attempts;
  private final OperatorTokens tokens;
  private final Approvals approvals;
  private final OperatorLog log;

  /// Asked for when it is needed: the control database is opened by its first use.
  private final BeanProvider<TransactionOperations<Connection>> transactions;

  private final Clock clock;

  OperatorDesk(
      ControlSettings settings,
      Operators operators,
      OperatorSessions sessions,
      Invitations invitations,
      SignInAttempts attempts,
      OperatorTokens tokens,
      Approvals approvals,
      OperatorLog log,
      @Named("control") BeanProvider<TransactionOperations<Connection>> transactions,
      Clock clock) {
    this.settings = settings;
    this.operators = operators;
    this.sessions = sessions;
    this.invitations = invitations;
    this.attempts = attempts;
    this.tokens = tokens;
    this.approvals = approvals;
    this.log = log;
    this.transactions = transactions;
    this.clock = clock;
  }

  /// A new operator.
  ///
  /// @param invitation with which the password is set; absent where there is one
  public record Created(Operator operator, @Nullable String invitation) {
    @Override
    public String toString() {
      return "Created[" + operator + "]";
    }
  }

  public List<Operator> list() {
    return operators.findAllOrderByEmail();
  }

  /// Makes an operator, who has the password or gets an invitation.
  public Created create(String email, Role role, @Nullable String password) {
    var address = address(email);
    if (password != null) {
      OperatorPassword.requireStrong(password);
    }
    if (operators.findByEmail(address).isPresent()) {
      throw ControlError.refused("operator_exists", "There is an operator with this address");
    }
    var operator =
        operators.save(
            new Operator(
                UUID.randomUUID(),
                address,
                role,
                password == null ? null : OperatorPassword.hash(password),
                null,
                null,
                0,
                clock.instant(),
                null));
    return new Created(operator, password == null ? invite(operator.id()) : null);
  }

  /// A new invitation of another operator; earlier ones hold no more.
  public String invite(SignedIn by, UUID operator) {
    requireOther(by, operator);
    return invite(operator);
  }

  /// A session that somebody else got hold of must not become the whole account: one's own password
  /// is changed with the present one, and one's own factor is reset by another owner.
  private static void requireOther(SignedIn by, UUID operator) {
    if (operator.equals(by.operator())) {
      throw new ApiException(
          new Failure.Forbidden(
              "Another owner does this for you, or `./stabbur operator` on the server"));
    }
  }

  private String invite(UUID operator) {
    var known = require(operator);
    invitations.withdraw(known.id());
    approvals.withdrawAll(known.id());
    var code = Crypto.randomText(CODE_BYTES);
    var end = clock.instant().plus(settings.invitationLife());
    var _ = invitations.save(new Invitation(Crypto.sha256Hex(code), known.id(), end));
    return code;
  }

  /// The operator with an id or an address.
  public Operator find(String text) {
    return Uuids.parse(text)
        .flatMap(operators::findById)
        .or(() -> operators.findByEmail(text.strip().toLowerCase(Locale.ROOT)))
        .orElseThrow(() -> missing(text));
  }

  public Operator changeRole(UUID operator, Role role) {
    var known = require(operator);
    if (alone(() -> operators.changeRole(known.id(), role)) == 0) {
      throw ControlError.refused("last_owner", LAST);
    }
    return require(operator);
  }

  /// Ends an account, with its sessions and tokens.
  public void remove(UUID operator) {
    var known = require(operator);
    if (alone(() -> operators.remove(known.id())) == 0) {
      throw ControlError.refused("last_owner", LAST);
    }
  }

  /// One after the other: two owners who end each other at the same time would leave none.
  private int alone(IntSupplier change) {
    return transactions
        .get()
        .executeWrite(
            _ -> {
              var _ = operators.takeTurn();
              return change.getAsInt();
            });
  }

  /// Takes the second factor away, so that another is enrolled with the next sign-in; ends the
  /// sessions, the tokens of programs and what waits for a second person. An owner's own is reset
  /// by another.
  public Operator resetFactor(SignedIn by, UUID operator) {
    requireOther(by, operator);
    var known = require(operator);
    operators.resetFactor(known.id());
    sessions.endAll(known.id());
    tokens.revokeAll(known.id());
    approvals.withdrawAll(known.id());
    return require(operator);
  }

  /// What operators changed, the newest first.
  public List<OperatorLogEntry> log(int most) {
    return log.findAllOrderByIdDesc(Pageable.from(0, most));
  }

  /// The same of those whose address has a text in it.
  public List<OperatorLogEntry> log(String operator, int most) {
    return log(operator, Long.MAX_VALUE, most);
  }

  /// The same of entries with a number below `before`.
  public List<OperatorLogEntry> log(String operator, long before, int most) {
    if (operator.isEmpty()) {
      return log.findByIdLessThanOrderByIdDesc(before, Pageable.from(0, most));
    }
    var text = operator.toLowerCase(Locale.ROOT);
    var lately = log.searchLast(LAST_ENTRIES, text, before, most);
    return lately.size() < most ? log.search(text, before, most) : lately;
  }

  /// The same for a reader to whom the command on the server's own machine is shown by other words:
  /// its entries are found by these too.
  ///
  /// @param command the words that are shown for it
  public List<OperatorLogEntry> log(String operator, String command, long before, int most) {
    var found = log(operator, before, most);
    var text = operator.toLowerCase(Locale.ROOT);
    if (text.isEmpty() || !command.toLowerCase(Locale.ROOT).contains(text)) {
      return found;
    }
    var all = new TreeMap<Long, OperatorLogEntry>(Comparator.reverseOrder());
    Stream.concat(found.stream(), log(SignedIn.COMMAND, before, most).stream())
        .forEach(entry -> all.put(Objects.requireNonNull(entry.id()), entry));
    return all.values().stream().limit(most).toList();
  }

  /// Writes down what an operator is about to do, beside the request that asks for it. All of the
  /// text is kept.
  ///
  /// @return the entry, for [#noteEnd]
  public long note(SignedIn by, String action) {
    var entry = log.save(OperatorLogEntry.begun(clock.instant(), by.email(), action));
    return Objects.requireNonNull(entry.id());
  }

  /// Writes down whom or what it was about.
  public void noteAbout(long entry, String project, String subject) {
    log.about(entry, project, subject);
  }

  /// Writes down how it ended.
  ///
  /// @param status as of an answer over HTTP
  public void noteEnd(long entry, int status) {
    log.end(entry, status);
  }

  /// Removes what holds no more.
  public void expire() {
    var now = clock.instant();
    sessions.expire(now);
    invitations.expire(now);
    tokens.expire(now.minus(settings.tokenLife()));
    attempts.expire(now.minus(Duration.ofHours(1)));
    log.expire(now.minus(settings.logAge()));
  }

  /// A new invitation of the first owner; empty where there are operators.
  public Optional<String> inviteFirst() {
    if (operators.count() > 0) {
      return Optional.empty();
    }
    var code = Crypto.randomText(CODE_BYTES);
    var end = clock.instant().plus(settings.invitationLife());
    var _ = invitations.save(new Invitation(Crypto.sha256Hex(code), null, end));
    return Optional.of(code);
  }

  /// Makes the first owner, whose invitations end with it.
  void createFirst(String email, String password) {
    if (operators.count() > 0) {
      throw new ApiException(new Failure.Forbidden("There is an owner already"));
    }
    var _ = create(email, Role.OWNER, password);
    invitations.withdrawFirst();
  }

  /// An address in lower case; refused where it is none.
  String requireAddress(@Nullable String email) {
    return address(email == null ? "" : email);
  }

  private Operator require(UUID operator) {
    return operators.findById(operator).orElseThrow(() -> missing(operator.toString()));
  }

  private static ApiException missing(String which) {
    return new ApiException(new Failure.NoSuchRoute("/operators/" + which));
  }

  private static String address(String email) {
    var address = email.strip().toLowerCase(Locale.ROOT);
    if (address.length() > LONGEST || !ADDRESS.matcher(address).matches()) {
      throw ControlError.refused("invalid_email", "email must be a mail address");
    }
    return address;
  }
}
