package io.stabbur.platform.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class UniqueTest {
  private static final int MANY = 100_000;

  @Test
  void namesAreOfTheirKindAndNeverTheSame() {
    assertThat(Stream.generate(Unique::text).limit(MANY))
        .doesNotHaveDuplicates()
        .allMatch(text -> text.matches("[A-Za-z0-9_-]{16}"));
    assertThat(Stream.generate(Unique::uuid).limit(MANY))
        .doesNotHaveDuplicates()
        .allMatch(uuid -> uuid.version() == 4 && uuid.variant() == 2);
  }
}
