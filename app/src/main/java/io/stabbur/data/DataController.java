package io.stabbur.data;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
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
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.identity.Caller;

/// All routes of the data API; what a path means is decided by the request parser, for tables come and go.
@Controller("${stabbur.data.path:/rest/v1}")
@ExecuteOn(TaskExecutors.BLOCKING)
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class DataController {
  private final DataApi api;
  private final HttpWords words;

  DataController(DataApi api, DataSettings settings) {
    this.api = api;
    this.words = new HttpWords(settings);
  }

  @Get("{/path:.*}")
  HttpResponse<?> get(HttpRequest<?> request, Caller caller) {
    return answer(request, caller, null);
  }

  @Head("{/path:.*}")
  HttpResponse<?> head(HttpRequest<?> request, Caller caller) {
    return answer(request, caller, null);
  }

  @Options("{/path:.*}")
  HttpResponse<?> options(HttpRequest<?> request, Caller caller) {
    return answer(request, caller, null);
  }

  @Post("{/path:.*}")
  HttpResponse<?> post(HttpRequest<?> request, Caller caller, @Body byte @Nullable [] body) {
    return answer(request, caller, body);
  }

  @Patch("{/path:.*}")
  HttpResponse<?> patch(HttpRequest<?> request, Caller caller, @Body byte @Nullable [] body) {
    return answer(request, caller, body);
  }

  @Put("{/path:.*}")
  HttpResponse<?> put(HttpRequest<?> request, Caller caller, @Body byte @Nullable [] body) {
    return answer(request, caller, body);
  }

  @Delete("{/path:.*}")
  HttpResponse<?> delete(HttpRequest<?> request, Caller caller, @Body byte @Nullable [] body) {
    return answer(request, caller, body);
  }

  private HttpResponse<?> answer(HttpRequest<?> request, Caller caller, byte @Nullable [] body) {
    var watch = new Stopwatch(HttpWords.start(request));
    return words.response(request, api.answer(words.incoming(request, body), caller, watch));
  }
}
