package io.stabbur.functions.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// The part of `config.toml` that functions need.
class TomlTextTest {
  @Test
  void tablesStringsTruthsAndListsAreRead() {
    var toml =
        TomlText.parse(
            """
            project_id = "x" # a comment
            [functions.hello-world]
            enabled = false
            verify_jwt=true # yes
            entrypoint = './functions/a/main.ts'
            static_files = [
              "./a/*.html",
              './b.txt',
            ]
            [functions."quoted"]
            import_map = "./deno.json"
            """);

    assertThat(toml.truth("functions.hello-world", "enabled")).contains(false);
    assertThat(toml.truth("functions.hello-world", "verify_jwt")).contains(true);
    assertThat(toml.truth("functions.other", "verify_jwt")).isEmpty();
    assertThat(toml.text("functions.hello-world", "entrypoint")).contains("./functions/a/main.ts");
    assertThat(toml.texts("functions.hello-world", "static_files"))
        .containsExactly("./a/*.html", "./b.txt");
    assertThat(toml.text("functions.quoted", "import_map")).contains("./deno.json");
  }
}
