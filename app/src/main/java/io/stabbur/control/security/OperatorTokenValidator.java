package io.stabbur.control.security;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.token.validator.TokenValidator;
import io.stabbur.control.operator.OperatorAccess;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.platform.http.RequestContext;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/// Finds the operator of a token that a cookie or the header `Authorization` brings. Where the
/// control database does not answer nobody is found, and the refusal says why.
@Singleton
final class OperatorTokenValidator implements TokenValidator<HttpRequest<?>> {
  private static final Logger LOG = LoggerFactory.getLogger(OperatorTokenValidator.class);

  private final OperatorAccess access;
  private final Scheduler scheduler;

  OperatorTokenValidator(
      OperatorAccess access, @Named(TaskExecutors.BLOCKING) ExecutorService blocking) {
    this.access = access;
    this.scheduler = Schedulers.fromExecutorService(blocking);
  }

  @Override
  public Publisher<Authentication> validateToken(String token, @Nullable HttpRequest<?> asked) {
    var request = Objects.requireNonNull(asked);
    return Mono.fromCallable(() -> find(token, request))
        .flatMap(Mono::justOrEmpty)
        .subscribeOn(scheduler);
  }

  private Optional<Authentication> find(String token, HttpRequest<?> request) {
    try {
      return access.find(token).map(operator -> remember(operator, token, request));
    } catch (RuntimeException e) {
      LOG.warn("Operators cannot be looked up: {}", String.valueOf(e));
      RequestContext.of(request).put(Refusal.class, Refusal.UNAVAILABLE);
      return Optional.empty();
    }
  }

  private static Authentication remember(SignedIn operator, String token, HttpRequest<?> request) {
    var context = RequestContext.of(request);
    context.put(SignedIn.class, operator);
    context.put(Carrier.class, carrier(token, request));
    return Authentication.build(operator.email(), operator.rights());
  }

  private static Carrier carrier(String token, HttpRequest<?> request) {
    var header = request.getHeaders().get(HttpHeaders.AUTHORIZATION);
    return header != null && header.strip().endsWith(" " + token) ? Carrier.HEADER : Carrier.COOKIE;
  }
}
