package io.stabbur.console.expert;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.stabbur.control.operator.Role;
import io.stabbur.control.operator.SignedIn;

/// `/console/expert/functions/NAME/live`: new lines of a function's log.
@Controller("/console/expert/functions")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.OPERATORS)
final class LiveLogController {
  private final ExpertPages expert;
  private final FunctionPages functions;
  private final LiveLines live;

  LiveLogController(ExpertPages expert, FunctionPages functions, LiveLines live) {
    this.expert = expert;
    this.functions = functions;
    this.live = live;
  }

  /// @param after the last line that the page shows
  @Get("/{slug}/live")
  @Produces(MediaType.ALL)
  HttpResponse<?> live(
      HttpRequest<?> request,
      SignedIn operator,
      String slug,
      @QueryValue(defaultValue = "0") long after)
      throws InterruptedException {
    var frame = expert.frame(request, ExpertTool.FUNCTIONS);
    return FunctionPages.found(
        () -> {
          var log = functions.log(expert.chosen(request), operator, slug);
          return live.answer(request, frame, after, log);
        });
  }
}
