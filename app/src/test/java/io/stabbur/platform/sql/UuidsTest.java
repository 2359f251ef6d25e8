package io.stabbur.platform.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UuidsTest {
  private static final UUID ID = UUID.fromString("0a1b2c3d-0000-4abc-8def-0123456789ab");

  @Test
  void lettersOfAnyCaseAreRead() {
    assertThat(Uuids.parse("0a1b2c3d-0000-4abc-8def-0123456789ab")).contains(ID);
    assertThat(Uuids.parse("0A1B2C3D-0000-4ABC-8DEF-0123456789aB")).contains(ID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0a1b2c3d00004abc8def0123456789ab",
        "{0a1b2c3d-0000-4abc-8def-0123456789ab}",
        // of the right length, with groups of another
        "0a1b2c3-d0000-4abc-8def-0123456789ab",
        "0a1b2c3d-0000-4abc-8-def0123456789ab",
        "0a1b2c3d-0-4abc-8def-0123456789ab000",
        "00000000000000000000000000000-1-1-1-",
        "0a1b2c3d-0000-4abc-8def-+123456789ab",
        "0a1b2c3d-0000-4abc-8def-0123456789ag"
      })
  void noOtherFormIs(String text) {
    assertThat(Uuids.parse(text)).isEmpty();
  }
}
