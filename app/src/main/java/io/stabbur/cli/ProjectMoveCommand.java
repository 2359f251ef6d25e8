package io.stabbur.cli;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.moving.Plan;
import io.stabbur.moving.Relocation;
import io.stabbur.moving.Switch;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.project.ClientPrograms;
import io.stabbur.project.DatabaseUrl;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stabbur project move`: a project's database to another Postgres while it is served.
@Command(
    name = "move",
    description =
        "Move a project's database to another Postgres while it is served: keys, accounts, files'"
            + " rows and everything else come over, writes wait for a moment, then all processes"
            + " use the new one. An interrupted move goes on when it is run again.")
final class ProjectMoveCommand implements Callable<Integer> {
  private static final int ASKED = 60;
  private static final Duration AGAIN = Duration.ofSeconds(1);

  @Mixin RunningServer server = new RunningServer();

  @Parameters(paramLabel = "NAME", description = "The project.")
  String name = "";

  @ArgGroup(multiplicity = "1")
  Way way = new Way();

  @Option(
      names = "--dry-run",
      description =
          "Print what would move, how, and what stands in the way. The target gets the schemas of a"
              + " project without anything in them.")
  boolean dryRun;

  @Option(
      names = "--stay",
      description =
          "With --done: a project of the configuration file stays in the database that it has left."
              + " What was written in the other one is lost.")
  boolean stay;

  @Option(
      names = "--other",
      paramLabel = "URL",
      description =
          "With --done: the database that it has left for or was about to, which keeps nothing for"
              + " the way back any more. "
              + OtherDatabase.HELP)
  @Nullable String other;

  /// Where to.
  static final class Way {
    @Option(
        names = "--to",
        paramLabel = "URL",
        description =
            "The new database, as its owner will log in; one without the schemas of a project needs"
                + " a superuser. "
                + OtherDatabase.HELP)
    @Nullable String to;

    @Option(
        names = "--back",
        description = "Back to the database it was moved from, with all that was written since.")
    boolean back;

    @Option(
        names = "--done",
        description =
            "Let the database go that it was moved from, or a move that was begun: nothing is kept"
                + " for the way back any more.")
    boolean done;
  }

  @Override
  public Integer call() {
    if (stay && !way.done) {
      throw new StartFailure("--stay goes with --done.");
    }
    if (other != null && !way.done) {
      throw new StartFailure("--other goes with --done.");
    }
    var access = server.get(path("/access"));
    var now = login(access, "DB_URL");
    if (way.done) {
      return letGo(access, now);
    }
    if (way.to == null) {
      return back(access, now);
    }
    var target = OtherDatabase.login(way.to);
    boolean isReopened = access.get("MOVED_FROM_URL") == null && Relocation.reopen(now, target);
    boolean isMoved = false;
    try {
      int code = move(now, target);
      isMoved = code == 0 && !dryRun;
      return code;
    } finally {
      if (isReopened && !isMoved) {
        Relocation.closeAgain(now, target);
      }
    }
  }

  /// What kind of project it is: what is done at the change over, and afterwards.
  private enum Kind {
    /// One of the configuration file, whose processes are restarted by hand.
    CONFIGURED,
    /// One whose engine ends with the change over, so that nothing leads back.
    EMBEDDED,
    DEDICATED
  }

  private Kind kind() {
    var shown = server.exchange("GET", path(""), "Accept", "application/json");
    return switch (shown.statusCode()) {
      case 404 -> Kind.CONFIGURED;
      case 200 -> hasAddress(RunningServer.answer(shown)) ? Kind.DEDICATED : Kind.EMBEDDED;
      // of a kind that is not known, nothing is begun
      default ->
          throw new StartFailure(
              "The server does not say what project %s is (status %d); see its log, and run the command again."
                  .formatted(name, shown.statusCode()));
    };
  }

  private static boolean hasAddress(JsonNode project) {
    var settings = project.get("settings");
    return settings != null && settings.get("database-url") != null;
  }

  private int move(Login now, Login target) {
    var url = DatabaseUrl.of(target);
    step("prepare", url);
    var kind = kind();
    var progress = new ProgressLines();
    Relocation.Report report;
    try (var relocation = Relocation.open(now, target, ClientPrograms.installed(), progress)) {
      if (isRefused(relocation.plan())) {
        return 1;
      }
      if (dryRun) {
        System.out.println("Nothing was moved.");
        return 0;
      }
      report =
          relocation.run(
              switch (kind) {
                case CONFIGURED -> servers("release", null, relocation::leave, () -> false);
                case EMBEDDED, DEDICATED -> servers("switch", url, () -> {}, () -> isAt(target));
              });
      progress.clear();
      print(report);
    }
    switch (kind) {
      case CONFIGURED -> tellWhatToEdit(target);
      case EMBEDDED -> endWayBack(target);
      case DEDICATED -> tellOfTheWayBack(report);
    }
    return 0;
  }

  /// Whether this database is written down as the project's.
  private boolean isAt(Login database) {
    var written = server.get(path("/access")).get("WRITTEN_DB_URL");
    return written != null && written.getStringValue().equals(database.url());
  }

  private static void endWayBack(Login target) {
    var _ = Relocation.letGo(target, false);
    System.out.println(
        "The embedded Postgres has ended; its data folder stays as it was left, and no way leads back.");
  }

  private static boolean isRefused(Plan plan) {
    plan.lines().forEach(System.out::println);
    if (plan.conflicts().isEmpty()) {
      return false;
    }
    System.err.println(
        "stabbur: The move has conflicts and nothing was moved; resolve them and run the command again.");
    return true;
  }

  private static void print(Relocation.Report report) {
    System.out.printf(
        "Moved and compared; writes waited %d ms; %d transactions followed while it was served.%n",
        report.pause().toMillis(), report.transactions());
    for (var refresh : report.refreshes()) {
      System.err.printf(
          "stabbur: A materialized view has an older content; run where the project is now: %s;%n",
          refresh);
    }
  }

  private void tellWhatToEdit(Login target) {
    System.out.printf(
        """
        The project is one of the configuration file. Its writes are refused with 503 now; set there
          stabbur.projects.%1$s.database-url: postgresql://%2$s
          stabbur.projects.%1$s.admin-user: %3$s
          stabbur.projects.%1$s.admin-password: the password that you gave
        and restart every process. The old database takes no writes any more; `--done` goes to the
        restarted processes. To stay in the old database instead: `--done --stay`, before the restart.
        """,
        name, target.url().replaceFirst("^jdbc:postgresql://", ""), target.user());
  }

  private void tellOfTheWayBack(Relocation.Report report) {
    System.out.printf(
        "%s `stabbur project move %s --back` goes back with all that is written from now on%s;"
            + " `--done` lets the old database go.%n",
        "The old database is kept.",
        name,
        report.staysOpen() ? "" : ", copied anew while writes wait");
  }

  private int back(JsonNode access, Login now) {
    if (dryRun) {
      throw new StartFailure("--dry-run goes with --to.");
    }
    var before = login(access, "MOVED_FROM_URL");
    var progress = new ProgressLines();
    try (var relocation = Relocation.open(now, before, ClientPrograms.installed(), progress)) {
      var report = relocation.back(servers("back", null, () -> {}, () -> isAt(before)));
      progress.clear();
      print(report);
      System.out.println(
          "The project is where it was before; the database it came back from is as it was left.");
      return 0;
    }
  }

  private int letGo(JsonNode access, Login now) {
    boolean hasMoved = access.get("MOVED_FROM_URL") != null;
    if (stay || !hasMoved) {
      Relocation.abandon(now, Optional.ofNullable(other).map(OtherDatabase::login), stay)
          .ifPresent(
              slot ->
                  System.err.printf(
                      "stabbur: The other database goes on to keep its log for the replication slot %s; name it in --other, or drop the slot there.%n",
                      slot));
    }
    if (!Relocation.letGo(now, stay)) {
      System.err.println(
          "stabbur: Triggers of the move that refuse nothing remain while somebody reads their tables; run the command again later.");
    }
    if (!hasMoved) {
      System.out.println("What was begun is forgotten; rows in a target stay where they are.");
      return 0;
    }
    try {
      Relocation.letGoBehind(login(access, "MOVED_FROM_URL"));
    } catch (StartFailure e) {
      System.err.printf("stabbur: Of the old database nothing was tidied up: %s%n", e.getMessage());
    }
    step("done", null);
    System.out.println("The old database is let go; the project is no longer in it.");
    return 0;
  }

  private Login login(JsonNode access, String address) {
    var url = access.get(address);
    if (url == null) {
      throw new StartFailure(
          "The project %s was not moved, or the database it was moved from is let go."
              .formatted(name));
    }
    return DatabaseUrl.parse(url.getStringValue()).login();
  }

  /// @param note is part of the change, which is undone without it
  /// @param isChanged asks whether the change was made
  private Switch servers(
      String change, @Nullable String url, Runnable note, BooleanSupplier isChanged) {
    return new Switch() {
      @Override
      public void hold() {
        step("hold", null);
      }

      @Override
      public void release() {
        step("release", null);
      }

      @Override
      public void change() throws Unsure {
        try {
          step(change, url);
          note.run();
        } catch (RuntimeException e) {
          if (!hasChanged(isChanged)) {
            throw e;
          }
        }
      }
    };
  }

  /// What is written down counts, once a release keeps a request that is under way from changing
  /// it.
  private boolean hasChanged(BooleanSupplier isChanged) throws Switch.Unsure {
    for (int attempt = 1; ; attempt++) {
      try {
        step("release", null);
        return isChanged.getAsBoolean();
      } catch (RuntimeException e) {
        if (attempt == ASKED) {
          throw new Switch.Unsure(e);
        }
        rest();
      }
    }
  }

  private static void rest() throws Switch.Unsure {
    try {
      Thread.sleep(AGAIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Switch.Unsure(e);
    }
  }

  private void step(String step, @Nullable String url) {
    var _ = server.post(path("/move"), RunningServer.body("step", step, "database_url", url));
  }

  private String path(String more) {
    return ProjectCommand.PATH + "/" + RunningServer.encoded(name) + more;
  }
}
