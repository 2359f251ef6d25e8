package io.stabbur.operations.statement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The conditions and changes of rows that operators write in forms: names and values are quoted,
/// whatever they hold.
class RowFilterTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "role | is | peer | ` where \"role\" = 'peer'`",
        "role | is-not | peer | ` where \"role\" is distinct from 'peer'`",
        "role | is | it's | ` where \"role\" = 'it''s'`",
        "ro\"le | is | x | ` where \"ro\"\"le\" = 'x'`",
        "n | at-least | 5 | ` where \"n\" >= '5'`",
        "n | at-most | 5 | ` where \"n\" <= '5'`",
        "n | is-null | ignored | ` where \"n\" is null`",
        "n | is-not-null | ignored | ` where \"n\" is not null`",
        "n | contains | a | ` where \"n\"::text ilike '%a%'`",
        "n | contains | 50%_\\ | ` where \"n\"::text ilike  E'%50\\\\%\\\\_\\\\\\\\%'`",
        "n | is | a\\'b | ` where \"n\" =  E'a\\\\''b'`"
      })
  void aValueIsAText(String column, String test, String value, String sql) {
    var filter = new RowFilter(column, RowFilter.Test.of(test).orElseThrow(), value);
    assertThat(filter.condition().statement().sql()).isEqualTo(sql);
    assertThat(filter.condition().statement().values()).isEmpty();
  }

  @Test
  void withoutAColumnThereIsNoCondition() {
    assertThat(RowFilter.NONE.isNone()).isTrue();
    assertThat(RowFilter.NONE.condition().statement().sql()).isEmpty();
  }

  @Test
  void everyTestHasAWordOfItsOwn() {
    for (var test : RowFilter.Test.values()) {
      assertThat(RowFilter.Test.of(test.word())).contains(test);
    }
    assertThat(RowFilter.Test.of("like")).isEmpty();
    assertThat(RowFilter.Test.of("IS")).isEmpty();
  }

  @Test
  void aChangeNamesTheRowAndItsVersion() {
    var key = new LinkedHashMap<String, String>();
    key.put("id", "1");
    key.put("language", "n'b");
    var values = new LinkedHashMap<String, String>();
    values.put("text", "it's");
    values.put("seen", null);
    var change = new RowForm(new RowForm.Place("public", "no\"tes", key), "745", values);
    assertThat(change.update().statement().sql())
        .isEqualTo(
            "update \"public\".\"no\"\"tes\" set \"text\" = 'it''s', \"seen\" = null"
                + " where \"id\" = '1' and \"language\" = 'n''b' and xmin = '745'");
    assertThat(change.place().relation()).isEqualTo("public.no\"tes");
  }

  @Test
  void aChangeOfNothingOrOfNoRowIsNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RowForm.Place("public", "notes", Map.of()));
    var place = new RowForm.Place("public", "notes", Map.of("id", "1"));
    assertThatIllegalArgumentException().isThrownBy(() -> new RowForm(place, "1", Map.of()));
  }
}
