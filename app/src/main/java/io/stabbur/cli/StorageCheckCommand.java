package io.stabbur.cli;

import io.micronaut.json.tree.JsonNode;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stabbur storage check`: compares the rows of objects with their bytes. Exit code 1 when
/// something was found.
@Command(name = "check", description = "Compare the rows of objects with their bytes.")
final class StorageCheckCommand implements Callable<Integer> {
  @Mixin ProjectServer server = new ProjectServer();

  @Option(names = "--repair", description = "Remove bytes that belong to no object.")
  boolean repair;

  @Override
  public Integer call() {
    var report =
        repair
            ? server.post("/storage/v1/check/repair", Map.of())
            : server.get("/storage/v1/check");
    int found = print(report, "lost", "LOST     no bytes for %s%n");
    found += print(report, "orphans", repair ? "REMOVED  %s%n" : "ORPHAN   no object owns %s%n");
    if (found == 0) {
      System.out.println(
          "ok       storage: "
              + RunningServer.text(report, "objects")
              + " objects, none without bytes");
    }
    return found == 0 ? 0 : 1;
  }

  private static int print(JsonNode report, String field, String line) {
    var keys = report.get(field);
    if (keys == null) {
      return 0;
    }
    for (var key : keys.values()) {
      System.out.printf(line, key.getStringValue());
    }
    return keys.size();
  }
}
