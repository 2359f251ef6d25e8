package io.stabbur.cli;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stabbur secrets`: what functions of the running Stabbur get as environment variables.
@Command(
    name = "secrets",
    description = "Set, list and unset secrets of edge functions.",
    subcommands = {
      SecretsCommand.Listing.class,
      SecretsCommand.Put.class,
      SecretsCommand.Unset.class
    },
    synopsisSubcommandLabel = "COMMAND")
final class SecretsCommand extends CommandGroup {
  private static final String PATH = "/functions/v1/_internal/secrets";
  private static final String JSON = "application/json";

  @Command(name = "list", description = "List the secrets; values are shown as digests.")
  static final class Listing implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Override
    public Integer call() {
      var table = new Table("NAME", "DIGEST");
      for (var each : server.get(PATH).values()) {
        table.row(RunningServer.text(each, "name"), RunningServer.text(each, "value"));
      }
      table.print("There are no secrets; `stabbur secrets set NAME=VALUE` sets one.");
      return 0;
    }
  }

  @Command(name = "set", description = "Set secrets; running functions get them at once.")
  static final class Put implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Parameters(
        arity = "0..*",
        paramLabel = "NAME[=VALUE]",
        description =
            "A secret. Without a value, that of the environment variable is taken, which no process"
                + " listing shows.")
    List<String> pairs = new ArrayList<>();

    @Option(names = "--env-file", description = "A file with a line NAME=VALUE for each secret.")
    @Nullable Path file;

    @Override
    public Integer call() {
      var values = new LinkedHashMap<String, String>();
      if (file != null) {
        values.putAll(read(file));
      }
      pairs.forEach(pair -> put(values, pair));
      if (values.isEmpty()) {
        throw new StartFailure("Name a secret as NAME=VALUE or NAME, or a file with --env-file.");
      }
      var body =
          values.entrySet().stream()
              .map(
                  each ->
                      JsonNode.createObjectNode(
                          Map.of(
                              "name", JsonNode.createStringNode(each.getKey()),
                              "value", JsonNode.createStringNode(each.getValue()))))
              .toList();
      var _ = server.post(PATH, JSON, bytes(JsonNode.createArrayNode(body)));
      System.out.printf("Set: %s.%n", String.join(", ", values.keySet()));
      return 0;
    }

    private static void put(Map<String, String> values, String pair) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        values.put(pair.substring(0, equals), pair.substring(equals + 1));
      } else if (System.getenv(pair) != null) {
        values.put(pair, System.getenv(pair));
      } else {
        throw new StartFailure(
            "There is no environment variable %1$s; set it, or write %1$s=VALUE.".formatted(pair));
      }
    }

    private static Map<String, String> read(Path file) {
      var values = new LinkedHashMap<String, String>();
      try {
        for (var line : Files.readAllLines(file)) {
          var text = line.strip();
          int equals = text.indexOf('=');
          if (!text.startsWith("#") && equals > 0) {
            values.put(
                text.substring(0, equals).strip().replaceFirst("^export ", ""),
                text.substring(equals + 1).strip().replaceFirst("^([\"'])(.*)\\1$", "$2"));
          }
        }
        return values;
      } catch (IOException e) {
        throw new StartFailure("The file %s cannot be read.".formatted(file), e);
      }
    }
  }

  @Command(name = "unset", description = "Remove secrets.")
  static final class Unset implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Parameters(arity = "1..*", paramLabel = "NAME", description = "The secrets.")
    List<String> names = new ArrayList<>();

    @Override
    public Integer call() {
      var body = JsonNode.createArrayNode(names.stream().map(JsonNode::createStringNode).toList());
      server.delete(PATH, JSON, bytes(body));
      return 0;
    }
  }

  private static byte[] bytes(JsonNode node) {
    return Json.write(node).getBytes(StandardCharsets.UTF_8);
  }
}
