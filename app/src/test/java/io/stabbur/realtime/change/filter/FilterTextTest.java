package io.stabbur.realtime.change.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stabbur.realtime.change.filter.Condition.Negation;
import io.stabbur.realtime.change.filter.FilterText.InvalidFilter;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTextTest {
  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " ", "\t"})
  void nothingIsNoCondition(String text) throws InvalidFilter {
    assertThat(FilterText.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Operator.class)
  void everyOperatorMayBeNegated(Operator operator) throws InvalidFilter {
    var word = operator.name().toLowerCase(Locale.ROOT);

    assertThat(FilterText.parse("a=" + word + ".(x)"))
        .singleElement()
        .satisfies(
            condition -> {
              assertThat(condition.operator()).isEqualTo(operator);
              assertThat(condition.isNegated()).isFalse();
            });
    assertThat(FilterText.parse("a=not." + word + ".(x)"))
        .singleElement()
        .satisfies(
            condition -> {
              assertThat(condition.operator()).isEqualTo(operator);
              assertThat(condition.isNegated()).isTrue();
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a=eq.1 | a | EQ | 1",
        " a=eq.1 | a | EQ | 1",
        "a=eq. | a | EQ | ``",
        "a=eq.b.c=d | a | EQ | b.c=d",
        "a b=eq.1 | a b | EQ | 1",
        "a=in.(1,2) | a | IN | {1,2}",
        "a=in.() | a | IN | {}",
        "a=in.(\"x,y\",z) | a | IN | {\"x,y\",z}",
        "a=eq.\"b,c\" | a | EQ | b,c",
        "a=eq.\"b\\\"c\\\\d\" | a | EQ | b\"c\\d",
        // quotes that do not enclose the whole are signs like others
        "a=eq.\"b\"c | a | EQ | \"b\"c",
        "a=eq.b\"c\" | a | EQ | b\"c\"",
        "a=like.(b,c) | a | LIKE | (b,c)"
      })
  void valuesAreTakenOutOfTheirQuotes(String text, String column, Operator operator, String value)
      throws InvalidFilter {
    assertThat(FilterText.parse(text))
        .containsExactly(new Condition(column, operator, value, Negation.PLAIN));
  }

  @Test
  void severalMustHold() throws InvalidFilter {
    assertThat(FilterText.parse("a=gt.1, b=in.(1,2),c=not.is.null,d=eq.\"x,y\""))
        .containsExactly(
            new Condition("a", Operator.GT, "1", Negation.PLAIN),
            new Condition("b", Operator.IN, "{1,2}", Negation.PLAIN),
            new Condition("c", Operator.IS, "null", Negation.NEGATED),
            new Condition("d", Operator.EQ, "x,y", Negation.PLAIN));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a | [\"a\"]",
        "a=1 | [\"1\"]",
        "a=eq | [\"eq\"]",
        "a=not.eq | [\"eq\"]",
        "a=cs.1 | [\"cs\", \"1\"]",
        "a=EQ.1 | [\"EQ\", \"1\"]",
        "a=not.not.eq.1 | [\"not\", \"eq.1\"]",
        "a=x\"y.1 | [\"x\\\"y\", \"1\"]",
        "a=in.1 | `in` filter value must be wrapped by parentheses",
        "a=in.(1 | `in` filter value must be wrapped by parentheses",
        "a=eq.1, | filter must not contain empty segments (check for extra commas)",
        ",a=eq.1 | filter must not contain empty segments (check for extra commas)",
        "a=eq.1,,b=eq.2 | filter must not contain empty segments (check for extra commas)"
      })
  void otherTextsAreRefused(String text, String reason) {
    assertThatExceptionOfType(InvalidFilter.class)
        .isThrownBy(() -> FilterText.parse(text))
        .withMessage("Error parsing `filter` params: " + reason);
  }
}
