package io.stabbur.console.expert;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.stabbur.console.form.ConsoleForm;
import io.stabbur.control.operator.Role;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;

/// `/console/expert/functions`: versions, logs and the names of secrets; an earlier version is used
/// again.
@Controller("/console/expert/functions")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.OPERATORS)
final class FunctionsPageController {
  private static final int LONGEST = 200;
  private static final int MARK = 18;

  private final ExpertPages expert;
  private final FunctionPages functions;

  FunctionsPageController(ExpertPages expert, FunctionPages functions) {
    this.expert = expert;
    this.functions = functions;
  }

  @Get
  HttpResponse<?> all(HttpRequest<?> request) {
    return expert.show(request, ExpertTool.FUNCTIONS, functions::all);
  }

  @Get("/{slug}")
  HttpResponse<?> one(
      HttpRequest<?> request,
      SignedIn operator,
      String slug,
      @QueryValue(defaultValue = "") String text)
      throws InterruptedException {
    var wanted = text.substring(0, Math.min(text.length(), LONGEST));
    var mark = Crypto.randomText(MARK);
    return FunctionPages.found(
        () ->
            expert.showLive(
                request,
                ExpertTool.FUNCTIONS,
                "expert/function",
                mark,
                project -> functions.one(project, operator, slug, wanted, mark)));
  }

  @Post("/{project}/{slug}/roll-back")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> rollBack(String project, String slug, ConsoleForm form)
      throws InterruptedException {
    var known = expert.require(project);
    return FunctionPages.found(
        () -> {
          functions.rollBack(known, slug, version(form.text("version")));
          return expert.go(known, "/expert/functions/" + slug, "rolled-back");
        });
  }

  private static int version(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException _) {
      throw new ApiException(new Failure.Malformed("version"));
    }
  }
}
