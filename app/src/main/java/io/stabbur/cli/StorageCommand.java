package io.stabbur.cli;

import picocli.CommandLine.Command;

/// `stabbur storage`: stored objects of the running Stabbur.
@Command(
    name = "storage",
    description = "Check stored files against their rows.",
    subcommands = StorageCheckCommand.class,
    synopsisSubcommandLabel = "COMMAND")
final class StorageCommand extends CommandGroup {}
