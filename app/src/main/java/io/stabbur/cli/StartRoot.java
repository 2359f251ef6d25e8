package io.stabbur.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/// The `stabbur` command with `up` alone: reading the options of all commands takes a fifth of the
/// time of a start.
@Command(scope = ScopeType.INHERIT, subcommands = UpCommand.class)
final class StartRoot extends CommandRoot {}
