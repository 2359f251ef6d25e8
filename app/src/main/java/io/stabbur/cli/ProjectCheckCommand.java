package io.stabbur.cli;

import io.stabbur.platform.config.Secret;
import io.stabbur.project.DatabaseCheck;
import io.stabbur.project.DatabaseUrl;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `stabbur project check URL`: whether a Postgres can become a project's, and what it lacks.
@Command(
    name = "check",
    description =
        "Say which right, extension or setting a Postgres lacks, and what works without it. Reads"
            + " only; exit code 1 where a project could not be opened.")
final class ProjectCheckCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "URL",
      description =
          "postgresql://user:password@host:port/name; the password may come from PGPASSWORD.")
  String url = "";

  @Override
  public Integer call() {
    var findings = DatabaseCheck.of(withPassword(DatabaseUrl.parse(url)));
    boolean opens = true;
    for (var finding : findings) {
      opens &= finding.weight() != DatabaseCheck.Weight.MISSING;
      System.out.println(
          switch (finding.weight()) {
            case FINE -> "ok       " + finding.words();
            case LACKING -> "lacking  " + finding.words();
            case MISSING -> "MISSING  " + finding.words();
          });
    }
    return opens ? 0 : 1;
  }

  private static DatabaseUrl withPassword(DatabaseUrl given) {
    var password = Variables.all().get("PGPASSWORD");
    return given.password() == null && password != null
        ? new DatabaseUrl(given.jdbc(), given.user(), Secret.of(password))
        : given;
  }
}
