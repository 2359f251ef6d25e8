package io.stabbur.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The `stabbur` command.
@Command(
    name = "stabbur",
    description = "A Supabase-compatible backend in one process.",
    mixinStandardHelpOptions = true,
    subcommands = {
      UpCommand.class,
      DownCommand.class,
      StatusCommand.class,
      MigrateCommand.class,
      TrainCommand.class,
      OrgCommand.class,
      PersonCommand.class,
      KeysCommand.class,
      TokenCommand.class,
      MailCommand.class,
      StorageCommand.class,
      DoctorCommand.class,
      ServeCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
public final class Stabbur implements Runnable {
  /// Runs one command and returns its exit code.
  public static int run(String... arguments) {
    return new CommandLine(new Stabbur())
        .setExecutionExceptionHandler(new OneSentence())
        .execute(arguments);
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }
}
