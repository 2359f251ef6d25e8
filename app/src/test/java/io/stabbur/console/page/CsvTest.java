package io.stabbur.console.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CsvTest {
  @Test
  void formulasAreShownAsTextWhereverASpreadsheetPartsCells() {
    assertThat(Csv.quoted("=cmd()")).isEqualTo("\"'=cmd()\"");
    assertThat(Csv.quoted("a;=cmd();b")).isEqualTo("\"a;'=cmd();b\"");
    assertThat(Csv.quoted("a\t@b\r\n+c\nd-e")).isEqualTo("\"a\t'@b\r\n'+c\nd-e\"");
    assertThat(Csv.quoted("-1+1")).isEqualTo("\"'-1+1\"");
    assertThat(Csv.quoted("say \"hi\"")).isEqualTo("\"say \"\"hi\"\"\"");
  }

  @Test
  void numbersStayNumbers() {
    for (var number : new String[] {"-1", "0", "-12.50", "3.0"}) {
      assertThat(Csv.quoted(number)).isEqualTo('"' + number + '"');
    }
  }
}
