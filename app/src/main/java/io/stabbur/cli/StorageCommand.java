package io.stabbur.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `stabbur storage`: stored objects of the running Stabbur.
@Command(
    name = "storage",
    description = "Look after stored objects.",
    subcommands = StorageCheckCommand.class,
    synopsisSubcommandLabel = "COMMAND")
final class StorageCommand implements Runnable {
  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }
}
