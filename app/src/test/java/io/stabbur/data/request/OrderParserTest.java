package io.stabbur.data.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stabbur.data.error.DataError;
import io.stabbur.data.request.OrderTerm.ByEmbed;
import io.stabbur.data.request.OrderTerm.ByField;
import io.stabbur.data.request.OrderTerm.Direction;
import io.stabbur.data.request.OrderTerm.Nulls;
import io.stabbur.platform.error.ApiException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrderParserTest {
  @ParameterizedTest
  @CsvSource({
    "'', UNSPECIFIED, UNSPECIFIED",
    ".asc, ASC, UNSPECIFIED",
    ".desc, DESC, UNSPECIFIED",
    ".nullsfirst, UNSPECIFIED, FIRST",
    ".nullslast, UNSPECIFIED, LAST",
    ".asc.nullsfirst, ASC, FIRST",
    ".asc.nullslast, ASC, LAST",
    ".desc.nullsfirst, DESC, FIRST",
    ".desc.nullslast, DESC, LAST"
  })
  void directionAndNullsAreOptional(String ending, Direction direction, Nulls nulls) {
    assertThat(OrderParser.parse("a" + ending))
        .containsExactly(new ByField(Field.of("a"), direction, nulls));
    assertThat(OrderParser.parse("b(a)" + ending))
        .containsExactly(new ByEmbed("b", Field.of("a"), direction, nulls));
  }

  @Test
  void termsKeepTheirOrder() {
    assertThat(OrderParser.parse("a.desc , \"b.c\",d->>e.asc"))
        .containsExactly(
            new ByField(Field.of("a"), Direction.DESC, Nulls.UNSPECIFIED),
            new ByField(Field.of("b.c"), Direction.UNSPECIFIED, Nulls.UNSPECIFIED),
            new ByField(
                new Field(
                    "d", List.of(new JsonStep(JsonStep.Arrow.TEXT, new JsonStep.Target.Key("e")))),
                Direction.ASC,
                Nulls.UNSPECIFIED));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        "a,",
        ",a",
        "a.",
        "a.up",
        "a.asc.",
        "a.asc.desc",
        "a.nullsfirst.asc",
        "a.asc.nulls",
        "a.ASC",
        "b(a",
        "b().asc",
        "b(a)x",
        "a;b",
        "*"
      })
  void whatDoesNotFollowTheGrammarIsRefused(String text) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> OrderParser.parse(text))
        .satisfies(e -> assertThat(e.error()).isInstanceOf(DataError.QuerySyntax.class));
  }
}
