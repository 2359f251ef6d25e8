package io.stabbur.cli;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.moving.OrganizationFiles;
import io.stabbur.project.DatabaseUrl;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stabbur org move-out`: one organization into a project of its own.
@Command(
    name = "move-out",
    description = {
      "Move one organization with its members' accounts and its files into another project of this"
          + " Stabbur, which has the same schema; then remove it here.",
      "Without --yes it tells what would move, and changes nothing. An interrupted move goes on"
          + " when it is run again."
    })
final class OrgMoveOutCommand implements Callable<Integer> {
  /// The first project of the configuration.
  private static final String FIRST = "-";

  @Mixin ProjectServer server = new ProjectServer();

  @Parameters(paramLabel = "ORGANIZATION", description = "Its slug or id.")
  String organization = "";

  @Option(names = "--to", required = true, paramLabel = "NAME", description = "The other project.")
  String to = "";

  @Option(names = "--yes", description = "Apply it; without it nothing is changed.")
  boolean isConfirmed;

  @Option(
      names = "--keep",
      description = "Copy and compare, and remove nothing here: to look at it there first.")
  boolean keeps;

  @Option(
      names = "--again",
      description =
          "Copy once more where the other project has the organization already: what was written"
              + " there is taken back.")
  boolean isAgain;

  @Override
  public Integer call() {
    var id = OrgCommand.id(server, organization);
    var tried = step(id, "try");
    tell(tried, "to come", "added");
    if (!isConfirmed) {
      System.out.println("Nothing was changed; the same command with --yes does it.");
      return 0;
    }
    var copied = step(id, isAgain ? "again" : "copy");
    if (!moveFiles(id, !isAgain && RunningServer.text(copied, "there").equals("true"))) {
      return 1;
    }
    if (keeps) {
      System.out.println("It is in both projects now; without --keep it is removed here.");
      return 0;
    }
    var removed = step(id, "remove");
    System.out.printf(
        "Moved and compared, and removed here: accounts %s, kept as rows of others name them %s.%n",
        RunningServer.text(removed, "accounts"), RunningServer.text(removed, "kept"));
    System.out.println(
        "Its audit log stays here until audit-months have passed. Give its members the other"
            + " address.");
    return 0;
  }

  private boolean moveFiles(String id, boolean isGoingOn) {
    var other = new ProjectServer();
    other.data = server.data;
    other.project = to;
    var progress = new ProgressLines();
    var lost =
        new OrganizationFiles(id, progress)
            .run(
                DatabaseUrl.parse(server.databaseUrl()).login(),
                DatabaseUrl.parse(other.databaseUrl()).login(),
                server.storage(),
                other.storage(),
                isGoingOn);
    progress.clear();
    lost.forEach(System.out::println);
    if (!lost.isEmpty()) {
      System.err.printf(
          "stabbur: %d files could not be moved and nothing was removed; run the command again once"
              + " they are there.%n",
          lost.size());
    }
    return lost.isEmpty();
  }

  private JsonNode step(String id, String step) {
    var name = server.project == null ? FIRST : server.project;
    return server.post(
        ProjectCommand.PATH
            + "/"
            + RunningServer.encoded(name)
            + "/organizations/"
            + id
            + "/move-out",
        RunningServer.body("to", to, "step", step));
  }

  private static void tell(JsonNode report, String heading, String field) {
    System.out.printf("%-40s %10s%n", "table", heading);
    var tables = report.get("tables");
    if (tables != null) {
      tables
          .entries()
          .forEach(
              table ->
                  System.out.printf(
                      "%-40s %10s%n", table.getKey(), RunningServer.text(table.getValue(), field)));
    }
    var untouched = report.get("left_out");
    if (untouched != null) {
      untouched
          .entries()
          .forEach(
              each ->
                  System.out.printf(
                      "%-40s stays: %s%n", each.getKey(), each.getValue().getStringValue()));
    }
    System.out.printf(
        "Accounts: %s to come; %s members keep theirs here, too.%n",
        RunningServer.text(report, "accounts"), RunningServer.text(report, "staying"));
  }
}
