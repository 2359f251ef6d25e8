package io.stabbur.cli;

import io.micronaut.json.tree.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stabbur org restore`: one organization from the backups of the running Stabbur.
@Command(
    name = "restore",
    description = {
      "Restore one organization from a backup; the others are not touched and stay up.",
      "Without --yes it tells what would be done, and changes nothing."
    })
final class OrgRestoreCommand implements Callable<Integer> {
  @Mixin ProjectServer server = new ProjectServer();

  @Parameters(paramLabel = "ORGANIZATION", description = "Its slug or id; its id if it is gone.")
  String organization = "";

  @ArgGroup(multiplicity = "1")
  MomentOptions moment = new MomentOptions();

  @Option(
      names = "--except",
      paramLabel = "TABLE",
      description =
          "A table that stays as it is, such as public.classes or storage.objects; may be"
              + " repeated.")
  List<String> except = new ArrayList<>();

  @Option(
      names = "--members",
      description = "Members and invitations, too: whoever was dismissed since has access again.")
  boolean hasMembers;

  @Option(names = "--yes", description = "Apply it; without it nothing is changed.")
  boolean isConfirmed;

  @Override
  public Integer call() {
    var body = new LinkedHashMap<String, JsonNode>();
    put(body, "backup", moment.backup);
    put(body, "to_time", moment.time);
    put(body, "to_point", moment.point);
    body.put(
        "except",
        JsonNode.createArrayNode(except.stream().map(JsonNode::createStringNode).toList()));
    body.put("members", JsonNode.createBooleanNode(hasMembers));
    body.put("apply", JsonNode.createBooleanNode(isConfirmed));
    var id = OrgCommand.isId(organization) ? organization : OrgCommand.id(server, organization);
    print(server.post("/admin/v1/backups/organizations/" + id, body));
    return 0;
  }

  private static void put(Map<String, JsonNode> body, String name, @Nullable String text) {
    if (text != null) {
      body.put(name, JsonNode.createStringNode(text));
    }
  }

  private void print(JsonNode report) {
    System.out.printf(
        "%-40s %10s %10s %10s %10s %10s%n",
        "table", "same", "added", "changed", "removed", "left out");
    for (var table : RunningServer.rows(report, "tables")) {
      System.out.printf(
          "%-40s %10s %10s %10s %10s %10s%n",
          RunningServer.text(table, "table"),
          RunningServer.text(table, "same"),
          RunningServer.text(table, "added"),
          RunningServer.text(table, "changed"),
          RunningServer.text(table, "removed"),
          RunningServer.text(table, "left_out"));
    }
    for (var person : RunningServer.rows(report, "people")) {
      System.out.printf(
          "Member or invited again, or another role than now: %s (%s)%n",
          RunningServer.text(person, "email"), RunningServer.text(person, "user_id"));
    }
    var untouched = report.get("left_out");
    if (untouched != null) {
      untouched
          .entries()
          .forEach(
              entry ->
                  System.out.printf(
                      "%-40s not touched: %s%n",
                      entry.getKey(), entry.getValue().getStringValue()));
    }
    var files = report.get("files");
    if (files != null) {
      System.out.printf(
          "Files: %s in the backup, %s of them to be written, %s without bytes even then.%n",
          RunningServer.text(files, "in_backup"),
          RunningServer.text(files, "written"),
          RunningServer.text(files, "lacking"));
    }
    System.out.println(
        isConfirmed
            ? "Restored from backup %s.".formatted(RunningServer.text(report, "backup"))
            : "Nothing was changed; the same command with --yes does it.");
  }
}
