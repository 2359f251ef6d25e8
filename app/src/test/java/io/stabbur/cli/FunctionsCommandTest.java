package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.AtExit;
import io.stabbur.testing.Await;
import io.stabbur.testing.Http;
import io.stabbur.testing.Node;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Functions and their secrets by command.
class FunctionsCommandTest {
  private static final CommandServer SERVER =
      CommandServer.of(
          AtExit.close(TestServer.start(Map.of("stabbur.functions.deno", Node.deno().toString()))));

  private static Path folder(String answer) throws IOException {
    var folder = TestServer.newFolder().resolve("supabase/functions");
    Files.createDirectories(folder.resolve("hello"));
    Files.createDirectories(folder.resolve("_shared"));
    Files.writeString(folder.resolve("_shared/words.ts"), "export const words = '" + answer + "';");
    Files.writeString(
        folder.resolve("hello/index.ts"),
        "import { words } from '../_shared/words.ts'; Deno.serve(() => { console.log('said ' +"
            + " words); return new Response(words + (Deno.env.get('MINE') ?? '')); });");
    Files.writeString(
        folder.resolveSibling("config.toml"), "[functions.hello]\nverify_jwt = false\n");
    return folder;
  }

  private static String call() {
    return Http.get(SERVER.server().url() + "/functions/v1/hello").body();
  }

  @Test
  void aFunctionIsDeployedRolledBackReadAndDeleted() throws IOException {
    assertThat(SERVER.run("functions", "deploy", "hello", "--folder", folder("one").toString()))
        .contains("hello is deployed as version 1");
    assertThat(call()).isEqualTo("one");
    var second = folder("two");
    assertThat(SERVER.run("functions", "deploy", "hello", "--folder", second.toString()))
        .contains("version 2");
    assertThat(call()).isEqualTo("two");
    assertThat(SERVER.run("functions", "list")).contains("hello").contains("false");
    assertThat(SERVER.run("functions", "rollback", "hello")).contains("uses version 1");
    assertThat(call()).isEqualTo("one");
    assertThat(SERVER.run("functions", "versions", "hello").lines()).hasSize(2);
    Await.until(
        "the log is written", () -> SERVER.run("functions", "logs", "hello").contains("said one"));

    Files.writeString(second.resolve("hello/index.ts"), "Deno.serve(() => {");
    assertThat(SERVER.refusal("functions", "deploy", "hello", "--folder", second.toString()))
        .contains("cannot be loaded");
    assertThat(SERVER.refusal("functions", "deploy", "nobody", "--folder", second.toString()))
        .contains("There is no function nobody");
    assertThat(call()).isEqualTo("one");

    assertThat(SERVER.run("secrets", "set", "MINE= and mine")).isEqualTo("Set: MINE.\n");
    Await.until("the secret is there", () -> call().equals("one and mine"));
    assertThat(SERVER.run("secrets", "list")).contains("MINE").doesNotContain("and mine");
    assertThat(SERVER.refusal("secrets", "set", "SUPABASE_X=1")).contains("SUPABASE_");
    assertThat(SERVER.run("secrets", "unset", "MINE")).isEmpty();

    assertThat(SERVER.run("functions", "delete", "hello")).isEmpty();
    assertThat(SERVER.refusal("functions", "delete", "hello")).contains("not found");
  }
}
