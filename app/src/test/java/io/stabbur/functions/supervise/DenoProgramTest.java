package io.stabbur.functions.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.stabbur.functions.deploy.Deployment;
import io.stabbur.functions.deploy.FunctionName;
import io.stabbur.functions.settings.FunctionsSettings;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DenoProgramTest {
  private final DenoProgram program =
      new DenoProgram(TestServer.shared().bean(FunctionsSettings.class));

  @TempDir private Path folder;

  private Deployment deployment() {
    return new Deployment(
        UUID.randomUUID(),
        FunctionName.parse("f").orElseThrow(),
        "1",
        folder,
        List.of(folder),
        folder.resolve("index.ts"),
        null,
        null,
        folder.resolve("cache"),
        Deployment.Imports.CACHED,
        false);
  }

  /// What a machine leaves that loses its power while the file is written.
  @Test
  void aScriptOfWhichAPartWasWrittenIsWrittenAgain() throws IOException {
    var file = program.preload(deployment());
    var script = Files.readAllBytes(file);
    assertThat(script).isNotEmpty();
    for (int left : new int[] {0, script.length / 2}) {
      Files.write(file, Arrays.copyOf(script, left));
      assertThat(program.preload(deployment())).isEqualTo(file).hasBinaryContent(script);
    }
    program.close();
  }

  @Test
  void aVersionThatServesIsKeptWhereItsJournalsCannotBeWrittenBack() {
    // no process starts without its folder
    program.close();
    assertThatCode(() -> program.checkpoint(deployment())).doesNotThrowAnyException();
  }
}
