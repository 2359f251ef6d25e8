package io.stabbur.functions.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Head;
import io.micronaut.http.annotation.Options;
import io.micronaut.http.annotation.Patch;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.Put;
import io.stabbur.identity.Caller;
import java.util.concurrent.CompletionStage;

/// `/functions/v1/NAME` and everything below it. Runs on the event loop: what may take time is
/// moved to a virtual thread by [Invocations].
@Controller("/functions/v1")
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class InvocationController {
  private static final String ROOT = "/{name}";
  private static final String BELOW = "/{name}/{+rest}";
  private final Invocations invocations;

  InvocationController(Invocations invocations) {
    this.invocations = invocations;
  }

  @Get(
      uris = {ROOT, BELOW},
      headRoute = false)
  CompletionStage<MutableHttpResponse<?>> get(HttpRequest<?> request, Caller caller) {
    return invocations.call(request, caller);
  }

  @Head(uris = {ROOT, BELOW})
  CompletionStage<MutableHttpResponse<?>> head(HttpRequest<?> request, Caller caller) {
    return invocations.call(request, caller);
  }

  @Post(uris = {ROOT, BELOW})
  CompletionStage<MutableHttpResponse<?>> post(HttpRequest<?> request, Caller caller) {
    return invocations.call(request, caller);
  }

  @Put(uris = {ROOT, BELOW})
  CompletionStage<MutableHttpResponse<?>> put(HttpRequest<?> request, Caller caller) {
    return invocations.call(request, caller);
  }

  @Patch(uris = {ROOT, BELOW})
  CompletionStage<MutableHttpResponse<?>> patch(HttpRequest<?> request, Caller caller) {
    return invocations.call(request, caller);
  }

  @Delete(uris = {ROOT, BELOW})
  CompletionStage<MutableHttpResponse<?>> delete(HttpRequest<?> request, Caller caller) {
    return invocations.call(request, caller);
  }

  @Options(uris = {ROOT, BELOW})
  CompletionStage<MutableHttpResponse<?>> options(HttpRequest<?> request, Caller caller) {
    return invocations.call(request, caller);
  }
}
