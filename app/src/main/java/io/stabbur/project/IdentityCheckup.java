package io.stabbur.project;

import jakarta.inject.Singleton;

/// Whether keys, tokens, jobs or calls sleep since they came with the dump of another database.
@Singleton
final class IdentityCheckup implements Checkup {
  @Override
  public String name() {
    return "identity";
  }

  @Override
  public Result check(Project project) {
    if (!project.settings().prepare()) {
      return Result.well("the database is not prepared by Stabbur, so its keys are in files alone");
    }
    var asleep = ProjectIdentity.asleep(project);
    return asleep.isEmpty()
        ? Result.well("every key, token and job is this database's own")
        : Result.problem(
            "%d keys and tokens and %d jobs and calls came with the dump of another database and are asleep; `stabbur keys confirm` lets keys and tokens count, with --jobs the rest, `stabbur keys revoke` ends one"
                .formatted(asleep.credentials(), asleep.work()));
  }
}
