package io.stabbur.cli;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stabbur keys`: the keys of the running Stabbur.
@Command(
    name = "keys",
    description = "List, create, import, rotate, confirm and revoke keys.",
    subcommands = {
      KeysCommand.Listing.class,
      KeysCommand.Create.class,
      KeysGenerateCommand.class,
      KeysCommand.Import.class,
      KeysCommand.Rotate.class,
      KeysCommand.Confirm.class,
      KeysCommand.Revoke.class
    },
    synopsisSubcommandLabel = "COMMAND")
final class KeysCommand extends CommandGroup {
  private static final String SIGNING = "/auth/v1/admin/signing-keys";
  private static final String API = "/auth/v1/admin/api-keys";

  /// Kinds of API keys, as the management API names them.
  enum Kind {
    publishable,
    secret,
    anon,
    service_role
  }

  @Command(
      name = "list",
      description = "List the API keys, and the keys that tokens are signed with.")
  static final class Listing implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Override
    public Integer call() {
      System.out.println("API keys");
      printApiKeys(server.get(API));
      System.out.println("\nSigning keys");
      print(server.get(SIGNING));
      return 0;
    }
  }

  @Command(
      name = "create",
      description = "Make an API key. Its text is printed now and never again.")
  static final class Create implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Parameters(paramLabel = "NAME", description = "What the key is for.")
    String name = "";

    @Option(names = "--type", description = "${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
    Kind type = Kind.secret;

    @Override
    public Integer call() {
      var made = server.post(API, RunningServer.body("name", name, "type", type.name()));
      System.out.println(RunningServer.text(made, "api_key"));
      return 0;
    }
  }

  @Command(
      name = "import",
      description =
          "Take over the keys that another installation signs tokens with: its sessions hold here.")
  static final class Import implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Parameters(
        paramLabel = "FILE",
        description =
            "A JWK, a list of JWKs or a JWK set. The key whose key_ops say sign signs from now on.")
    Path file = Path.of("");

    @Override
    public Integer call() throws IOException {
      print(server.post(SIGNING + "/import", keys(Files.readString(file))));
      return 0;
    }

    private static Map<String, JsonNode> keys(String text) {
      var node = Json.parse(text);
      if (!node.isObject()) {
        return Map.of("keys", node);
      }
      var fields = new LinkedHashMap<String, JsonNode>();
      node.entries().forEach(field -> fields.put(field.getKey(), field.getValue()));
      return fields;
    }
  }

  @Command(
      name = "confirm",
      description =
          "Activate keys and tokens that came with the dump of another database. Until then they"
              + " are asleep: the source's keys open nothing here.")
  static final class Confirm implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Option(
        names = "--jobs",
        description = "Run its jobs by the clock and send its queued HTTP calls, too.")
    boolean jobs;

    @Override
    public Integer call() {
      printApiKeys(
          server.post(
              API + "/confirm",
              jobs ? Map.of("jobs", JsonNode.createBooleanNode(true)) : Map.of()));
      return 0;
    }
  }

  @Command(
      name = "revoke",
      description = "Revoke a key, at once. Tokens that a revoked signing key signed are refused.")
  static final class Revoke implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Parameters(paramLabel = "ID", description = "The key, as `keys list` names it.")
    String id = "";

    @Override
    public Integer call() {
      if (id.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")) {
        printApiKeys(server.post(API + "/" + id + "/revoke", Map.of()));
      } else {
        print(server.post(SIGNING + "/" + id + "/revoke", Map.of()));
      }
      return 0;
    }
  }

  @Command(
      name = "rotate",
      description =
          "Make a new key in place of one in use. An interrupted rotation goes on when it is run"
              + " again.")
  static final class Rotate implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @ArgGroup(multiplicity = "1")
    Which which = new Which();

    /// Which key is meant.
    static final class Which {
      @Option(
          names = "--personal-data",
          description = "The key that personal data is encrypted with.")
      boolean personalData;

      @Option(
          names = "--signing",
          description = "The key that tokens are signed with; nobody is signed out.")
      boolean signing;

      @Option(
          names = "--api-key",
          paramLabel = "TYPE",
          description =
              "An API key of the first start: ${COMPLETION-CANDIDATES}. The old one is good until"
                  + " it is revoked.")
      @Nullable Kind apiKey;
    }

    @Option(
        names = "--algorithm",
        description =
            "With --signing: ES256, RS256, EdDSA or HS256 for the new key, which signs from the"
                + " next rotation on. supabase-js checks ES256 and RS256 itself; with EdDSA its"
                + " getClaims() fails, with HS256 it asks the server.")
    @Nullable String algorithm;

    @Override
    public Integer call() {
      if (which.signing) {
        var rotated = server.post(SIGNING + "/rotate", RunningServer.body("algorithm", algorithm));
        print(rotated);
        if (rotated.get("secret") != null) {
          System.out.printf(
              "Secret of the new key, shown now and never again: %s%n",
              RunningServer.text(rotated, "secret"));
        }
        noteAlgorithm(rotated);
        return 0;
      }
      return which.apiKey == null ? personalData() : apiKey(which.apiKey);
    }

    private void noteAlgorithm(JsonNode rotated) {
      for (var key : RunningServer.rows(rotated, "keys")) {
        if (RunningServer.text(key, "state").equals("current")) {
          server.note("JWT_ALGORITHM", RunningServer.text(key, "algorithm"));
        }
      }
    }

    /// The command's own notes follow, so that `status` tells of the new key.
    private int apiKey(Kind type) {
      var made = server.post(API + "/rotate", RunningServer.body("type", type.name()));
      var text = RunningServer.text(made, "api_key");
      server.note(type.name().toUpperCase(Locale.ROOT) + "_KEY", text);
      System.out.println(text);
      return 0;
    }

    private int personalData() {
      while (true) {
        var outcome = server.post("/admin/v1/personal-data/rotate", Map.of());
        var rows = RunningServer.text(outcome, "rows");
        var version = RunningServer.text(outcome, "version");
        System.out.printf("%s rows sealed with key version %s%n", rows, version);
        if (RunningServer.text(outcome, "done").equals("true")) {
          return 0;
        }
        var unopened = RunningServer.text(outcome, "unopened");
        if (!unopened.equals("0")) {
          System.err.printf(
              "stabbur: %s rows hold values that no key opens; the old key stays in use.%n",
              unopened);
          return 1;
        }
      }
    }
  }

  private static void printApiKeys(JsonNode answer) {
    var table = new Table("STATE", "TYPE", "ID", "CREATED", "BEGINS WITH", "NAME");
    for (var key : RunningServer.rows(answer, "keys")) {
      table.row(
          state(key),
          RunningServer.text(key, "type"),
          RunningServer.text(key, "id"),
          Table.moment(key, "created_at"),
          RunningServer.text(key, "prefix"),
          RunningServer.text(key, "name"));
    }
    table.print("There are no API keys; `stabbur keys create NAME` makes one.");
  }

  private static String state(JsonNode key) {
    return !RunningServer.text(key, "revoked_at").equals("-")
        ? "revoked"
        : RunningServer.text(key, "asleep").equals("true") ? "asleep" : "active";
  }

  private static void print(JsonNode answer) {
    var table = new Table("STATE", "ALGORITHM", "ID", "CREATED");
    for (var key : RunningServer.rows(answer, "keys")) {
      table.row(
          RunningServer.text(key, "state"),
          RunningServer.text(key, "algorithm"),
          RunningServer.text(key, "id"),
          Table.moment(key, "created_at"));
    }
    table.print("There are no signing keys.");
  }
}
