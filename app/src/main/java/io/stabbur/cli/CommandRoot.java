package io.stabbur.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/// What the `stabbur` command is whichever subcommands it has been given.
@Command(
    name = "stabbur",
    description = "A Supabase-compatible backend in one process.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Stabbur.Version.class,
    synopsisSubcommandLabel = "COMMAND")
abstract sealed class CommandRoot extends CommandGroup permits Stabbur, StartRoot {}
