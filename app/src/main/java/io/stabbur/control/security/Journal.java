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
import io.stabbur.control.operator.OperatorJournal;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.platform.http.RequestContext;
import java.util.Set;

/// Writes down what operators change, before it is done, and how it ended.
@ServerFilter({"/admin/**", "/alerts/**", "/console/**"})
final class Journal implements Ordered {
  private static final Set<HttpMethod> READING =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  private final OperatorJournal journal;

  Journal(OperatorJournal journal) {
    this.journal = journal;
  }

  @Override
  public int getOrder() {
    return ServerFilterPhase.SECURITY.after();
  }

  @RequestFilter
  @ExecuteOn(TaskExecutors.BLOCKING)
  void begin(HttpRequest<?> request) {
    RequestContext.of(request)
        .get(SignedIn.class)
        .filter(_ -> !READING.contains(request.getMethod()))
        .ifPresent(operator -> journal.begin(request, operator));
  }

  @ResponseFilter
  @ExecuteOn(TaskExecutors.BLOCKING)
  void end(HttpRequest<?> request, MutableHttpResponse<?> response) {
    journal.end(request, response.code());
  }
}
