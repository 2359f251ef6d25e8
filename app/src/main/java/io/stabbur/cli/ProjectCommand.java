package io.stabbur.cli;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.StartFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stabbur project`: projects that are added while the server runs.
@Command(
    name = "project",
    description = "Add, change and remove projects while the server runs.",
    subcommands = {
      ProjectCommand.Add.class,
      ProjectCommand.Listing.class,
      ProjectCommand.Show.class,
      ProjectCommand.Change.class,
      ProjectCommand.Suspend.class,
      ProjectCommand.Resume.class,
      ProjectCommand.Remove.class,
      ProjectMoveCommand.class,
      ProjectCheckCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
final class ProjectCommand extends CommandGroup {
  static final String PATH = "/admin/v1/projects";

  @Command(
      name = "add",
      description = "Add a project: on a Postgres of yours, or an embedded one of its own.")
  static final class Add implements Callable<Integer> {
    @Mixin RunningServer server = new RunningServer();

    @Parameters(paramLabel = "NAME", description = "Its name, also its reference in keys.")
    String name = "";

    @Option(
        names = "--host",
        required = true,
        description = "A host name whose requests are for it; may be repeated.")
    List<String> hosts = new ArrayList<>();

    @Option(
        names = "--database-url-stdin",
        description = "Read postgresql://user:password@host/name from standard input.")
    boolean databaseUrl;

    @Option(
        names = "--set",
        paramLabel = "NAME=VALUE",
        description = "A setting of config/stabbur.yml's projects; may be repeated.")
    Map<String, String> settings = new LinkedHashMap<>();

    @Option(
        names = "--stays-open",
        description = "Open it at once and keep it open, for its work by the clock.")
    boolean staysOpen;

    @Override
    public Integer call() {
      var given = new LinkedHashMap<>(settings);
      given.put("hosts", String.join(",", hosts));
      if (databaseUrl) {
        given.put("database-url", firstLine());
      }
      var body = new LinkedHashMap<>(RunningServer.body("name", name));
      body.put("settings", object(given));
      body.put("stays_open", JsonNode.createBooleanNode(staysOpen));
      print(server.post(PATH, body));
      return 0;
    }
  }

  @Command(
      name = "list",
      description =
          "List the projects that were added; those of the configuration are not among them.")
  static final class Listing implements Callable<Integer> {
    @Mixin RunningServer server = new RunningServer();

    @Override
    public Integer call() {
      print(RunningServer.rows(server.get(PATH), "projects"));
      return 0;
    }
  }

  @Command(name = "show", description = "Show a project's settings, without keys and passwords.")
  static final class Show implements Callable<Integer> {
    @Mixin RunningServer server = new RunningServer();

    @Parameters(paramLabel = "NAME", description = "The project.")
    String name = "";

    @Override
    public Integer call() {
      var project = server.get(PATH + "/" + name);
      print(project);
      var settings = project.get("settings");
      if (settings != null) {
        settings
            .entries()
            .forEach(
                each ->
                    System.out.printf(
                        "  %s: %s%n", each.getKey(), each.getValue().getStringValue()));
      }
      return 0;
    }
  }

  @Command(name = "set", description = "Change settings of a project, at once and everywhere.")
  static final class Change implements Callable<Integer> {
    @Mixin RunningServer server = new RunningServer();

    @Parameters(paramLabel = "NAME", description = "The project.")
    String name = "";

    @Parameters(
        paramLabel = "NAME=VALUE",
        index = "1..*",
        arity = "1..*",
        description = "A setting; without a value it gets its default.")
    List<String> settings = new ArrayList<>();

    @Override
    public Integer call() {
      var changes = new LinkedHashMap<String, JsonNode>();
      for (var setting : settings) {
        int sign = setting.indexOf('=');
        if (sign < 1) {
          throw new StartFailure("%s is no setting; write NAME=VALUE.".formatted(setting));
        }
        var value = setting.substring(sign + 1);
        changes.put(
            setting.substring(0, sign),
            value.isEmpty() ? JsonNode.nullNode() : JsonNode.createStringNode(value));
      }
      print(
          server.patch(PATH + "/" + name, Map.of("settings", JsonNode.createObjectNode(changes))));
      return 0;
    }
  }

  @Command(
      name = "suspend",
      description =
          "Stop serving a project until it is resumed; its requests are answered with 503.")
  static final class Suspend implements Callable<Integer> {
    @Mixin RunningServer server = new RunningServer();

    @Parameters(paramLabel = "NAME", description = "The project.")
    String name = "";

    @Override
    public Integer call() {
      print(server.post(PATH + "/" + name + "/suspend", Map.of()));
      return 0;
    }
  }

  @Command(name = "resume", description = "Serve a suspended project again.")
  static final class Resume implements Callable<Integer> {
    @Mixin RunningServer server = new RunningServer();

    @Parameters(paramLabel = "NAME", description = "The project.")
    String name = "";

    @Override
    public Integer call() {
      print(server.post(PATH + "/" + name + "/resume", Map.of()));
      return 0;
    }
  }

  @Command(
      name = "remove",
      description = "Remove a project from the list; its database and files stay.")
  static final class Remove implements Callable<Integer> {
    @Mixin RunningServer server = new RunningServer();

    @Parameters(paramLabel = "NAME", description = "The project.")
    String name = "";

    @Override
    public Integer call() {
      server.delete(PATH + "/" + name);
      System.out.printf("%s is removed; its database and files are where they were.%n", name);
      return 0;
    }
  }

  private static JsonNode object(Map<String, String> texts) {
    var fields = new LinkedHashMap<String, JsonNode>();
    texts.forEach((name, value) -> fields.put(name, JsonNode.createStringNode(value)));
    return JsonNode.createObjectNode(fields);
  }

  private static void print(JsonNode project) {
    print(List.of(project));
  }

  private static void print(List<JsonNode> projects) {
    var table = new Table("NAME", "REFERENCE", "STATE", "HOSTS");
    for (var project : projects) {
      var settings = project.get("settings");
      table.row(
          RunningServer.text(project, "name"),
          RunningServer.text(project, "ref"),
          RunningServer.text(project, "suspended").equals("true") ? "suspended" : "active",
          settings == null ? "-" : RunningServer.text(settings, "hosts"));
    }
    table.print(
        "No project was added; `stabbur project add NAME --host HOST` adds one. Those of the"
            + " configuration are not listed here.");
  }

  private static String firstLine() {
    try {
      var line =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
      if (line == null || line.isBlank()) {
        throw new StartFailure("No address came over standard input; pipe one in.");
      }
      return line.strip();
    } catch (IOException e) {
      throw new StartFailure("Standard input cannot be read.", e);
    }
  }
}
