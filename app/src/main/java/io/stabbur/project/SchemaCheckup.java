package io.stabbur.project;

import jakarta.inject.Singleton;

/// Whether the database still has all of the internal schema, which others with rights in it may
/// take away.
@Singleton
final class SchemaCheckup implements Checkup {
  @Override
  public String name() {
    return "schema";
  }

  @Override
  public Result check(Project project) {
    if (!project.settings().prepare()) {
      return Result.well("the database is not prepared by Stabbur");
    }
    var missing = BaseWatch.of(project).found();
    return missing.isEmpty()
        ? Result.well("the internal schema is whole")
        : Result.problem(
            "parts of the internal schema are gone: %s; restart Stabbur to put them back"
                .formatted(BaseObjects.summary(missing)));
  }
}
