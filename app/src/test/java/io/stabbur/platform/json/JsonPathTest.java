package io.stabbur.platform.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Queries by RFC 9535 and what they find in one document.
class JsonPathTest {
  private static final String DOCUMENT =
      """
      {"role": "reader", "o'k": {"a.b": 1}, "list": [0, 1, 2, 3, 4], "none": null,
       "roles": ["first", "second", {"name": "third", "rank": 3}, {"name": "fourth", "rank": 4.0}],
       "deep": {"role": "inner", "more": [{"role": "innermost"}]}}\
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "$.role~[`reader`]",
        "$ [`role`]~[`reader`]",
        "$['o\\'k'][\"a.b\"]~[1]",
        "$.roles[1]~[`second`]",
        "$.roles[-1].name~[`fourth`]",
        "$.roles[9]~[]",
        "$.missing.below~[]",
        "$.none~[null]",
        "$.list[1:3]~[1,2]",
        "$.list[:-3]~[0,1]",
        "$.list[::2]~[0,2,4]",
        "$.list[::-2]~[4,2,0]",
        "$.list[3:0:-1]~[3,2,1]",
        "$.list[::0]~[]",
        "$.list[0,3]~[0,3]",
        "$.deep.*~[`inner`,[{`role`:`innermost`}]]",
        "$..role~[`reader`,`inner`,`innermost`]",
        "$.deep..[`role`]~[`inner`,`innermost`]",
        "$.roles[?@ == 'second']~[`second`]",
        "$.roles[?(@ != 'first' && !@.name)]~[`second`]",
        "$.roles[?@.rank>3 || @=='first']~[`first`,{`name`:`fourth`,`rank`:4.0}]",
        "$.roles[?@.rank == 4].name~[`fourth`]",
        "$.roles[?@.rank <= 3].name~[`third`]",
        "$.roles[?@.name == $.missing]~[`first`,`second`]",
        "$.roles[?search(@, '^sec')]~[`second`]",
        "$.roles[?match(@, 'sec')]~[]",
        "$.roles[?match(@, \"s.*d\")]~[`second`]",
        "$.list[?@ < 2]~[0,1]",
        "$.list[?@ < 'a']~[]",
        "$[?@ == null]~[null]"
      })
  void queriesFind(String query, String wanted) {
    var found = JsonPath.parse(query.replace('`', '"')).all(Json.parse(DOCUMENT)).toList();

    assertThat(found.stream().map(Json::write).toList())
        .isEqualTo(
            java.util.stream.StreamSupport.stream(
                    Json.parse(wanted.replace('`', '"')).values().spliterator(), false)
                .map(Json::write)
                .toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "role",
        "@.role",
        "$.",
        "$.role;;domain",
        "$.1st",
        "$[",
        "$['a]",
        "$['\\x']",
        "$[01x]",
        "$[9007199254740992]",
        "$[?]",
        "$[?'literal']",
        "$[?@.a == @.*]",
        "$[?(@.a]",
        "$[?search(@, '(')]",
        "$[?length(@) > 1]",
        "$.role extra"
      })
  void whatIsNoQueryIsRefused(String query) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JsonPath.parse(query))
        .withMessageContaining("is not a JSONPath query, from character");
  }
}
