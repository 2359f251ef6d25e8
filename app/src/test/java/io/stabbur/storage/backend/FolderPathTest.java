package io.stabbur.storage.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FolderPathTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a/b.png | a/b.png",
        "a b | a%20b",
        "100% | 100%25",
        "å | %C3%A5",
        ". | %2E",
        ".. | %2E%2E",
        "../a | %2E%2E/a",
        "... | ...",
        ".a | .a",
        "a//b | a/%/b",
        "/a | %/a",
        "a/ | a/%",
        "a\\b | a\\b",
        "C:x | C:x"
      })
  void segmentsBecomeFolders(String name, String path) {
    assertThat(FolderPath.encode(name)).isEqualTo(path);
    assertThat(FolderPath.decode(path)).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "a/b/c",
        ".",
        "..",
        "../../etc/passwd",
        "a/../../b",
        "/",
        "//",
        "a/",
        "%",
        "%+",
        "%2E",
        "a%+/b",
        "%/%",
        "\u0000",
        "a\nb",
        "\u007f",
        "åäö/😀",
        " ",
        "~",
        "-rf",
        "$(x)",
        "a:b*c?d\"e<f>g|h",
        "\u202e"
      })
  void theMappingLosesNothingAndDoesNotClimb(String name) {
    var path = FolderPath.encode(name);
    var root = Path.of("/root");

    assertThat(FolderPath.decode(path)).isEqualTo(name);
    assertThat(root.resolve(path).normalize()).startsWithRaw(root).isNotEqualTo(root);
    assertThat(path.chars()).allSatisfy(sign -> assertThat(sign).isBetween(0x21, 0x7e));
    assertThat(path.split("/", -1)).noneMatch(String::isEmpty);
  }

  @ParameterizedTest
  @ValueSource(ints = {197, 198, 199, 200, 201, 255, 394, 395, 396, 1024})
  void longSegmentsAreCut(int length) {
    for (var sign : new String[] {"x", "å", "%", "."}) {
      var name = sign.repeat(length) + "/" + sign.repeat(length);
      var path = FolderPath.encode(name);

      assertThat(FolderPath.decode(path)).isEqualTo(name);
      assertThat(path.split("/"))
          .allSatisfy(piece -> assertThat(piece).hasSizeLessThanOrEqualTo(255));
    }
  }

  @ParameterizedTest
  @CsvSource({"a/b, a%2Fb", "a, A", "., %2E", "a//b, a/b", "a/, a"})
  void differentNamesHaveDifferentPaths(String one, String other) {
    assertThat(FolderPath.encode(one)).isNotEqualTo(FolderPath.encode(other));
  }
}
