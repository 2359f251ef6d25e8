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
import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Frames;
import io.stabbur.console.page.Pages;
import io.stabbur.console.page.Section;
import io.stabbur.control.ControlError;
import io.stabbur.control.api.InvitationLink;
import io.stabbur.control.operator.SignIn;
import io.stabbur.identity.ClientAddress;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.error.Refused;
import java.util.Optional;
import java.util.regex.Pattern;

/// `/console/invitation`: an invited operator, or the first owner, sets a password, once.
@Controller(InvitationLink.PAGE)
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(SecurityRule.IS_ANONYMOUS)
final class InvitationController {
  private static final Pattern CODE = Pattern.compile("[A-Za-z0-9_-]{16,64}");

  private final SignIn signIn;
  private final ClientAddress addresses;
  private final Pages pages;
  private final Frames frames;

  InvitationController(SignIn signIn, ClientAddress addresses, Pages pages, Frames frames) {
    this.signIn = signIn;
    this.addresses = addresses;
    this.pages = pages;
    this.frames = frames;
  }

  @Get
  HttpResponse<?> show(HttpRequest<?> request, @QueryValue Optional<String> code) {
    var given = wellFormed(code.orElse(""));
    if (given.isEmpty()) {
      return pages.show(request, "invitation", new InvitationPage(frame(request), "", "", ""));
    }
    return signIn
        .invited(given)
        .<HttpResponse<?>>map(
            email ->
                pages.show(
                    request, "invitation", new InvitationPage(frame(request), given, email, "")))
        .orElseGet(() -> over(request, HttpStatus.FORBIDDEN, "invitation.over"));
  }

  @Post
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> accept(HttpRequest<?> request, ConsoleForm form) {
    var email = form.text("email");
    try {
      signIn.accept(
          form.text("code"),
          email.isEmpty() ? null : email,
          form.raw("password"),
          addresses.network(request));
      return pages.go(frames.at("/sign-in?done=password-set"));
    } catch (ApiException e) {
      return switch (e.error()) {
        case Refused refused -> again(request, form, refused);
        case Failure.Crowded _ -> over(request, HttpStatus.TOO_MANY_REQUESTS, "sign-in.crowded");
        case Failure.Unauthenticated _, Failure.Forbidden _ ->
            over(request, HttpStatus.FORBIDDEN, "invitation.over");
        default -> throw e;
      };
    }
  }

  /// What was wrong is the address, or the password.
  private HttpResponse<?> again(HttpRequest<?> request, ConsoleForm form, Refused refused) {
    var frame =
        refused.code().equals(ControlError.PASSWORD)
            ? frame(request).refused("error.password_length", "", "password")
            : frame(request).refused("invitation.address", "", "email");
    var code = wellFormed(form.text("code"));
    var invited = signIn.invited(code).orElse("");
    var page = new InvitationPage(frame, code, invited, form.text("email"));
    return pages.show(request, HttpStatus.BAD_REQUEST, "invitation", page);
  }

  private HttpResponse<?> over(HttpRequest<?> request, HttpStatus status, String key) {
    var page = new InvitationPage(frame(request).refused(key, "", ""), "", "", "");
    return pages.show(request, status, "invitation", page);
  }

  private Frame frame(HttpRequest<?> request) {
    return frames.of(request, Section.NONE, "invitation.title");
  }

  private static String wellFormed(String code) {
    return CODE.matcher(code).matches() ? code : "";
  }
}
