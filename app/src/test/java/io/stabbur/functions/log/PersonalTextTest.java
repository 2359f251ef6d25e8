package io.stabbur.functions.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Mail addresses and long numbers do not stay in lines of the log; ids and times do.
class PersonalTextTest {
  @Test
  void addressesAndNumbersAreCut() {
    assertThat(PersonalText.cut("to Ola.Nordmann@example.org, +47 99 88 77 66 or 01017012345"))
        .isEqualTo("to [mail], [number] or [number]");
  }

  @Test
  void idsTimesAndShortNumbersAreKept() {
    var text =
        "12345678-1234-4321-8765-123456789012 in 2026-11-29T02:40:00 after 1234567 ms, hash"
            + " a12345678b";
    assertThat(PersonalText.cut(text)).isEqualTo(text);
  }
}
