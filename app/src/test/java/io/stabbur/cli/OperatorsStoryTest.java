package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Launched;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Reads the commands out of the page of the operator's story and runs them, one block after the
/// other, with processes of the command.
@Tag("nightly")
class OperatorsStoryTest {
  private static final Pattern BLOCK =
      Pattern.compile("^## ([^\\n]*)$|^```sh\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final int MINUTES_OF_A_BLOCK = 8;

  private final Path folder = TestServer.newFolder();
  private final Path backups = TestServer.newFolder();
  private final String port = Integer.toString(TestServer.freePort());

  @Test
  void eachBlockOfThePageWorksAsWritten() throws Exception {
    install();
    var story =
        Files.readString(TestServer.repository().resolve("app/docs/operators-story.md"))
            .replace("54321", port)
            .replace("/mnt/other-disk", backups.toString());
    var title = "";
    int blocks = 0;
    try {
      for (var match : BLOCK.matcher(story).results().toList()) {
        if (match.group(2) == null) {
          title = match.group(1);
        } else {
          run(title, match.group(2));
          blocks++;
        }
      }
      assertThat(blocks).isEqualTo(11);
    } finally {
      for (var data : List.of("data", "data-restored", "data-before")) {
        if (Files.exists(folder.resolve(data).resolve("running.properties"))) {
          var _ = Launched.run(folder, "down", "--data", data);
        }
      }
    }
  }

  /// What a clone of the repository has: the command and the migrations.
  private void install() throws IOException {
    var program = folder.resolve("stabbur");
    Files.writeString(program, Launched.script());
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    var migrations = Files.createDirectories(folder.resolve("supabase/migrations"));
    try (var files = Files.list(TestServer.repository().resolve("supabase/migrations"))) {
      for (var file : files.toList()) {
        Files.copy(file, migrations.resolve(file.getFileName()));
      }
    }
  }

  private void run(String title, String block) throws IOException, InterruptedException {
    var said = Files.createTempFile("story", ".out");
    var shell =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", block)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    if (!shell.waitFor(MINUTES_OF_A_BLOCK, TimeUnit.MINUTES)) {
      shell.descendants().forEach(ProcessHandle::destroy);
      shell.destroy();
      throw new AssertionError(title + " did not end: " + Files.readString(said));
    }
    var output = Files.readString(said);
    assertThat(shell.exitValue()).as(title + "\n" + output + log()).isZero();
    if (System.getProperty("show") != null) {
      System.err.println("== " + title + "\n" + output);
    }
    Files.delete(said);
  }

  private String log() throws IOException {
    var log = folder.resolve("stabbur.log");
    return Files.exists(log) ? Files.readString(log) : "";
  }
}
