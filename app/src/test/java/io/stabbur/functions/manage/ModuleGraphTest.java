package io.stabbur.functions.manage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A version must not be loaded if Deno would read a file outside of its folder for it.
class ModuleGraphTest {
  @TempDir private Path temporary = Path.of("");
  private Path root = Path.of("");

  @BeforeEach
  void makeFiles() throws IOException {
    root = Files.createDirectory(temporary.resolve("version"));
    Files.writeString(root.resolve("index.ts"), "");
    Files.createDirectory(root.resolve("lib"));
    Files.writeString(root.resolve("lib/a.ts"), "");
    Files.writeString(temporary.resolve("secret.json"), "{}");
    Files.createDirectory(temporary.resolve("version-2"));
    Files.writeString(temporary.resolve("version-2/b.ts"), "");
  }

  private String file(String name) {
    return temporary.resolve(name).toUri().toString();
  }

  private static String module(String specifier, String... dependencies) {
    return "{\"specifier\":\"%s\",\"dependencies\":[%s]}"
        .formatted(specifier, String.join(",", dependencies));
  }

  private static String imports(String written, String address) {
    return "{\"specifier\":\"%s\",\"code\":{\"specifier\":\"%s\"}}".formatted(written, address);
  }

  private static ModuleGraph graph(String... modules) {
    return ModuleGraph.parse("{\"modules\":[" + String.join(",", modules) + "]}").orElseThrow();
  }

  @Test
  void modulesOfTheFolderAndOfTheWebMayBeLoaded() throws IOException {
    var graph =
        graph(
            module(
                file("version/index.ts"),
                imports("./lib/a.ts", file("version/lib/a.ts")),
                imports("npm:zod", "npm:zod@3.23.8"),
                imports("jsr:@std/path", "https://jsr.io/@std/path/1.0.0/mod.ts"),
                imports("node:fs", "node:fs"),
                imports("data:text/javascript,1", "data:text/javascript,1")),
            module(file("version/lib/a.ts")),
            module("https://jsr.io/@std/path/1.0.0/mod.ts"));

    assertThat(graph.firstOutside(root)).isEmpty();
  }

  @Test
  void aModuleOutsideIsNamedAsItsImporterWroteIt() throws IOException {
    var graph =
        graph(
            module(
                file("version/index.ts"),
                imports("./lib/a.ts", file("version/lib/a.ts")),
                imports("../secret.json", file("secret.json"))));

    assertThat(graph.firstOutside(root)).contains("../secret.json");
  }

  /// The address would tell the folders of this machine.
  @Test
  void aModuleThatNobodyImportedByNameIsAFile() throws IOException {
    assertThat(graph(module(file("secret.json"))).firstOutside(root)).contains("a file");
  }

  @Test
  void aFolderWhoseNameBeginsAlikeIsOutside() throws IOException {
    assertThat(graph(module(file("version-2/b.ts"))).firstOutside(root)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "version/../secret.json",
        "version/lib/../../secret.json",
        "version/./lib/../../secret.json",
        "missing.ts",
        "version/../missing.ts"
      })
  void dotsLeadNowhere(String name) throws IOException {
    var address = temporary.toUri() + name;

    assertThat(graph(module(address)).firstOutside(root)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"version/lib/../index.ts", "version/./index.ts", "version/missing.ts"})
  void dotsWithinTheFolderStayThere(String name) throws IOException {
    assertThat(graph(module(temporary.toUri() + name)).firstOutside(root)).isEmpty();
  }

  @Test
  void aLinkLeadsWhereItPoints() throws IOException {
    Files.createSymbolicLink(root.resolve("link.json"), temporary.resolve("secret.json"));
    Files.createSymbolicLink(root.resolve("folder"), temporary.resolve("version-2"));
    Files.createSymbolicLink(root.resolve("near.ts"), root.resolve("lib/a.ts"));

    assertThat(graph(module(file("version/link.json"))).firstOutside(root)).isPresent();
    assertThat(graph(module(file("version/folder/b.ts"))).firstOutside(root)).isPresent();
    assertThat(graph(module(file("version/near.ts"))).firstOutside(root)).isEmpty();
  }

  @Test
  void theFolderMayBeALinkItself() throws IOException {
    var link = Files.createSymbolicLink(temporary.resolve("current"), root);

    assertThat(graph(module(file("version/index.ts"))).firstOutside(link)).isEmpty();
    assertThat(graph(module(file("current/index.ts"))).firstOutside(link)).isEmpty();
    assertThat(graph(module(file("secret.json"))).firstOutside(link)).isPresent();
  }

  /// An import that failed now may not fail when the version is loaded.
  @Test
  void importsCountThatAreNoModulesOfTheGraph() throws IOException {
    var typed =
        "{\"specifier\":\"./x.d.ts\",\"type\":{\"specifier\":\"%s\"}}"
            .formatted(file("secret.json"));
    var failed =
        "{\"specifier\":\"../secret.json\",\"code\":{\"specifier\":\"%s\",\"error\":\"gone\"}}"
            .formatted(file("secret.json"));

    assertThat(graph(module(file("version/index.ts"), typed)).firstOutside(root)).isPresent();
    assertThat(graph(module(file("version/index.ts"), failed)).firstOutside(root))
        .contains("../secret.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"file://other.example.org/x.ts", "file:x.ts", "file:///a%zz", "file:"})
  void anAddressThatNamesNoFileOfThisMachineIsOutside(String address) throws IOException {
    assertThat(graph(module(address)).firstOutside(root)).isPresent();
  }

  @Test
  void partsOfAnotherFormAreNoModules() throws IOException {
    var graph =
        graph(
            "1",
            "null",
            "[]",
            "{}",
            "{\"specifier\":1,\"dependencies\":{}}",
            "{\"dependencies\":[1,null,{},{\"code\":1},{\"code\":{\"specifier\":null}}]}");

    assertThat(graph.firstOutside(root)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "{}", "[]", "1", "{\"modules\":{}}", "{\"modules\":null}"})
  void whatIsNoGraphIsNone(String text) {
    assertThat(ModuleGraph.parse(text)).isEmpty();
  }
}
