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
import io.stabbur.console.page.Refusals;
import io.stabbur.console.page.Section;
import io.stabbur.control.ControlError;
import io.stabbur.control.api.SessionCookie;
import io.stabbur.control.operator.OwnAccount;
import io.stabbur.control.operator.Role;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.control.operator.StepUp;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.error.Refused;
import io.stabbur.platform.sql.Uuids;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// `/console/account`: one's own password, and programs that act in one's name.
@Controller("/console/account")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.AUDITORS)
final class AccountController {
  private final OwnAccount account;
  private final StepUp stepUp;
  private final SessionCookie cookie;
  private final Pages pages;
  private final Frames frames;

  AccountController(
      OwnAccount account, StepUp stepUp, SessionCookie cookie, Pages pages, Frames frames) {
    this.account = account;
    this.stepUp = stepUp;
    this.cookie = cookie;
    this.pages = pages;
    this.frames = frames;
  }

  @Get
  HttpResponse<?> show(HttpRequest<?> request, SignedIn operator) {
    return pages.show(request, "account", page(request, operator, null));
  }

  /// Sets another password, which ends all sessions.
  @Post("/password")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> changePassword(HttpRequest<?> request, SignedIn operator, ConsoleForm form) {
    try {
      account.changePassword(operator, form.raw("current"), form.raw("password"));
      return pages.go(frames.at("/sign-in?done=password-set")).cookie(cookie.none());
    } catch (ApiException e) {
      return switch (e.error()) {
        case Refused wrong when wrong.code().equals(ControlError.PASSWORD) ->
            refused(request, operator, "error.password_length", "password");
        case Failure.Forbidden _ -> refused(request, operator, "account.wrong", "current");
        default -> throw e;
      };
    }
  }

  /// Lets a program in, with the present password and a code of the second factor, and shows its
  /// text this once.
  @Post("/programs")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> letIn(HttpRequest<?> request, SignedIn operator, ConsoleForm form) {
    var refusal = Refusals.ofCode(stepUp.attempt(operator, form.text("code")));
    if (!refusal.isEmpty()) {
      return refused(request, operator, refusal, "code");
    }
    try {
      var made = account.createToken(operator, form.raw("present"), form.text("name"), null);
      return pages.show(request, "account", page(request, operator, made.text().reveal()));
    } catch (ApiException e) {
      return switch (e.error()) {
        case Refused wrong when wrong.code().equals(ControlError.NAME) ->
            refused(request, operator, "account.name-wrong", "name");
        case Failure.Forbidden _ -> refused(request, operator, "account.wrong", "present");
        default -> throw e;
      };
    }
  }

  @Post("/programs/{id}/end")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> shutOut(SignedIn operator, String id) {
    account.revokeToken(operator, uuid(id));
    return pages.go(frames.at("/account?done=program-ended"));
  }

  private HttpResponse<?> refused(
      HttpRequest<?> request, SignedIn operator, String key, String field) {
    var shown = page(request, operator, null);
    var page = new AccountPage(shown.frame().refused(key, "", field), shown.programs(), null);
    return pages.show(request, HttpStatus.BAD_REQUEST, "account", page);
  }

  private AccountPage page(HttpRequest<?> request, SignedIn operator, @Nullable String made) {
    Frame frame = frames.of(request, Section.ACCOUNT, "account.title");
    return new AccountPage(frame, account.tokens(operator), made);
  }

  private static UUID uuid(String text) {
    return Uuids.parse(text)
        .orElseThrow(() -> new ApiException(new Failure.NoSuchRoute("/programs/" + text)));
  }
}
