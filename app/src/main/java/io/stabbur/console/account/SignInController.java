package io.stabbur.console.account;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.stabbur.console.form.ConsoleForm;
import io.stabbur.console.page.Frames;
import io.stabbur.console.page.PagePath;
import io.stabbur.console.page.Pages;
import io.stabbur.console.page.Section;
import io.stabbur.control.api.SessionCookie;
import io.stabbur.control.operator.SignIn;
import io.stabbur.identity.ClientAddress;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import java.util.Optional;

/// `/console/sign-in`: password and code.
@Controller("/console/sign-in")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(SecurityRule.IS_ANONYMOUS)
final class SignInController {
  private final SignIn signIn;
  private final SessionCookie cookie;
  private final ClientAddress addresses;
  private final Pages pages;
  private final Frames frames;

  SignInController(
      SignIn signIn, SessionCookie cookie, ClientAddress addresses, Pages pages, Frames frames) {
    this.signIn = signIn;
    this.cookie = cookie;
    this.addresses = addresses;
    this.pages = pages;
    this.frames = frames;
  }

  @Get
  HttpResponse<?> show(HttpRequest<?> request, @QueryValue Optional<String> next) {
    var frame = frames.of(request, Section.NONE, "sign-in.title");
    return pages.show(request, "sign-in", new SignInPage(frame, "", PagePath.of(next.orElse(""))));
  }

  @Post
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> begin(HttpRequest<?> request, ConsoleForm form) {
    try {
      var outcome =
          signIn.begin(
              form.text("email"),
              form.raw("password"),
              form.text("code"),
              addresses.network(request));
      return switch (outcome) {
        case SignIn.Begun begun ->
            pages.go(frames.at(PagePath.of(form.text("next")))).cookie(cookie.of(begun));
        case SignIn.CodeNeeded _ ->
            again(request, form, HttpStatus.UNAUTHORIZED, "sign-in.code-needed", "code");
      };
    } catch (ApiException e) {
      return switch (e.error()) {
        case Failure.Unauthenticated _ ->
            again(request, form, HttpStatus.UNAUTHORIZED, "sign-in.wrong", "password");
        case Failure.Crowded _ ->
            again(request, form, HttpStatus.TOO_MANY_REQUESTS, "sign-in.crowded", "");
        default -> throw e;
      };
    }
  }

  private HttpResponse<?> again(
      HttpRequest<?> request, ConsoleForm form, HttpStatus status, String key, String field) {
    var frame = frames.of(request, Section.NONE, "sign-in.title").refused(key, "", field);
    var page = new SignInPage(frame, form.text("email"), PagePath.of(form.text("next")));
    return pages.show(request, status, "sign-in", page);
  }
}
