package io.stabbur.cli;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.StartFailure;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stabbur org`: organisations of the running Stabbur.
@Command(
    name = "org",
    description =
        "Create, list, suspend, resume and restore organizations, and manage their members.",
    subcommands = {
      OrgCommand.Create.class,
      OrgCommand.ListAll.class,
      OrgCommand.Suspend.class,
      OrgCommand.Resume.class,
      OrgRestoreCommand.class,
      OrgMoveOutCommand.class,
      OrgMemberCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
final class OrgCommand extends CommandGroup {
  private static final String PATH = "/admin/v1/organizations";

  /// The path of an organisation named by id or slug.
  static String path(RunningServer server, String organization) {
    return PATH + "/" + id(server, organization);
  }

  /// The id of an organisation named by id or slug.
  static String id(RunningServer server, String organization) {
    return StreamSupport.stream(server.get(PATH).values().spliterator(), false)
        .filter(
            each ->
                RunningServer.text(each, "slug").equals(organization)
                    || RunningServer.text(each, "id").equals(organization))
        .findFirst()
        .map(each -> RunningServer.text(each, "id"))
        .orElseThrow(
            () ->
                new StartFailure(
                    "There is no organization %s; `stabbur org list` shows them."
                        .formatted(organization)));
  }

  /// Whether an organization is named by its id, which one that was removed has too.
  static boolean isId(String organization) {
    return organization.matches("(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  }

  static void printAccount(JsonNode member) {
    System.out.printf(
        "%s  %s  %s%n",
        RunningServer.text(member, "user_id"),
        RunningServer.text(member, "email"),
        RunningServer.text(member, "role"));
    print(member, "notice", "");
    print(member, "invitation_url", "Invitation: ");
    print(member, "acceptance_code", "Acceptance code: ");
    if (member.get("mailed") != null) {
      System.out.println("The invitation was mailed.");
    }
  }

  private static void print(JsonNode member, String field, String label) {
    if (member.get(field) != null) {
      System.out.println(label + RunningServer.text(member, field));
    }
  }

  @Command(name = "create", description = "Create an organization and its first administrator.")
  static final class Create implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Parameters(paramLabel = "NAME", description = "What the organization is called.")
    String name = "";

    @Option(names = "--slug", required = true, description = "Its short name: a-z, 0-9 and -.")
    String slug = "";

    @Option(
        names = "--admin-email",
        required = true,
        description = "The address of its first administrator.")
    String adminEmail = "";

    @ArgGroup(multiplicity = "0..1")
    @Nullable NewPassword password;

    @Option(
        names = "--label",
        description = "What the organization calls something, as key=label; may be repeated.")
    Map<String, String> labels = new LinkedHashMap<>();

    @Override
    public Integer call() {
      var body =
          RunningServer.body(
              "name",
              name,
              "slug",
              slug,
              "admin_email",
              adminEmail,
              "password",
              NewPassword.of(password));
      var words = new LinkedHashMap<String, JsonNode>();
      labels.forEach((key, label) -> words.put(key, JsonNode.createStringNode(label)));
      body.put("labels", JsonNode.createObjectNode(words));
      var made = server.post(PATH, body);
      System.out.printf(
          "%s  %s%n", RunningServer.text(made, "id"), RunningServer.text(made, "slug"));
      var admin = made.get("admin");
      if (admin != null) {
        printAccount(admin);
      }
      return 0;
    }
  }

  @Command(name = "list", description = "List the organizations.")
  static final class ListAll implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Override
    public Integer call() {
      var table = new Table("ID", "SLUG", "STATUS", "NAME");
      for (var each : server.get(PATH).values()) {
        table.row(
            RunningServer.text(each, "id"),
            RunningServer.text(each, "slug"),
            RunningServer.text(each, "status"),
            RunningServer.text(each, "name"));
      }
      table.print("There are no organizations; `stabbur org create` makes one.");
      return 0;
    }
  }

  @Command(
      name = "suspend",
      description = "Suspend an organization: its members lose access, its data stays.")
  static final class Suspend implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Parameters(paramLabel = "ORGANIZATION", description = "Its slug or id.")
    String organization = "";

    @Override
    public Integer call() {
      var _ = server.patch(path(server, organization), RunningServer.body("status", "suspended"));
      return 0;
    }
  }

  @Command(name = "resume", description = "Give a suspended organization's members access again.")
  static final class Resume implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Parameters(paramLabel = "ORGANIZATION", description = "Its slug or id.")
    String organization = "";

    @Override
    public Integer call() {
      var _ = server.patch(path(server, organization), RunningServer.body("status", "active"));
      return 0;
    }
  }
}
