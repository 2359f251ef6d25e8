package io.stabbur.auth.provider;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.auth.guard.RequestLimits;
import io.stabbur.auth.request.AuthRequests;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.Form;
import io.stabbur.auth.session.Replies;
import io.stabbur.identity.Caller;
import java.util.HashMap;

/// The way to providers and back, and the identities people add and remove.
@Controller("/auth/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
final class ProviderController {
  private final AuthRequests authRequests;
  private final RequestLimits limits;
  private final BrowserFlow flow;

  ProviderController(AuthRequests authRequests, RequestLimits limits, BrowserFlow flow) {
    this.authRequests = authRequests;
    this.limits = limits;
    this.flow = flow;
  }

  @Get("/authorize")
  HttpResponse<?> authorize(Caller caller, HttpRequest<?> request) {
    var authRequest = authRequests.of(caller, request);
    limits.take(authRequest, RequestLimits.Kind.SSO);
    return found(flow.start(authRequest, request.getParameters()));
  }

  @Get("/callback")
  HttpResponse<?> callback(Caller caller, HttpRequest<?> request) {
    var parameters = new HashMap<String, String>();
    request
        .getParameters()
        .forEach(entry -> parameters.put(entry.getKey(), String.join("", entry.getValue())));
    return flow.callback(authRequests.of(caller, request), parameters);
  }

  // wire: Apple comes back with a form
  @Post("/callback")
  @Consumes("*/*")
  HttpResponse<?> posted(Caller caller, HttpRequest<?> request, @Body byte @Nullable [] bytes) {
    return flow.callback(authRequests.of(caller, request), Form.fields(bytes));
  }

  @Get("/user/identities/authorize")
  HttpResponse<?> link(Caller caller, HttpRequest<?> request) {
    var url = flow.startLinking(authRequests.of(caller, request), request.getParameters());
    boolean stay =
        request.getParameters().getFirst("skip_http_redirect").filter("true"::equals).isPresent();
    return stay ? Replies.json(new Fields().put("url", url).node()) : found(url);
  }

  @Delete("/user/identities/{id}")
  HttpResponse<?> unlink(Caller caller, HttpRequest<?> request, String id) {
    flow.unlink(authRequests.of(caller, request), id);
    return Replies.empty();
  }

  private static HttpResponse<?> found(String url) {
    return HttpResponse.status(HttpStatus.FOUND).header("Location", url);
  }
}
