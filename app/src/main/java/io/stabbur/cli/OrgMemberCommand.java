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

/// `stabbur org member`: who belongs to an organisation, and as what.
@Command(
    name = "member",
    description = "Add, list and remove members, and change their roles.",
    subcommands = {
      OrgMemberCommand.Add.class,
      OrgMemberCommand.ListAll.class,
      OrgMemberCommand.Remove.class,
      OrgMemberCommand.Role.class
    },
    synopsisSubcommandLabel = "COMMAND")
final class OrgMemberCommand extends CommandGroup {
  /// The organisation's slug or id, and the server.
  static class Target {
    @Mixin ProjectServer server = new ProjectServer();

    @Parameters(index = "0", paramLabel = "ORGANIZATION", description = "Its slug or id.")
    String organization = "";

    String members() {
      return OrgCommand.path(server, organization) + "/members";
    }

    /// The path of a member named by address or id.
    String member(String person) {
      var members = members();
      return StreamSupport.stream(server.get(members).values().spliterator(), false)
          .filter(
              each ->
                  RunningServer.text(each, "email").equalsIgnoreCase(person)
                      || RunningServer.text(each, "user_id").equals(person))
          .findFirst()
          .map(each -> members + "/" + RunningServer.text(each, "user_id"))
          .orElseThrow(
              () -> new StartFailure("%s is not a member of %s.".formatted(person, organization)));
    }
  }

  @Command(name = "add", description = "Add a member; an account is made where there is none.")
  static final class Add implements Callable<Integer> {
    @Mixin Target target = new Target();

    @Parameters(index = "1", paramLabel = "EMAIL", description = "The person's address.")
    String email = "";

    @Option(
        names = "--role",
        description = "One of the schema's roles (default: the one it names for new members).")
    @Nullable String role;

    @ArgGroup(multiplicity = "0..1")
    @Nullable NewPassword password;

    @Option(
        names = "--field",
        description = "A further field of the membership, as name=value; may be repeated.")
    Map<String, String> fields = new LinkedHashMap<>();

    @Override
    public Integer call() {
      var body =
          RunningServer.body("email", email, "role", role, "password", NewPassword.of(password));
      fields.forEach((name, value) -> body.put(name, JsonNode.createStringNode(value)));
      OrgCommand.printAccount(target.server.post(target.members(), body));
      return 0;
    }
  }

  @Command(name = "list", description = "List the members.")
  static final class ListAll implements Callable<Integer> {
    @Mixin Target target = new Target();

    @Override
    public Integer call() {
      var table = new Table("USER ID", "EMAIL", "ROLE", "STATUS");
      for (var each : target.server.get(target.members()).values()) {
        table.row(
            RunningServer.text(each, "user_id"),
            RunningServer.text(each, "email"),
            RunningServer.text(each, "role"),
            RunningServer.text(each, "status"));
      }
      table.print("There are no members; `stabbur org member add` adds one.");
      return 0;
    }
  }

  @Command(name = "remove", description = "End a membership; the account stays.")
  static final class Remove implements Callable<Integer> {
    @Mixin Target target = new Target();

    @Parameters(index = "1", paramLabel = "PERSON", description = "The address or user id.")
    String person = "";

    @Override
    public Integer call() {
      target.server.delete(target.member(person));
      return 0;
    }
  }

  @Command(name = "role", description = "Change a member's role.")
  static final class Role implements Callable<Integer> {
    @Mixin Target target = new Target();

    @Parameters(index = "1", paramLabel = "PERSON", description = "The address or user id.")
    String person = "";

    @Parameters(index = "2", paramLabel = "ROLE", description = "One of the schema's roles.")
    String role = "";

    @Override
    public Integer call() {
      var _ = target.server.patch(target.member(person), RunningServer.body("role", role));
      return 0;
    }
  }
}
