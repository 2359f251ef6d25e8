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
import io.stabbur.console.page.Refusals;
import io.stabbur.console.page.Section;
import io.stabbur.control.api.InvitationLink;
import io.stabbur.control.operator.Operator;
import io.stabbur.control.operator.OperatorDesk;
import io.stabbur.control.operator.OperatorJournal;
import io.stabbur.control.operator.Role;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.control.operator.StepUp;
import io.stabbur.platform.error.ApiException;
import java.util.function.Supplier;

/// `/console/operators`: who works on this server, for owners to change, each time after a code of
/// their own.
@Controller("/console/operators")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.OWNERS)
final class OperatorPageController {
  private final OperatorDesk desk;
  private final InvitationLink link;
  private final StepUp stepUp;
  private final OperatorJournal journal;
  private final Pages pages;
  private final Frames frames;

  OperatorPageController(
      OperatorDesk desk,
      InvitationLink link,
      StepUp stepUp,
      OperatorJournal journal,
      Pages pages,
      Frames frames) {
    this.desk = desk;
    this.link = link;
    this.stepUp = stepUp;
    this.journal = journal;
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
  HttpResponse<?> invite(HttpRequest<?> request, SignedIn by, ConsoleForm form) {
    var email = form.text("email");
    journal.about(request, null, email);
    return attempt(
        request,
        email,
        "new-code",
        () -> {
          var role = Role.of(form.text("role"));
          stepUp.require(by, form.text("code"));
          var made = desk.create(email, role, null);
          return linked(request, made.operator().email(), String.valueOf(made.invitation()));
        });
  }

  @Post("/{operator}/invite")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> inviteAgain(
      HttpRequest<?> request, SignedIn by, String operator, ConsoleForm form) {
    var known = known(request, operator);
    return attempt(
        request,
        "",
        "invite-code-" + known.id(),
        () -> {
          stepUp.require(by, form.text("code"));
          return linked(request, known.email(), desk.invite(by, known.id()));
        });
  }

  @Post("/{operator}/role")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> changeRole(
      HttpRequest<?> request, SignedIn by, String operator, ConsoleForm form) {
    var known = known(request, operator);
    return attempt(
        request,
        "",
        "role-code-" + known.id(),
        () -> {
          var role = Role.of(form.text("role"));
          stepUp.require(by, form.text("code"));
          var _ = desk.changeRole(known.id(), role);
          return pages.go(frames.at("/operators?done=role"));
        });
  }

  @Post("/{operator}/reset-factor")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> resetFactor(
      HttpRequest<?> request, SignedIn by, String operator, ConsoleForm form) {
    var known = known(request, operator);
    return attempt(
        request,
        "",
        "reset-code-" + known.id(),
        () -> {
          stepUp.require(by, form.text("code"));
          var _ = desk.resetFactor(by, known.id());
          return pages.go(frames.at("/operators?done=factor-reset"));
        });
  }

  /// Removes an operator whose address was written once more.
  @Post("/{operator}/remove")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> remove(HttpRequest<?> request, SignedIn by, String operator, ConsoleForm form) {
    var known = known(request, operator);
    if (!form.text("confirm").equalsIgnoreCase(known.email())) {
      return refused(
          request,
          "",
          frame(request).refused("operators.confirm-wrong", "", "confirm-" + known.id()));
    }
    return attempt(
        request,
        "",
        "remove-code-" + known.id(),
        () -> {
          stepUp.require(by, form.text("code"));
          desk.remove(known.id());
          return pages.go(frames.at("/operators?done=operator-removed"));
        });
  }

  private HttpResponse<?> linked(HttpRequest<?> request, String email, String invitation) {
    var made = new OperatorsPage.Link(email, link.of(invitation));
    return pages.show(
        request, "operators", new OperatorsPage(frame(request), desk.list(), made, ""));
  }

  /// @param code the id of the field with the owner's code
  private HttpResponse<?> attempt(
      HttpRequest<?> request, String email, String code, Supplier<HttpResponse<?>> act) {
    try {
      return act.get();
    } catch (ApiException e) {
      Refusals.requireToldOnForms(e);
      var field = Refusals.field(e, code, email.isEmpty() ? "" : "email");
      return refused(request, email, frame(request).refused(e.error(), "operators.refused", field));
    }
  }

  private HttpResponse<?> refused(HttpRequest<?> request, String email, Frame frame) {
    return pages.show(
        request,
        HttpStatus.BAD_REQUEST,
        "operators",
        new OperatorsPage(frame, desk.list(), null, email));
  }

  /// The operator whom a form is about, which the journal is told.
  private Operator known(HttpRequest<?> request, String operator) {
    var known = desk.find(operator);
    journal.about(request, null, known.email());
    return known;
  }

  private Frame frame(HttpRequest<?> request) {
    return frames.of(request, Section.OPERATORS, "operators.title");
  }
}
