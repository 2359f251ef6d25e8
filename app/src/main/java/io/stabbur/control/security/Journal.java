package io.stabbur.control.security;

import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.filter.ServerFilterPhase;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.control.operator.OperatorLog;
import io.stabbur.control.operator.OperatorLogEntry;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.platform.http.RequestContext;
import java.time.Clock;
import java.util.Objects;
import java.util.Set;

/// Writes down what operators change, before it is done, and how it ended.
@ServerFilter({"/admin/**", "/alerts/**", "/console/**"})
final class Journal implements Ordered {
  private static final int LONGEST = 300;
  private static final Set<HttpMethod> READING =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  private final OperatorLog log;
  private final Clock clock;

  Journal(OperatorLog log, Clock clock) {
    this.log = log;
    this.clock = clock;
  }

  @Override
  public int getOrder() {
    return ServerFilterPhase.SECURITY.after();
  }

  /// The entry that belongs to a request.
  private record Noted(long entry) {}

  @RequestFilter
  @ExecuteOn(TaskExecutors.BLOCKING)
  void begin(HttpRequest<?> request) {
    var context = RequestContext.of(request);
    context
        .get(SignedIn.class)
        .filter(_ -> !READING.contains(request.getMethod()))
        .ifPresent(operator -> context.put(Noted.class, noted(operator, request)));
  }

  private Noted noted(SignedIn operator, HttpRequest<?> request) {
    var action = request.getMethodName() + " " + request.getPath();
    var entry =
        log.save(
            new OperatorLogEntry(
                null,
                clock.instant(),
                operator.email(),
                action.substring(0, Math.min(action.length(), LONGEST)),
                null));
    return new Noted(Objects.requireNonNull(entry.id()));
  }

  @ResponseFilter
  @ExecuteOn(TaskExecutors.BLOCKING)
  void end(HttpRequest<?> request, MutableHttpResponse<?> response) {
    RequestContext.of(request)
        .get(Noted.class)
        .ifPresent(noted -> log.end(noted.entry(), response.code()));
  }
}
