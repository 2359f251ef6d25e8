package io.stabbur.auth.account;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LookAlikesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ola@example.no",
        "åse.ødegård@example.no",
        "ola@blåbær.example.no",
        "ola@xn--blbr-roah.example.no",
        "иван@пример.example",
        "иван.petrov@example.no",
        "γιώργος@example.gr",
        "田中さん@example.jp",
        "김@example.kr",
        "o'neill+tag_1@example.no"
      })
  void anAddressOfOneScriptIsNone(String email) {
    assertThat(LookAlikes.isOne(email)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kаri@example.no", // one Cyrillic letter among Latin ones
        "ѕсоре@example.no", // Cyrillic letters only, which read as ASCII
        "ola@ехаmрle.no",
        "ola@аррӏе.example",
        "ola@xn--80ak6aa92e.example", // the same as an A-label
        "ɡoogle@example.no", // a Latin letter that looks like g
        "ｋari@example.no", // full width
        "οla@example.no", // a Greek omicron
        "ﬁnn@example.no" // a ligature
      })
  void anAddressThatReadsAsAnotherIsOne(String email) {
    assertThat(LookAlikes.isOne(email)).isTrue();
  }
}
