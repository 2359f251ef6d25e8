package io.stabbur.console.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PagePathTest {
  @Test
  void pathsOfPagesAreKeptAndOthersLeadToTheStartPage() {
    assertThat(PagePath.of("/backups")).isEqualTo("/backups");
    assertThat(PagePath.of("/expert/runbooks/DiskFull")).isEqualTo("/expert/runbooks/DiskFull");
    for (var other :
        List.of(
            "//evil.example",
            "/../x",
            "https://x",
            "/a?b",
            "/a/" + "b/".repeat(9_000),
            "/a".repeat(9_000),
            "x")) {
      assertThat(PagePath.of(other)).isEmpty();
    }
  }
}
