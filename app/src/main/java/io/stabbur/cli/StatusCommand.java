package io.stabbur.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stabbur status`: addresses and keys of what runs, for people and for scripts.
@Command(name = "status", description = "Print addresses and keys of the running Stabbur.")
final class StatusCommand implements Callable<Integer> {
  enum Format {
    pretty,
    env,
    json
  }

  @Mixin ProjectServer server = new ProjectServer();

  @Option(names = "-o", description = "pretty, env or json (default ${DEFAULT-VALUE}).")
  Format format = Format.pretty;

  @Override
  public Integer call() {
    var status = Status.of(server.running());
    System.out.println(
        switch (format) {
          case pretty -> status.banner(true);
          case env -> status.env();
          case json -> status.json();
        });
    return 0;
  }
}
