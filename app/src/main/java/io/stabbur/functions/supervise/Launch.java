package io.stabbur.functions.supervise;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.functions.deploy.Deployment;
import io.stabbur.functions.settings.FunctionsSettings;
import io.stabbur.platform.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Starts a Deno process for one version of a function. What it may do is decided here: it reads
/// its own files, writes its own temporary folder, listens on its own socket, and reaches the
/// network but for the denied part. It starts no processes, and loads no native code.
final class Launch {
  private final DenoProgram program;
  private final FunctionsSettings settings;
  private final List<String> denied;

  /// @param denied hosts and networks that no function may reach
  Launch(DenoProgram program, FunctionsSettings settings, List<String> denied) {
    this.program = program;
    this.settings = settings;
    this.denied = List.copyOf(denied);
  }

  /// A started process.
  ///
  /// @param folder holds its socket and its temporary files
  record Started(Process process, Path folder) {
    Path socket() {
      return folder.resolve("s");
    }

    Path temporary() {
      return folder.resolve("tmp");
    }
  }

  Started start(Deployment deployment, Map<String, String> variables) throws IOException {
    var folder = program.newFolder();
    var temporary = Files.createDirectory(folder.resolve("tmp"));
    var builder =
        new ProcessBuilder(command(deployment, folder, temporary))
            .directory(deployment.root().toFile())
            .redirectErrorStream(true);
    builder.environment().clear();
    builder
        .environment()
        .putAll(
            Map.of(
                "DENO_DIR", deployment.cache().toString(),
                "HOME", temporary.toString(),
                "TMPDIR", temporary.toString(),
                "DENO_NO_UPDATE_CHECK", "1",
                "NO_COLOR", "1"));
    builder.environment().putAll(Registries.environment());
    var started = new Started(program.start(builder), folder);
    try {
      introduce(started, deployment, temporary, variables);
    } catch (IOException e) {
      // it has ended already: whoever waits for it learns why
    }
    return started;
  }

  /// By standard input, so that no process listing shows the variables.
  private static void introduce(
      Started started, Deployment deployment, Path temporary, Map<String, String> variables)
      throws IOException {
    var environment = new LinkedHashMap<String, JsonNode>();
    variables.forEach((name, value) -> environment.put(name, JsonNode.createStringNode(value)));
    environment.put("TMPDIR", JsonNode.createStringNode(temporary.toString()));
    environment.put(
        "DENO_DEPLOYMENT_ID",
        JsonNode.createStringNode(deployment.id() + "_" + deployment.version()));
    environment.put("HOME", JsonNode.createStringNode(temporary.toString()));
    var line =
        Json.write(
            JsonNode.createObjectNode(
                Map.of(
                    "socket", JsonNode.createStringNode(started.socket().toString()),
                    "tmp", JsonNode.createStringNode(temporary.toString()),
                    "files", JsonNode.createArrayNode(files(deployment)),
                    "env", JsonNode.createObjectNode(environment))));
    var input = started.process().getOutputStream();
    input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    input.flush();
  }

  private static List<JsonNode> files(Deployment deployment) {
    return deployment.readable().stream()
        .map(path -> JsonNode.createStringNode(path.toString()))
        .toList();
  }

  private List<String> command(Deployment deployment, Path folder, Path temporary)
      throws IOException {
    var socket = folder.resolve("s").toString();
    var command = new ArrayList<String>();
    command.addAll(List.of(program.path().toString(), "run", "--quiet", "--no-prompt"));
    command.addAll(List.of("--no-check", "--node-modules-dir=none"));
    // without it every start reads what the registry told of each package, and chooses again
    command.add(Files.exists(deployment.lock()) ? "--lock=" + deployment.lock() : "--no-lock");
    command.addAll(imports(deployment, settings));
    command.add("--v8-flags=--max-old-space-size=" + settings.memory());
    command.add("--preload=" + program.preload(deployment));
    command.add("--allow-env");
    command.add("--allow-net");
    if (!denied.isEmpty()) {
      command.add("--deny-net=" + String.join(",", denied));
    }
    var readable =
        Stream.concat(deployment.readable().stream(), Stream.of(temporary))
            .map(Path::toString)
            .collect(Collectors.joining(","));
    command.add("--allow-read=" + readable + "," + socket);
    command.add("--allow-write=" + temporary + "," + socket);
    command.add(deployment.entrypoint().toString());
    return command;
  }

  /// How modules are found, for the start and for filling the cache alike.
  static List<String> imports(Deployment deployment, FunctionsSettings settings) {
    var flags = new ArrayList<String>();
    var config = deployment.denoConfig();
    flags.add(config == null ? "--no-config" : "--config=" + config);
    if (deployment.importMap() != null) {
      flags.add("--import-map=" + deployment.importMap());
    }
    switch (deployment.imports()) {
      case CACHED -> flags.add("--cached-only");
      case FETCHED -> {}
    }
    flags.add("--allow-import=" + String.join(",", Registries.importHosts(settings.importHosts())));
    var denied = NetworkRules.deniedHosts(settings);
    if (!denied.isEmpty()) {
      flags.add("--deny-import=" + String.join(",", denied));
    }
    return flags;
  }
}
