package io.stabbur.platform.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlTokensTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "select 1 | WORD SPACE NUMBER",
        "e'a\\'b'  'c\\'d' | LITERAL SPACE LITERAL",
        "e'a''b\\'c' | LITERAL",
        "e'a','b\\' | LITERAL SIGN LITERAL",
        "U&'a' n'b' | WORD SIGN LITERAL SPACE WORD LITERAL",
        "$1 $a$ '$$ $a$ $ | PARAMETER SPACE LITERAL SPACE SIGN",
        "a$1$ \"a \"\" b\" | WORD SPACE NAME",
        "0xFF 1_000.5E-7 -2 | NUMBER SPACE NUMBER SPACE SIGN NUMBER",
        "/* a /* ' */ */--'| COMMENT COMMENT"
      })
  void tokensAreThoseOfPostgres(String sql, String kinds) {
    assertThat(kinds(sql)).isEqualTo(List.of(kinds.split(" ")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"'a", "e'a\\'", "\"a", "$a$ $b$", "/* /* */", "'a''"})
  void whatIsNotClosedReachesToTheEnd(String sql) {
    var tokens = new SqlTokens(sql);

    assertThat(tokens.next()).isTrue();
    assertThat(tokens.isClosed()).isFalse();
    assertThat(tokens.end()).isEqualTo(sql.length());
    assertThat(tokens.next()).isFalse();
  }

  private static List<String> kinds(String sql) {
    var kinds = new ArrayList<String>();
    int end = 0;
    for (var tokens = new SqlTokens(sql); tokens.next(); end = tokens.end()) {
      assertThat(tokens.start()).isEqualTo(end);
      kinds.add(tokens.kind().toString());
    }
    assertThat(end).isEqualTo(sql.length());
    return kinds;
  }
}
