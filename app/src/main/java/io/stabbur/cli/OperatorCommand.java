package io.stabbur.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stabbur operator`: who may work on the appliance.
@Command(
    name = "operator",
    description =
        "Create, list, change and remove operators: accounts for the console and this server.",
    subcommands = {
      OperatorCommand.Create.class,
      OperatorCommand.Listing.class,
      OperatorCommand.ChangeRole.class,
      OperatorCommand.ResetFactor.class,
      OperatorCommand.Invite.class,
      OperatorCommand.Remove.class,
      OperatorCommand.Log.class
    },
    synopsisSubcommandLabel = "COMMAND")
final class OperatorCommand extends CommandGroup {
  private static final String PATH = "/admin/v1/operators";

  @Command(
      name = "create",
      description = "Make an operator. Without a password an invitation link is printed.")
  static final class Create implements Callable<Integer> {
    @Mixin RunningServer server = new RunningServer();

    @Parameters(paramLabel = "EMAIL", description = "The address that signs in.")
    String email = "";

    @Option(
        names = "--role",
        description = "owner, operator or auditor, who reads only (default ${DEFAULT-VALUE}).")
    String role = "owner";

    @ArgGroup @Nullable NewPassword password;

    @Override
    public Integer call() {
      var made =
          server.post(
              PATH,
              RunningServer.body(
                  "email", email, "role", role, "password", NewPassword.of(password)));
      var link = RunningServer.text(made, "invitation_link");
      System.out.println(
          link.equals("-")
              ? "%s can sign in.".formatted(RunningServer.text(made, "email"))
              : "Invitation: " + link);
      return 0;
    }
  }

  @Command(name = "list", description = "List the operators and when each signed in last.")
  static final class Listing implements Callable<Integer> {
    @Mixin RunningServer server = new RunningServer();

    @Override
    public Integer call() {
      var table = new Table("ROLE", "EMAIL", "SECOND FACTOR", "LAST SIGN-IN");
      for (var operator : RunningServer.rows(server.get(PATH), "operators")) {
        table.row(
            RunningServer.text(operator, "role"),
            RunningServer.text(operator, "email"),
            RunningServer.text(operator, "has_factor").equals("true") ? "yes" : "no",
            Table.moment(operator, "last_sign_in_at"));
      }
      table.print("There are no operators; `stabbur operator create EMAIL` makes one.");
      return 0;
    }
  }

  @Command(name = "role", description = "Give an operator another role, at once.")
  static final class ChangeRole implements Callable<Integer> {
    @Mixin RunningServer server = new RunningServer();

    @Parameters(paramLabel = "EMAIL", description = "The operator.")
    String email = "";

    @Parameters(paramLabel = "ROLE", description = "owner, operator or auditor.")
    String role = "";

    @Override
    public Integer call() {
      var changed = server.patch(path(server, email), RunningServer.body("role", role));
      System.out.printf(
          "%s is %s.%n", RunningServer.text(changed, "email"), RunningServer.text(changed, "role"));
      return 0;
    }
  }

  @Command(
      name = "reset-factor",
      description = "Take the second factor away; another is enrolled at the next sign-in.")
  static final class ResetFactor implements Callable<Integer> {
    @Mixin RunningServer server = new RunningServer();

    @Parameters(paramLabel = "EMAIL", description = "The operator.")
    String email = "";

    @Override
    public Integer call() {
      var reset = server.post(path(server, email) + "/reset-factor", Map.of());
      System.out.printf("%s has no second factor.%n", RunningServer.text(reset, "email"));
      return 0;
    }
  }

  @Command(name = "invite", description = "Print a link with which a new password is set, once.")
  static final class Invite implements Callable<Integer> {
    @Mixin RunningServer server = new RunningServer();

    @Parameters(paramLabel = "EMAIL", description = "The operator.")
    String email = "";

    @Override
    public Integer call() {
      var invited = server.post(path(server, email) + "/invite", Map.of());
      System.out.println("Invitation: " + RunningServer.text(invited, "invitation_link"));
      return 0;
    }
  }

  @Command(name = "remove", description = "Remove an operator, with all sessions and tokens.")
  static final class Remove implements Callable<Integer> {
    @Mixin RunningServer server = new RunningServer();

    @Parameters(paramLabel = "EMAIL", description = "The operator.")
    String email = "";

    @Override
    public Integer call() {
      server.delete(path(server, email));
      System.out.printf("%s is removed.%n", email);
      return 0;
    }
  }

  @Command(name = "log", description = "Show what operators changed, newest first.")
  static final class Log implements Callable<Integer> {
    @Mixin RunningServer server = new RunningServer();

    @Option(names = "--lines", description = "How many lines (default ${DEFAULT-VALUE}).")
    int lines = 100;

    @Override
    public Integer call() {
      for (var entry : RunningServer.rows(server.get(PATH + "/log?limit=" + lines), "log")) {
        System.out.printf(
            "%s %-30s %s %s %s%n",
            RunningServer.text(entry, "at"),
            RunningServer.text(entry, "operator"),
            RunningServer.text(entry, "status"),
            RunningServer.text(entry, "action"),
            RunningServer.text(entry, "subject"));
      }
      return 0;
    }
  }

  private static String path(RunningServer server, String operator) {
    var found =
        server.get(PATH + "/find?operator=" + URLEncoder.encode(operator, StandardCharsets.UTF_8));
    return PATH + "/" + RunningServer.text(found, "id");
  }
}
