package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestServer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class FileKeysTest {
  private final Project project = TestServer.shared().project();
  private final FileKeys keys = FileKeys.of(project);

  private String key(String scope) {
    return HexFormat.of().formatHex(keys.wrappingKey(1, scope).orElseThrow().getEncoded());
  }

  @Test
  void eachScopeHasAKeyOfItsOwnThatStaysTheSame() {
    assertThat(key("folder:a"))
        .hasSize(64)
        .isEqualTo(key("folder:a"))
        .isNotEqualTo(key("folder:b"));
    assertThat(keys.wrappingKey(99, "folder:a")).isEmpty();
  }
}
