package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// `backup` and `restore` as an operator gives them.
class BackupCommandTest {
  @Test
  void anOperatorBacksUpKeepsTheKeyAndRestores() throws IOException {
    var place = TestServer.newFolder();
    try (var server =
        TestServer.start(
            Map.of(
                "stabbur.backup.to", place.toString(),
                "stabbur.backup.prove-every", "0s",
                "stabbur.backup.log-every", "1h"))) {
      var commands = CommandServer.of(server);

      assertThat(commands.run("backup", "check"))
          .contains("ok       the place can be written", "base backup at ");
      assertThat(commands.run("backup", "list")).contains("There is no backup yet");
      assertThat(commands.run("backup")).startsWith("Backup 2").contains("Everything committed");
      assertThat(commands.run("backup", "list"))
          .contains("DATABASE BYTES", "last proven restore: none yet")
          .doesNotContain("PROBLEM");
      var key = commands.run("backup", "key").strip();
      assertThat(key).startsWith("sbk_");

      var keyFile = TestServer.newFolder().resolve("key.txt");
      Files.writeString(keyFile, key);
      var target = TestServer.newFolder().resolve("new");
      assertThat(
              restore(place.toString(), keyFile.toString(), target.toString(), "--to-time", "soon")
                  .errors())
          .contains("soon is no time; write it as");
      assertThat(
              restore(place.toString(), keyFile.toString(), target.toString(), "--backup", "x")
                  .errors())
          .contains("There is no backup x; nothing was restored");
      assertThat(target).doesNotExist();
      Files.writeString(keyFile, "sbk_" + "A".repeat(43));
      assertThat(restore(place.toString(), keyFile.toString(), target.toString()).errors())
          .contains("is sealed with the key", "nothing was restored");
      Files.writeString(keyFile, key);

      var restored = restore(place.toString(), keyFile.toString(), target.toString());

      assertThat(restored.code()).as(restored.errors()).isZero();
      assertThat(restored.output()).contains("start it with `stabbur up --data");
      assertThat(target.resolve("keys.json"))
          .hasSameTextualContentAs(server.project().folder().resolve("keys.json"));
      assertThat(target.resolve("postgres/PG_VERSION")).exists();
      assertThat(target.resolve("backup-writer")).doesNotExist();
    }
  }

  private static io.stabbur.testing.Console.Ended restore(
      String from, String keyFile, String data, String... more) {
    var all =
        new java.util.ArrayList<>(
            java.util.List.of("restore", "--from", from, "--key-file", keyFile, "--data", data));
    all.addAll(java.util.List.of(more));
    return Commands.run("", all.toArray(String[]::new));
  }
}
