package io.stabbur.cli;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.IHelpSectionRenderer;

/// The commands of `stabbur --help`, by what they are for.
final class CommandList implements IHelpSectionRenderer {
  private static final int NAMES = 18;
  private static final int DESCRIPTIONS = 62;

  private static final Pattern FIRST_SENTENCE = Pattern.compile("(?<=[.]) ");

  private static final List<Map.Entry<String, List<String>>> GROUPS =
      List.of(
          Map.entry("Start and check", List.of("up", "down", "status", "doctor", "config")),
          Map.entry(
              "Database", List.of("migrate", "psql", "dump", "statements", "advisor", "probe")),
          Map.entry("Organizations and people", List.of("org", "person", "platform-admin")),
          Map.entry("Keys and tokens", List.of("keys", "token", "access-token", "cli-profile")),
          Map.entry("Functions, files, mail", List.of("functions", "secrets", "storage", "mail")),
          Map.entry("Server", List.of("project", "operator", "alerts", "requests")),
          Map.entry("Backup and moving", List.of("backup", "restore", "import", "export")));

  @Override
  public String render(Help help) {
    return GROUPS.stream().map(group -> group(help, group)).collect(Collectors.joining());
  }

  private static String group(Help help, Map.Entry<String, List<String>> group) {
    var table =
        TextTable.forColumns(
            help.colorScheme(),
            new Column(NAMES, 2, Overflow.SPAN),
            new Column(DESCRIPTIONS, 0, Overflow.WRAP));
    for (var name : group.getValue()) {
      var command = Objects.requireNonNull(help.subcommands().get(name), name);
      var description = command.commandSpec().usageMessage().description()[0];
      table.addRowValues(name, FIRST_SENTENCE.split(description, 2)[0]);
    }
    return "%s:%n%s%n".formatted(group.getKey(), table);
  }
}
