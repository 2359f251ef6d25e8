package io.stabbur.cli;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.StartFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stabbur functions`: edge functions of the running Stabbur.
@Command(
    name = "functions",
    description = "Deploy edge functions, roll them back and read their logs.",
    subcommands = {
      FunctionsCommand.Listing.class,
      FunctionsCommand.Deploy.class,
      FunctionsCommand.Versions.class,
      FunctionsCommand.Rollback.class,
      FunctionsCommand.Delete.class,
      FunctionsCommand.Logs.class,
      FunctionsCommand.Serve.class
    },
    synopsisSubcommandLabel = "COMMAND")
final class FunctionsCommand extends CommandGroup {
  private static final String PATH = "/functions/v1/_internal/functions";
  private static final String LOGS = "/functions/v1/_internal/logs";

  private static void print(JsonNode functions) {
    var table = new Table("NAME", "VERSION", "VERIFY JWT", "UPDATED");
    for (var each : functions.values()) {
      table.row(
          RunningServer.text(each, "slug"),
          RunningServer.text(each, "version"),
          RunningServer.text(each, "verify_jwt"),
          moment(each, "updated_at"));
    }
    table.print("There are no functions; `stabbur functions deploy NAME` deploys one.");
  }

  private static String moment(JsonNode object, String field) {
    return Instant.ofEpochMilli(Long.parseLong(RunningServer.text(object, field))).toString();
  }

  @Command(name = "list", description = "List the deployed functions.")
  static final class Listing implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Override
    public Integer call() {
      print(server.get(PATH));
      return 0;
    }
  }

  @Command(
      name = "deploy",
      description = "Deploy a function. One that cannot be loaded changes nothing.")
  static final class Deploy implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Parameters(paramLabel = "NAME", description = "The function: the name of its folder.")
    String name = "";

    @Option(names = "--folder", description = "Where the functions are (default ${DEFAULT-VALUE}).")
    Path folder = Path.of("supabase/functions");

    @Option(names = "--no-verify-jwt", description = "Let callers in without a token.")
    boolean noVerifyJwt;

    @Override
    public Integer call() {
      var form = FunctionUpload.of(folder, name, noVerifyJwt ? Boolean.FALSE : null);
      var made = server.post(PATH + "?slug=" + name, form.contentType(), form.body());
      System.out.printf(
          "%s is deployed as version %s.%n", name, RunningServer.text(made, "version"));
      return 0;
    }
  }

  @Command(name = "versions", description = "List the versions of a function, the newest first.")
  static final class Versions implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Parameters(paramLabel = "NAME", description = "The function.")
    String name = "";

    @Override
    public Integer call() {
      for (var each : server.get(PATH + "/" + name + "/versions").values()) {
        System.out.printf(
            "%8s  deno %-10s %s%n",
            RunningServer.text(each, "version"),
            RunningServer.text(each, "deno_version"),
            RunningServer.text(each, "ezbr_sha256").substring(0, 12));
      }
      return 0;
    }
  }

  @Command(
      name = "rollback",
      description = "Use the version before the one in use, or the one that is named.")
  static final class Rollback implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Parameters(index = "0", paramLabel = "NAME", description = "The function.")
    String name = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "VERSION", description = "The version.")
    @Nullable Integer version;

    @Override
    public Integer call() {
      var which = version == null ? "" : "?version=" + version;
      var now = server.post(PATH + "/" + name + "/rollback" + which, Map.of());
      System.out.printf("%s uses version %s.%n", name, RunningServer.text(now, "version"));
      return 0;
    }
  }

  @Command(name = "delete", description = "Remove a function with all its versions.")
  static final class Delete implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Parameters(paramLabel = "NAME", description = "The function.")
    String name = "";

    @Override
    public Integer call() {
      server.delete(PATH + "/" + name);
      return 0;
    }
  }

  @Command(name = "logs", description = "Show the newest lines of a function's log.")
  static final class Logs implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Parameters(paramLabel = "NAME", description = "The function.")
    String name = "";

    @Option(
        names = {"-f", "--follow"},
        description = "Go on with new lines until interrupted.")
    boolean follow;

    @Option(names = "--lines", description = "How many lines (default ${DEFAULT-VALUE}).")
    int lines = 100;

    @Override
    public Integer call() throws InterruptedException {
      return show(server, PATH + "/" + name + "/logs", lines, follow);
    }
  }

  @Command(
      name = "serve",
      description =
          "Follow the log of the functions that a development server serves from its folder.")
  static final class Serve implements Callable<Integer> {
    @Mixin ProjectServer server = new ProjectServer();

    @Option(names = "--folder", description = "Where the functions are (default ${DEFAULT-VALUE}).")
    Path folder = Path.of("supabase/functions");

    @Override
    public Integer call() throws InterruptedException {
      if (!Files.isDirectory(folder)) {
        throw new StartFailure(
            "There is no folder %s; make it, or name another with --folder.".formatted(folder));
      }
      var served = server.get("/functions/v1/_internal/folder");
      if (!RunningServer.text(served, "folder")
          .equals(folder.toAbsolutePath().normalize().toString())) {
        throw new StartFailure(
            "Stabbur does not serve %s; start it for development, with stabbur.functions.folder set to it."
                .formatted(folder));
      }
      System.out.printf("The functions of %s are served; a change counts at once.%n", folder);
      return show(server, LOGS, 0, true);
    }
  }

  private static int show(RunningServer server, String path, int lines, boolean follow)
      throws InterruptedException {
    long last = 0;
    int wanted = lines;
    boolean first = true;
    do {
      var answer = server.get(path + "?after=" + last + "&limit=" + Math.max(1, wanted));
      for (var line : answer.values()) {
        last = Long.parseLong(RunningServer.text(line, "id"));
        if (wanted > 0) {
          System.out.printf(
              "%s %-7s %s%n",
              RunningServer.text(line, "timestamp"),
              RunningServer.text(line, "level"),
              RunningServer.text(line, "event_message"));
        }
      }
      if (first && lines > 0 && answer.size() == 0) {
        System.out.println("There are no lines; `stabbur functions list` names the functions.");
      }
      first = false;
      wanted = 1_000;
      Thread.sleep(follow ? 500 : 0);
    } while (follow);
    return 0;
  }
}
