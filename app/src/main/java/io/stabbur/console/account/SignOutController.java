package io.stabbur.console.account;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.stabbur.console.page.Frames;
import io.stabbur.console.page.Pages;
import io.stabbur.control.api.SessionCookie;
import io.stabbur.control.operator.SignIn;
import io.stabbur.control.operator.SignedIn;

/// `/console/sign-out`: ends the session, everywhere.
@Controller("/console/sign-out")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(SignedIn.SELF)
final class SignOutController {
  private final SignIn signIn;
  private final SessionCookie cookie;
  private final Pages pages;
  private final Frames frames;

  SignOutController(SignIn signIn, SessionCookie cookie, Pages pages, Frames frames) {
    this.signIn = signIn;
    this.cookie = cookie;
    this.pages = pages;
    this.frames = frames;
  }

  @Post
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> end(SignedIn operator) {
    signIn.end(operator);
    return pages.go(frames.at("/sign-in?done=signed-out")).cookie(cookie.none());
  }
}
