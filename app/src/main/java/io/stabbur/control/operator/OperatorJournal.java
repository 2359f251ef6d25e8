package io.stabbur.control.operator;

import io.micronaut.http.HttpRequest;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.http.RequestContext;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes down what operators do: before it is done, whom it is about as soon as that is known, and
/// how it ended. Sign-ins are written down too.
@Singleton
public final class OperatorJournal {
  static final String SIGN_IN = "sign-in";

  private static final Logger LOG = LoggerFactory.getLogger(OperatorJournal.class);
  private static final int LONGEST = 300;
  private static final int DONE = 200;
  private static final int REFUSED = 401;

  private final OperatorLog log;
  private final Clock clock;

  OperatorJournal(OperatorLog log, Clock clock) {
    this.log = log;
    this.clock = clock;
  }

  /// The entry that belongs to a request.
  private record Noted(long entry) {}

  /// Begins the entry of a request.
  public void begin(HttpRequest<?> request, SignedIn operator) {
    var action = request.getMethodName() + " " + request.getPath();
    var entry =
        log.save(OperatorLogEntry.begun(clock.instant(), operator.email(), shortened(action)));
    RequestContext.of(request).put(Noted.class, new Noted(Objects.requireNonNull(entry.id())));
  }

  /// Says whom or what the request is about; nothing where it has no entry.
  ///
  /// @param project absent where it is about the appliance itself
  public void about(HttpRequest<?> request, @Nullable String project, String subject) {
    noted(request).ifPresent(noted -> log.about(noted.entry(), project, shortened(subject)));
  }

  /// Says that the request did not do it, but asked another operator to.
  public void askedFor(HttpRequest<?> request) {
    var action = request.getMethodName() + " " + request.getPath() + ", asked for";
    noted(request).ifPresent(noted -> log.nameAction(noted.entry(), shortened(action)));
  }

  /// The number of the request's entry, by which it is found again.
  public Optional<Long> number(HttpRequest<?> request) {
    return noted(request).map(Noted::entry);
  }

  /// Notes how the request ended.
  public void end(HttpRequest<?> request, int status) {
    noted(request).ifPresent(noted -> log.end(noted.entry(), status));
  }

  /// Names somebody who was erased by a number from now on, in earlier entries too.
  public void forget(String project, String subject, String number) {
    var _ = log.rename(project, subject, number);
    var _ = log.forgetSearches(project, subject);
  }

  void signedIn(String operator) {
    var _ = log.save(OperatorLogEntry.ended(clock.instant(), operator, SIGN_IN, DONE));
  }

  /// Notes that a sign-in at an account failed, and keeps nobody waiting for it: the time of the
  /// answer would tell which addresses have an account.
  void refused(String operator) {
    var entry = OperatorLogEntry.ended(clock.instant(), operator, SIGN_IN, REFUSED);
    var _ = Thread.ofVirtual().name("operator journal").start(() -> save(entry));
  }

  private void save(OperatorLogEntry entry) {
    try {
      var _ = log.save(entry);
    } catch (ApiException | io.micronaut.data.exceptions.DataAccessException e) {
      LOG.warn("A refused sign-in was not written to the operators' log: {}", e.getMessage());
    }
  }

  private static Optional<Noted> noted(HttpRequest<?> request) {
    return RequestContext.of(request).get(Noted.class);
  }

  private static String shortened(String text) {
    return text.substring(0, Math.min(text.length(), LONGEST));
  }
}
