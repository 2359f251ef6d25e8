package io.stabbur.cli;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.StartFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stabbur token`: tokens for programs that work for an organisation.
@Command(
    name = "token",
    description = "Create, list and revoke tokens of programs: CLIs, CI, integrations.",
    subcommands = {
      TokenCommand.Create.class,
      TokenCommand.Listing.class,
      TokenCommand.Revoke.class
    },
    synopsisSubcommandLabel = "COMMAND")
final class TokenCommand extends CommandGroup {
  private static final String PATH = "/auth/v1/admin/application-tokens";
  private static final Pattern PERIOD = Pattern.compile("([1-9][0-9]{0,3})([hd])");

  @Command(
      name = "create",
      description = "Make a token for a program. Its text is printed now and never again.")
  static final class Create implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Parameters(paramLabel = "NAME", description = "What the program is called.")
    String name = "";

    @Option(names = "--organization", required = true, description = "Its slug or id.")
    String organization = "";

    @Option(names = "--role", required = true, description = "The role of a member it acts with.")
    String role = "";

    @Option(names = "--expires", description = "After how long it ends, such as 12h or 90d.")
    @Nullable String expires;

    @Override
    public Integer call() {
      var made =
          server.post(
              PATH,
              RunningServer.body(
                  "name",
                  name,
                  "organization_id",
                  OrgCommand.id(server, organization),
                  "role",
                  role,
                  "expires_at",
                  expires == null ? null : Instant.now().plus(period(expires)).toString()));
      System.out.println(RunningServer.text(made, "token"));
      return 0;
    }
  }

  /// A duration such as 12h or 90d.
  static Duration period(String text) {
    var parts = PERIOD.matcher(text);
    if (!parts.matches()) {
      throw new StartFailure("Invalid duration %s; use for example 12h or 90d.".formatted(text));
    }
    long number = Long.parseLong(parts.group(1));
    return parts.group(2).equals("h") ? Duration.ofHours(number) : Duration.ofDays(number);
  }

  @Command(
      name = "list",
      description = "List the tokens, when each was last used and when it ends.")
  static final class Listing implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Override
    public Integer call() {
      print(server.get(PATH));
      return 0;
    }
  }

  @Command(
      name = "revoke",
      description =
          "End a token. Access tokens it was exchanged for end within 15 minutes, at once with"
              + " membership-check: database.")
  static final class Revoke implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Parameters(paramLabel = "ID", description = "The token, as `token list` names it.")
    String id = "";

    @Override
    public Integer call() {
      print(server.post(PATH + "/" + id + "/revoke", Map.of()));
      return 0;
    }
  }

  private static void print(JsonNode answer) {
    var table = new Table("STATE", "ID", "ORGANIZATION", "ROLE", "LAST USED", "ENDS", "NAME");
    for (var token : RunningServer.rows(answer, "tokens")) {
      table.row(
          state(token),
          RunningServer.text(token, "id"),
          RunningServer.text(token, "organization_id"),
          RunningServer.text(token, "role"),
          Table.moment(token, "last_used_at"),
          Table.moment(token, "expires_at"),
          RunningServer.text(token, "name"));
    }
    table.print("There are no tokens of programs; `stabbur token create` makes one.");
  }

  /// Whether a token counts, was revoked, has expired, or is of another database.
  static String state(JsonNode token) {
    if (!RunningServer.text(token, "revoked_at").equals("-")) {
      return "revoked";
    }
    if (RunningServer.text(token, "asleep").equals("true")) {
      return "asleep";
    }
    boolean ended = Instant.parse(RunningServer.text(token, "expires_at")).isBefore(Instant.now());
    return ended ? "expired" : "active";
  }
}
