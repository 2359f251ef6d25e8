package io.stabbur.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `stabbur mail`: whether mail leaves the house.
@Command(
    name = "mail",
    description = "Check that mail can be sent.",
    subcommands = MailCommand.Test.class,
    synopsisSubcommandLabel = "COMMAND")
final class MailCommand extends CommandGroup {
  @Command(name = "test", description = "Send a test mail by the SMTP server of the settings.")
  static final class Test implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Parameters(paramLabel = "ADDRESS", description = "Who gets it.")
    String address = "";

    @Override
    public Integer call() {
      var sent = server.post("/auth/v1/admin/mail/test", RunningServer.body("email", address));
      System.out.printf(
          "%s took a mail from %s to %s.%n",
          RunningServer.text(sent, "server"), RunningServer.text(sent, "sender"), address);
      return 0;
    }
  }
}
