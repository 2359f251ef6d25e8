package io.stabbur.console.expert;

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
import io.stabbur.console.page.Csv;
import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Refusals;
import io.stabbur.console.project.RecoveryPoints;
import io.stabbur.control.operator.Role;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.control.operator.StepUp;
import io.stabbur.operations.statement.OperatorStatements;
import io.stabbur.operations.statement.OperatorStatements.Done;
import io.stabbur.operations.statement.OperatorStatements.Outcome;
import io.stabbur.platform.db.Access;
import io.stabbur.project.Project;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// `/console/expert/statement`: one statement, read-only unless the form says otherwise and has the
/// project's name. Each needs a code of the second factor, whatever role it begins as: a statement
/// may assume any role that its login may, and so read secrets.
@Controller("/console/expert/statement")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.OPERATORS)
final class StatementController {
  private final ExpertPages expert;
  private final OperatorStatements statements;
  private final StepUp stepUp;
  private final RecoveryPoints points;

  StatementController(
      ExpertPages expert, OperatorStatements statements, StepUp stepUp, RecoveryPoints points) {
    this.expert = expert;
    this.statements = statements;
    this.stepUp = stepUp;
    this.points = points;
  }

  @Get
  HttpResponse<?> show(HttpRequest<?> request) {
    return expert.show(request, ExpertTool.STATEMENT, _ -> StatementPage.EMPTY);
  }

  @Post("/{project}/run")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> run(HttpRequest<?> request, SignedIn operator, String project, ConsoleForm form) {
    var known = expert.require(project);
    var frame = expert.frame(request, ExpertTool.STATEMENT);
    var access = form.text("write").isEmpty() ? Access.READ : Access.WRITE;
    var viewer = Viewers.of(form.text("role"), form.text("person"));
    boolean writes = access == Access.WRITE && !form.text("show").equals("plan");
    if (writes && !form.confirms(known.name())) {
      var wrong = frame.refused("expert.statement.confirm-wrong", "", "confirm");
      return answer(request, HttpStatus.BAD_REQUEST, wrong, known, page(form, null));
    }
    var refusal = Refusals.ofCode(stepUp.attempt(operator, form.text("code")));
    if (!refusal.isEmpty()) {
      var wrong = frame.refused(refusal, "", "code");
      return answer(request, HttpStatus.BAD_REQUEST, wrong, known, page(form, null));
    }
    var sql = form.raw("sql");
    if (writes) {
      points.before(known, "a statement");
    }
    return switch (form.text("show")) {
      case "file" ->
          file(request, known, form, statements.export(known, operator, viewer, access, sql));
      case "plan" -> plan(request, known, form, statements.plan(known, operator, viewer, sql));
      default -> shown(request, known, form, statements.run(known, operator, viewer, access, sql));
    };
  }

  /// The rows as a file; what was refused is told on the page.
  private HttpResponse<?> file(
      HttpRequest<?> request, Project project, ConsoleForm form, Outcome outcome) {
    if (outcome instanceof Done(var table, _) && !table.columns().isEmpty()) {
      var csv = new Csv(table.columns().toArray(String[]::new));
      for (var row : table.rows()) {
        csv.row(row.stream().map(each -> each == null ? "" : each).toArray(String[]::new));
      }
      return expert.file(
          csv, table.isCut() ? "first-" + table.rows().size() + "-rows.csv" : "rows.csv");
    }
    return shown(request, project, form, outcome);
  }

  private HttpResponse<?> shown(
      HttpRequest<?> request, Project project, ConsoleForm form, Outcome outcome) {
    var frame = expert.frame(request, ExpertTool.STATEMENT);
    return answer(request, OutcomeStatus.of(outcome), frame, project, page(form, outcome));
  }

  private HttpResponse<?> plan(
      HttpRequest<?> request, Project project, ConsoleForm form, Outcome outcome) {
    var step =
        outcome instanceof Done(var table, _) && !table.rows().isEmpty()
            ? Optional.ofNullable(table.rows().getFirst().getFirst()).flatMap(PlanStep::read)
            : Optional.<PlanStep>empty();
    var shown =
        new StatementPage(
            form.raw("sql"),
            form.text("role"),
            form.text("person"),
            step.isPresent() ? null : outcome,
            step.orElse(null));
    return answer(
        request,
        OutcomeStatus.of(outcome),
        expert.frame(request, ExpertTool.STATEMENT),
        project,
        shown);
  }

  private static StatementPage page(ConsoleForm form, @Nullable Outcome outcome) {
    return new StatementPage(
        form.raw("sql"), form.text("role"), form.text("person"), outcome, null);
  }

  private HttpResponse<?> answer(
      HttpRequest<?> request, HttpStatus status, Frame frame, Project project, StatementPage page) {
    return expert.answer(
        request, status, frame, ExpertTool.STATEMENT, "expert/statement", project, page);
  }
}
