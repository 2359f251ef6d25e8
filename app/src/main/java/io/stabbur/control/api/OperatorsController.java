package io.stabbur.control.api;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Patch;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.stabbur.control.operator.Operator;
import io.stabbur.control.operator.OperatorDesk;
import io.stabbur.control.operator.OperatorJournal;
import io.stabbur.control.operator.OperatorLogEntry;
import io.stabbur.control.operator.Role;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.platform.http.JsonFields;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// `/admin/v1/operators`: who may work on the appliance, and what they did. A session changes
/// nothing here without a code of the second factor; tokens and the command do without.
@Controller(ControlRoutes.OPERATORS)
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.OWNERS)
final class OperatorsController {
  private static final int MOST_ENTRIES = 1_000;

  private final OperatorDesk desk;
  private final InvitationLink link;
  private final SessionCode code;
  private final OperatorJournal journal;

  OperatorsController(
      OperatorDesk desk, InvitationLink link, SessionCode code, OperatorJournal journal) {
    this.desk = desk;
    this.link = link;
    this.code = code;
    this.journal = journal;
  }

  @Get
  @Secured(Role.AUDITORS)
  HttpResponse<?> list() {
    return JsonFields.answer(
        new JsonFields()
            .put("operators", JsonFields.array(desk.list(), each -> fields(each).json()))
            .json());
  }

  /// `{"email", "role", "password"?}`; without a password the answer has an invitation.
  @Post
  @Consumes("*/*")
  HttpResponse<?> create(HttpRequest<?> request, SignedIn by) {
    var form = Form.of(request, "email", "role", "password");
    journal.about(request, null, form.text("email"));
    var role = Role.of(form.text("role"));
    code.require(request, by);
    var made = desk.create(form.text("email"), role, form.optional("password"));
    return JsonFields.answer(
        HttpStatus.CREATED, invited(fields(made.operator()), made.invitation()));
  }

  /// The operator of an id or an address.
  @Get("/find")
  @Secured(Role.AUDITORS)
  HttpResponse<?> find(@QueryValue String operator) {
    return JsonFields.answer(fields(desk.find(operator)).json());
  }

  @Get("/log")
  @Secured(Role.AUDITORS)
  HttpResponse<?> log(SignedIn reader, @QueryValue Optional<Integer> limit) {
    var entries = desk.log(Math.clamp(limit.orElse(100), 1, MOST_ENTRIES));
    return JsonFields.answer(
        new JsonFields()
            .put("log", JsonFields.array(entries, each -> entry(each, reader.role())))
            .json());
  }

  /// `{"role"}`.
  @Patch("/{id}")
  @Consumes("*/*")
  HttpResponse<?> changeRole(UUID id, HttpRequest<?> request, SignedIn by) {
    var role = Role.of(Form.of(request, "role").text("role"));
    var known = known(request, id);
    code.require(request, by);
    return JsonFields.answer(fields(desk.changeRole(known, role)).json());
  }

  @Delete("/{id}")
  HttpResponse<?> remove(HttpRequest<?> request, SignedIn by, UUID id) {
    var known = known(request, id);
    code.require(request, by);
    desk.remove(known);
    return HttpResponse.noContent();
  }

  @Post("/{id}/reset-factor")
  @Consumes("*/*")
  HttpResponse<?> resetFactor(HttpRequest<?> request, SignedIn by, UUID id) {
    var known = known(request, id);
    code.require(request, by);
    return JsonFields.answer(fields(desk.resetFactor(by, known)).json());
  }

  @Post("/{id}/invite")
  @Consumes("*/*")
  HttpResponse<?> invite(HttpRequest<?> request, SignedIn by, UUID id) {
    var known = known(request, id);
    code.require(request, by);
    return JsonFields.answer(invited(new JsonFields(), desk.invite(by, known)));
  }

  /// The operator whom a change is about, which the journal is told.
  private UUID known(HttpRequest<?> request, UUID id) {
    journal.about(request, null, desk.find(id.toString()).email());
    return id;
  }

  private JsonNode invited(JsonFields fields, @Nullable String code) {
    return fields
        .put("invitation", code)
        .put("invitation_link", code == null ? null : link.of(code))
        .json();
  }

  private static JsonFields fields(Operator operator) {
    var lastSignIn = operator.lastSignInAt();
    return new JsonFields()
        .put("id", operator.id().toString())
        .put("email", operator.email())
        .put("role", operator.role().text())
        .put("has_password", operator.password() != null)
        .put("has_factor", operator.factor() != null)
        .put("created_at", operator.createdAt().toString())
        .put("last_sign_in_at", lastSignIn == null ? null : lastSignIn.toString());
  }

  private static JsonNode entry(OperatorLogEntry entry, Role reader) {
    var fields =
        new JsonFields()
            .put("at", entry.at().toString())
            .put("operator", entry.operator())
            .put("action", entry.actionFor(reader))
            .put("project", entry.project())
            .put("subject", entry.subjectFor(reader));
    var status = entry.status();
    return status == null ? fields.json() : fields.put("status", status).json();
  }
}
