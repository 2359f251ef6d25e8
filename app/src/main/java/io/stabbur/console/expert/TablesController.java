package io.stabbur.console.expert;

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
import io.stabbur.console.form.ConsoleForm;
import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Refusals;
import io.stabbur.console.project.RecoveryPoints;
import io.stabbur.control.operator.Role;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.control.operator.StepUp;
import io.stabbur.operations.statement.OperatorStatements;
import io.stabbur.operations.statement.OperatorStatements.Done;
import io.stabbur.operations.statement.OperatorStatements.Outcome;
import io.stabbur.operations.statement.RowFilter;
import io.stabbur.operations.statement.RowForm;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.project.Project;
import java.util.LinkedHashMap;
import java.util.List;

/// `/console/expert/tables`: what is in the tables, as a role or as a person sees and changes it.
@Controller("/console/expert/tables")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.OPERATORS)
final class TablesController {
  private static final int LAST = 100_000;

  private final ExpertPages expert;
  private final OperatorStatements statements;
  private final StepUp stepUp;
  private final RecoveryPoints points;

  TablesController(
      ExpertPages expert, OperatorStatements statements, StepUp stepUp, RecoveryPoints points) {
    this.expert = expert;
    this.statements = statements;
    this.stepUp = stepUp;
    this.points = points;
  }

  @Get
  HttpResponse<?> all(HttpRequest<?> request) {
    return expert.show(request, ExpertTool.TABLES, statements::relations);
  }

  @Get("/{schema}/{table}")
  HttpResponse<?> one(
      HttpRequest<?> request,
      SignedIn operator,
      String schema,
      String table,
      @QueryValue(defaultValue = "service_role") String as,
      @QueryValue(defaultValue = "") String person,
      @QueryValue(defaultValue = "") String column,
      @QueryValue(defaultValue = "is") String test,
      @QueryValue(defaultValue = "") String value,
      @QueryValue(defaultValue = "0") int page) {
    var viewer = Viewers.ofApi(as, person.strip());
    var filter = filter(column, test, value);
    int shown = Math.clamp(page, 0, LAST);
    return expert.show(
        request,
        ExpertTool.TABLES,
        "expert/table",
        project -> {
          require(project, schema, table);
          var columns = statements.columns(project, schema, table);
          requireColumn(filter, columns);
          var outcome = statements.rows(project, operator, viewer, schema, table, filter, shown);
          var key = statements.key(project, schema, table);
          return new TablePage(
              schema, table, as, person.strip(), filter, columns, shown, key, outcome);
        });
  }

  private static RowFilter filter(String column, String test, String value) {
    if (column.isEmpty()) {
      return RowFilter.NONE;
    }
    var known =
        RowFilter.Test.of(test).orElseThrow(() -> new ApiException(new Failure.Malformed("test")));
    if (value.length() > RowFilter.LONGEST) {
      throw new ApiException(new Failure.Malformed("value"));
    }
    return new RowFilter(column, known, value);
  }

  private static void requireColumn(RowFilter filter, List<String> columns) {
    if (!filter.isNone() && !columns.contains(filter.column())) {
      throw new ApiException(new Failure.Malformed("column"));
    }
  }

  /// One row in a form.
  @Post("/{project}/{schema}/{table}/row")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> row(
      HttpRequest<?> request,
      SignedIn operator,
      String project,
      String schema,
      String table,
      ConsoleForm form) {
    var known = expert.require(project);
    var shown = find(known, operator, place(known, schema, table, form), form);
    return answer(request, status(shown), expert.frame(request, ExpertTool.TABLES), known, shown);
  }

  /// Changes a row as the role or the person, whose policies decide, once the table's name was
  /// written, after a code of the operator's own.
  @Post("/{project}/{schema}/{table}/change")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> change(
      HttpRequest<?> request,
      SignedIn operator,
      String project,
      String schema,
      String table,
      ConsoleForm form) {
    var known = expert.require(project);
    var place = place(known, schema, table, form);
    var frame = expert.frame(request, ExpertTool.TABLES);
    var shown = find(known, operator, place, form);
    if (shown.fields().isEmpty()) {
      return answer(request, status(shown), frame, known, shown);
    }
    if (!form.text("columns").equals(shown.columns())) {
      return answer(
          request, HttpStatus.CONFLICT, frame.refused("expert.row.columns", "", ""), known, shown);
    }
    var given = shown.with(form);
    if (given.changes().isEmpty()) {
      return answer(
          request,
          HttpStatus.UNPROCESSABLE_ENTITY,
          frame.refused("expert.row.same", "", ""),
          known,
          given);
    }
    if (!form.confirms(given.asked())) {
      return answer(
          request,
          HttpStatus.BAD_REQUEST,
          frame.refused("expert.row.confirm-wrong", "", "confirm"),
          known,
          given);
    }
    var refusal = Refusals.ofCode(stepUp.attempt(operator, form.text("code")));
    if (!refusal.isEmpty()) {
      return answer(
          request, HttpStatus.BAD_REQUEST, frame.refused(refusal, "", "code"), known, given);
    }
    var viewer = Viewers.ofApi(form.text("as"), form.text("person"));
    points.before(known, "a row was changed");
    var outcome =
        statements.change(
            known, operator, viewer, new RowForm(place, given.version(), given.changes()));
    return switch (outcome) {
      case Done(var changed, _) when changed.changed() > 0 ->
          expert.go(known, given.table(), "row-changed" + given.viewer());
      case Done _ ->
          answer(
              request, HttpStatus.CONFLICT, frame.refused("expert.row.none", "", ""), known, given);
      default -> answer(request, OutcomeStatus.of(outcome), frame, known, given.refused(outcome));
    };
  }

  private RowPage find(Project project, SignedIn operator, RowForm.Place place, ConsoleForm form) {
    var viewer = Viewers.ofApi(form.text("as"), form.text("person"));
    var outcome = statements.row(project, operator, viewer, place);
    return RowPage.of(place, form.text("as"), form.text("person"), outcome);
  }

  /// Of a row that was looked for: the key of one that is not there, or not to be seen, names none.
  private static HttpStatus status(RowPage found) {
    return switch (found.outcome()) {
      case null -> HttpStatus.OK;
      case Done _ -> HttpStatus.NOT_FOUND;
      case Outcome refused -> OutcomeStatus.of(refused);
    };
  }

  private HttpResponse<?> answer(
      HttpRequest<?> request, HttpStatus status, Frame frame, Project project, RowPage shown) {
    return expert.answer(request, status, frame, ExpertTool.TABLES, "expert/row", project, shown);
  }

  /// The row that a form names by its key.
  private RowForm.Place place(Project project, String schema, String table, ConsoleForm form) {
    require(project, schema, table);
    var key = new LinkedHashMap<String, String>();
    var columns = statements.key(project, schema, table);
    for (int i = 0; i < columns.size(); i++) {
      key.put(columns.get(i), form.raw("key-" + i));
    }
    if (key.isEmpty()) {
      throw new ApiException(new Failure.Malformed("key"));
    }
    return new RowForm.Place(schema, table, key);
  }

  private void require(Project project, String schema, String table) {
    if (statements.relations(project).stream()
        .noneMatch(each -> each.schema().equals(schema) && each.name().equals(table))) {
      throw new ApiException(new Failure.NoSuchRoute("/tables/" + table));
    }
  }
}
