package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.moving.HostedHouse;
import io.stabbur.project.DatabaseUrl;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// `import` as an operator gives it.
class ImportCommandTest {
  /// A server starts, which takes seconds.
  @Test
  @Tag("nightly")
  void anOperatorReadsThePlanImportsAndImportsAgain() throws IOException {
    var house = HostedHouse.shared();
    var source = DatabaseUrl.of(house.login());
    try (var server = TestServer.start(Map.of("stabbur.migrate", false))) {
      var commands = CommandServer.of(server);

      assertThat(commands.refusal("import", "--from", source.replaceFirst(":[^:@]*@", "@")))
          .contains("The address has no password; set PGPASSWORD_FILE");
      assertThat(commands.refusal("import", "--from", source, "--files", "/not/there"))
          .contains("There is no folder /not/there");
      assertThat(
              commands.refusal(
                  "import", "--from", source, "--files", "/tmp", "--storage-url", "http://x"))
          .contains("Give one of --files and --storage-url.");
      assertThat(
              commands.refusal("import", "--from", source, "--storage-url", "http://127.0.0.1:1"))
          .contains("name its file with --service-key-file");

      var planned =
          commands.runWithInput(
              source + "\n",
              "import",
              "--from",
              "-",
              "--files",
              house.files().toString(),
              "--dry-run");
      assertThat(planned)
          .contains("Moves:\n", "  table public.notes: 2000 rows, ", "To do by hand afterwards:\n")
          .endsWith("Nothing was written.\n");
      // without the place of the files the rest moves, and they follow
      assertThat(commands.runWithInput(source + "\n", "import", "--from", "-"))
          .contains("the bytes of 3 files: name their place with --files", "Moved and compared:\n");
      assertThat(Http.get(server.url() + "/storage/v1/object/public/avatars/empty").statusCode())
          .isNotEqualTo(200);
      var key = Files.writeString(TestServer.newFolder().resolve("key"), "not a key\n");
      assertThat(
              commands.refusalWithInput(
                  source + "\n",
                  "import",
                  "--from",
                  "-",
                  "--storage-url",
                  server.url(),
                  "--service-key-file",
                  key.toString()))
          .doesNotContain("not a key");
      assertThat(
              commands.runWithInput(
                  source + "\n", "import", "--from", "-", "--files", house.files().toString()))
          .contains("bucket avatars: 2 of 2 files, 6 bytes");
      assertThat(Http.get(server.url() + "/storage/v1/object/public/avatars/empty").statusCode())
          .isEqualTo(200);
      assertThat(
              commands.runWithInput(
                  source + "\n", "import", "--from", "-", "--files", house.files().toString()))
          .startsWith("Everything was moved before; nothing was done.\n");
    }
  }
}
