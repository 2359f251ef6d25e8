package io.stabbur.console.account;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.stabbur.console.form.ConsoleForm;
import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Frames;
import io.stabbur.console.page.Pages;
import io.stabbur.console.page.Section;
import io.stabbur.control.operator.OwnAccount;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Refused;

/// `/console/second-factor`: sets up the app whose codes are asked for at the sign-in.
@Controller("/console/second-factor")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(SignedIn.SELF)
final class SecondFactorController {
  private final OwnAccount account;
  private final Pages pages;
  private final Frames frames;

  SecondFactorController(OwnAccount account, Pages pages, Frames frames) {
    this.account = account;
    this.pages = pages;
    this.frames = frames;
  }

  @Get
  HttpResponse<?> show(HttpRequest<?> request) {
    return pages.show(
        request, "second-factor", new SecondFactorPage(frame(request), null, QrPicture.NONE));
  }

  /// Makes a secret and shows it, this once.
  @Post
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> begin(HttpRequest<?> request, SignedIn operator) {
    try {
      var made = account.beginFactor(operator);
      var page = new SecondFactorPage(frame(request), made.secret(), QrPicture.of(made.uri()));
      return pages.show(request, "second-factor", page);
    } catch (ApiException e) {
      return refused(request, e, "error.factor_exists", "");
    }
  }

  @Post("/confirm")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> confirm(HttpRequest<?> request, SignedIn operator, ConsoleForm form) {
    try {
      account.confirmFactor(operator, form.text("code"));
      return pages.go(frames.at("?done=second-factor"));
    } catch (ApiException e) {
      return refused(request, e, "second-factor.wrong", "code");
    }
  }

  private HttpResponse<?> refused(
      HttpRequest<?> request, ApiException refusal, String key, String field) {
    if (!(refusal.error() instanceof Refused)) {
      throw refusal;
    }
    var page = new SecondFactorPage(frame(request).refused(key, "", field), null, QrPicture.NONE);
    return pages.show(request, HttpStatus.BAD_REQUEST, "second-factor", page);
  }

  private Frame frame(HttpRequest<?> request) {
    return frames.of(request, Section.NONE, "second-factor.title");
  }
}
