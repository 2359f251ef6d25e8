package io.stabbur.functions.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.error.ApiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderUploadTest {
  @TempDir private Path base;

  private Path file(String name, String text) throws IOException {
    var file = base.resolve("supabase/functions").resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private FolderUpload read() {
    return FolderUpload.read(base.resolve("supabase/functions"), "f", null).orElseThrow();
  }

  @Test
  void secretsAndWhatToolsLeaveAreLeftOut() throws IOException {
    file("f/index.ts", "Deno.serve(() => new Response('x'));");
    file("f/page.html", "x");
    file("f/environment.ts", "x");
    file("_shared/x.ts", "x");
    file("import_map.json", "{}");
    for (var name :
        new String[] {
          ".env",
          "f/.env",
          "f/.env.local",
          "_shared/.env.production",
          "f/.git/config",
          "f/.gitignore",
          "f/node_modules/a/index.js",
          "f/.vscode/settings.json",
          "f/.idea/x.xml",
          "f/.DS_Store",
          "f/index.ts~",
          "f/.index.ts.swp",
          "f/#index.ts#"
        }) {
      file(name, "secret");
    }

    assertThat(read().files().keySet())
        .containsExactly(
            "functions/_shared/x.ts",
            "functions/f/environment.ts",
            "functions/f/index.ts",
            "functions/f/page.html",
            "functions/import_map.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "EC ", "RSA ", "OPENSSH ", "ENCRYPTED ", "SSH2 ENCRYPTED "})
  void aPrivateKeyIsRefused(String kind) throws IOException {
    file("f/index.ts", "x");
    file("f/key.pem", "a comment\n-----BEGIN " + kind + "PRIVATE KEY-----\nx\n");

    assertThatThrownBy(this::read)
        .isInstanceOfSatisfying(
            ApiException.class,
            e ->
                assertThat(e.error().toString())
                    .contains("functions/f/key.pem holds a private key"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-----BEGIN PUBLIC KEY-----", "-----BEGIN CERTIFICATE-----", "PRIVATE KEY"})
  void whatIsNoPrivateKeyIsPartOfAFunction(String text) throws IOException {
    file("f/index.ts", text + "\nx\n");

    assertThat(read().files()).containsKey("functions/f/index.ts");
  }

  @Test
  void aLongLineOfWordsIsReadAsAShortOne() throws IOException {
    file("f/index.ts", "-----BEGIN " + "A ".repeat(30_000));

    assertThat(read().files()).containsKey("functions/f/index.ts");
  }

  @Test
  void aLinkThatLeadsOutIsRefused() throws IOException {
    file("f/index.ts", "x");
    var outside = Files.writeString(base.resolve("outside.txt"), "secret");
    Files.createSymbolicLink(base.resolve("supabase/functions/f/link.txt"), outside);

    assertThatThrownBy(this::read)
        .isInstanceOfSatisfying(
            ApiException.class,
            e ->
                assertThat(e.error().toString())
                    .contains("functions/f/link.txt is a link that leads out"));
  }
}
