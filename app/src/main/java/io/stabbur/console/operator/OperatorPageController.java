package io.stabbur.console.operator;

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
import io.stabbur.control.api.InvitationLink;
import io.stabbur.control.operator.OperatorDesk;
import io.stabbur.control.operator.Role;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import java.util.function.Supplier;

/// `/console/operators`: who works on this server, for owners to change.
@Controller("/console/operators")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.OWNERS)
final class OperatorPageController {
  private final OperatorDesk desk;
  private final InvitationLink link;
  private final Pages pages;
  private final Frames frames;

  OperatorPageController(OperatorDesk desk, InvitationLink link, Pages pages, Frames frames) {
    this.desk = desk;
    this.link = link;
    this.pages = pages;
    this.frames = frames;
  }

  @Get
  @Secured(Role.AUDITORS)
  HttpResponse<?> show(HttpRequest<?> request) {
    return pages.show(
        request, "operators", new OperatorsPage(frame(request), desk.list(), null, ""));
  }

  /// Invites somebody, and shows the link this once.
  @Post
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> invite(HttpRequest<?> request, ConsoleForm form) {
    var email = form.text("email");
    return attempt(
        request,
        email,
        () -> {
          var made = desk.create(email, Role.of(form.text("role")), null);
          return linked(request, made.operator().email(), String.valueOf(made.invitation()));
        });
  }

  @Post("/{operator}/invite")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> inviteAgain(HttpRequest<?> request, SignedIn by, String operator) {
    var known = desk.find(operator);
    return linked(request, known.email(), desk.invite(by, known.id()));
  }

  @Post("/{operator}/role")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> changeRole(HttpRequest<?> request, String operator, ConsoleForm form) {
    var known = desk.find(operator);
    return attempt(
        request,
        "",
        () -> {
          var _ = desk.changeRole(known.id(), Role.of(form.text("role")));
          return pages.go(frames.at("/operators?done=role"));
        });
  }

  @Post("/{operator}/reset-factor")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> resetFactor(SignedIn by, String operator) {
    var _ = desk.resetFactor(by, desk.find(operator).id());
    return pages.go(frames.at("/operators?done=factor-reset"));
  }

  /// Removes an operator whose address was written once more.
  @Post("/{operator}/remove")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> remove(HttpRequest<?> request, String operator, ConsoleForm form) {
    var known = desk.find(operator);
    if (!form.text("confirm").equalsIgnoreCase(known.email())) {
      return refused(request, "", "operators.confirm-wrong", "", "confirm-" + known.id());
    }
    return attempt(
        request,
        "",
        () -> {
          desk.remove(known.id());
          return pages.go(frames.at("/operators?done=operator-removed"));
        });
  }

  private HttpResponse<?> linked(HttpRequest<?> request, String email, String invitation) {
    var made = new OperatorsPage.Link(email, link.of(invitation));
    return pages.show(
        request, "operators", new OperatorsPage(frame(request), desk.list(), made, ""));
  }

  private HttpResponse<?> attempt(
      HttpRequest<?> request, String email, Supplier<HttpResponse<?>> act) {
    try {
      return act.get();
    } catch (ApiException e) {
      if (e.error() instanceof Failure.Malformed(var what)) {
        return refused(request, email, "operators.refused", what, email.isEmpty() ? "" : "email");
      }
      throw e;
    }
  }

  private HttpResponse<?> refused(
      HttpRequest<?> request, String email, String key, String reason, String field) {
    var frame = frame(request).refused(key, reason, field);
    return pages.show(
        request,
        HttpStatus.BAD_REQUEST,
        "operators",
        new OperatorsPage(frame, desk.list(), null, email));
  }

  private Frame frame(HttpRequest<?> request) {
    return frames.of(request, Section.OPERATORS, "operators.title");
  }
}
