package io.stabbur.console.expert;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.stabbur.control.operator.Role;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.operations.statement.OperatorStatements;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.project.Project;

/// `/console/expert/tables`: what is in the tables, as a role or as a person sees it.
@Controller("/console/expert/tables")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.OPERATORS)
final class TablesController {
  private static final int LAST = 100_000;

  private final ExpertPages expert;
  private final OperatorStatements statements;

  TablesController(ExpertPages expert, OperatorStatements statements) {
    this.expert = expert;
    this.statements = statements;
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
      @QueryValue(defaultValue = "0") int page) {
    var viewer = Viewers.ofApi(as, person.strip());
    int shown = Math.clamp(page, 0, LAST);
    return expert.show(
        request,
        ExpertTool.TABLES,
        "expert/table",
        project -> {
          require(project, schema, table);
          var outcome = statements.rows(project, operator, viewer, schema, table, shown);
          return new TablePage(schema, table, as, person.strip(), shown, outcome);
        });
  }

  private void require(Project project, String schema, String table) {
    if (statements.relations(project).stream()
        .noneMatch(each -> each.schema().equals(schema) && each.name().equals(table))) {
      throw new ApiException(new Failure.NoSuchRoute("/tables/" + table));
    }
  }
}
