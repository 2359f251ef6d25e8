package io.stabbur.data;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.ServerHttpRequest;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Options;
import io.micronaut.http.annotation.Patch;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.Put;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.identity.Caller;
import io.stabbur.platform.http.RequestContext;

/// All routes of the data API; what a path means is decided by the request parser, for tables come
/// and go.
@Controller("${stabbur.rest.path:/rest/v1}")
@ExecuteOn(TaskExecutors.BLOCKING)
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class DataController {
  private final DataApi api;
  private final HttpAdapter http;

  DataController(DataApi api, DataSettings settings) {
    this.api = api;
    this.http = new HttpAdapter(settings);
  }

  /// GET and HEAD, which the framework sends here too.
  @Get("{/path:.*}")
  HttpResponse<?> get(ServerHttpRequest<?> request, Caller caller) {
    return answer(request, caller);
  }

  @Options("{/path:.*}")
  HttpResponse<?> options(ServerHttpRequest<?> request, Caller caller) {
    return answer(request, caller);
  }

  @Post("{/path:.*}")
  HttpResponse<?> post(ServerHttpRequest<?> request, Caller caller) {
    return answer(request, caller);
  }

  @Patch("{/path:.*}")
  HttpResponse<?> patch(ServerHttpRequest<?> request, Caller caller) {
    return answer(request, caller);
  }

  @Put("{/path:.*}")
  HttpResponse<?> put(ServerHttpRequest<?> request, Caller caller) {
    return answer(request, caller);
  }

  @Delete("{/path:.*}")
  HttpResponse<?> delete(ServerHttpRequest<?> request, Caller caller) {
    return answer(request, caller);
  }

  private HttpResponse<?> answer(ServerHttpRequest<?> request, Caller caller) {
    var context = RequestContext.of(request);
    var watch = new Stopwatch(context.startNanos());
    var current = api.room(caller.project()).current();
    context.put(DataRules.class, current.rules());
    var reply = api.answer(current, http.incoming(request), caller, watch, context);
    return http.response(request, reply, current.rules());
  }
}
