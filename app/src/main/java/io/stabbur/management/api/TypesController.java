package io.stabbur.management.api;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.stabbur.data.TypeScriptTypes;
import io.stabbur.management.Developer;
import io.stabbur.platform.http.JsonFields;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/// Types of a project's schemas for TypeScript.
@Controller("/v1/projects/{ref}/types")
@ExecuteOn(TaskExecutors.BLOCKING)
final class TypesController {
  private static final int MOST_SCHEMAS = 100;

  private final TypeScriptTypes types;

  TypesController(TypeScriptTypes types) {
    this.types = types;
  }

  @Get("/typescript")
  HttpResponse<?> typescript(
      Developer developer,
      String ref,
      @QueryValue("included_schemas") Optional<String> includedSchemas) {
    var names = List.of(includedSchemas.orElse("public").split(","));
    var schemas = new LinkedHashSet<String>();
    names.stream().map(String::strip).limit(MOST_SCHEMAS).forEach(schemas::add);
    return JsonFields.answer(
        new JsonFields().put("types", types.of(developer.project(), schemas)).json());
  }
}
