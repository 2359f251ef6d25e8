package io.stabbur.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stabbur keys`: the keys of the running Stabbur.
@Command(
    name = "keys",
    description = "Rotate keys.",
    mixinStandardHelpOptions = true,
    subcommands = KeysCommand.Rotate.class,
    synopsisSubcommandLabel = "COMMAND")
final class KeysCommand implements Runnable {
  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }

  @Command(
      name = "rotate",
      description =
          "Make a new key and put it to use. Killed half-way, run it again: it goes on where it was.")
  static final class Rotate implements Callable<Integer> {
    @Mixin RunningServer server = new RunningServer();

    @Option(
        names = "--personal-data",
        required = true,
        description = "The key that personal data is encrypted with.")
    boolean personalData;

    @Override
    public Integer call() {
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
}
