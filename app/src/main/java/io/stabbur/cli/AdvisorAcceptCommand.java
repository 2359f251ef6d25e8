package io.stabbur.cli;

import io.stabbur.platform.error.StartFailure;
import java.time.LocalDate;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stabbur advisor accept`: prints the migration by which a finding may stay.
@Command(
    name = "accept",
    description = "Print the SQL by which a finding is accepted, for a migration.")
final class AdvisorAcceptCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FINDING", description = "The key that `stabbur advisor` prints.")
  String finding = "";

  @Option(names = "--because", required = true, description = "Why it may stay.")
  String because = "";

  @Option(names = "--until", description = "The last day, such as 2027-06-30 (default: for good).")
  @Nullable LocalDate until;

  @Override
  public Integer call() {
    if (because.isBlank()) {
      throw new StartFailure("--because is empty; say why the finding may stay.");
    }
    System.out.printf(
        Locale.ROOT,
        "insert into stabbur.accepted_findings (finding, because, until) values (%s, %s, %s)%n"
            + "  on conflict (finding) do update set because = excluded.because, until = excluded.until;%n",
        literal(finding),
        literal(because),
        until == null ? "null" : literal(until.toString()));
    return 0;
  }

  private static String literal(String text) {
    return '\'' + text.replace("'", "''") + '\'';
  }
}
