package io.stabbur.cli;

import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ScopeType;

/// The `stabbur` command.
@Command(
    scope = ScopeType.INHERIT,
    subcommands = {
      UpCommand.class,
      DownCommand.class,
      StatusCommand.class,
      MigrateCommand.class,
      TrainCommand.class,
      OrgCommand.class,
      PersonCommand.class,
      PlatformAdminCommand.class,
      KeysCommand.class,
      TokenCommand.class,
      MailCommand.class,
      StorageCommand.class,
      FunctionsCommand.class,
      SecretsCommand.class,
      AccessTokenCommand.class,
      OperatorCommand.class,
      ProjectCommand.class,
      CliProfileCommand.class,
      DoctorCommand.class,
      AlertsCommand.class,
      StatementsCommand.class,
      RequestsCommand.class,
      AdvisorCommand.class,
      ProbeCommand.class,
      ConfigCommand.class,
      PsqlCommand.class,
      DumpCommand.class,
      ImportCommand.class,
      ExportCommand.class,
      BackupCommand.class,
      RestoreCommand.class,
      ServeCommand.class
    })
public final class Stabbur extends CommandRoot {
  /// Runs one command and returns its exit code.
  public static int run(String... arguments) {
    boolean starts = arguments.length > 0 && arguments[0].equals("up");
    var plain = starts ? PlainStart.of(arguments) : Optional.<UpCommand>empty();
    return plain.isPresent() ? PlainStart.run(plain.get()) : execute(starts, arguments);
  }

  private static int execute(boolean starts, String... arguments) {
    return (starts ? new CommandLine(new StartRoot()) : commandLine())
        .setExecutionExceptionHandler(new OneSentence())
        .setParameterExceptionHandler(OneSentence::misspelt)
        .execute(arguments);
  }

  /// The command with all its subcommands.
  public static CommandLine commandLine() {
    var command = new CommandLine(new Stabbur());
    command.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, new CommandList());
    command
        .getHelpSectionMap()
        .put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, _ -> System.lineSeparator());
    return command;
  }

  /// The version that the build wrote into the program.
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      var version = Stabbur.class.getPackage().getImplementationVersion();
      return new String[] {"stabbur " + (version == null ? "(development build)" : version)};
    }
  }
}
