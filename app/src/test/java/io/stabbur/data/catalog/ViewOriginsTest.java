package io.stabbur.data.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.data.catalog.ViewOrigins.Origin;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The text form of a stored query tree. The cases are cut from `pg_rewrite.ev_action`.
class ViewOriginsTest {
  private static String entry(int number, long relation, int column) {
    return "{TARGETENTRY :expr {VAR :varno 1 :varattno %d :vartype 23} :resno %d :resname id"
            .formatted(column, number)
        + " :ressortgroupref 0 :resorigtbl %d :resorigcol %d :resjunk false}"
            .formatted(relation, column);
  }

  private static String query(String targets) {
    return "({QUERY :commandType 1 :querySource 0 :cteList <> :rtable (x) :targetList "
        + targets
        + " :override 0 :returningList <>})";
  }

  @Test
  void eachColumnOfARelationHasAnOrigin() {
    assertThat(ViewOrigins.of(query("(" + entry(1, 16384, 1) + " " + entry(2, 16390, 7) + ")")))
        .containsExactly(new Origin(1, 16384, 1), new Origin(2, 16390, 7));
  }

  @Test
  void whatIsComputedHasNone() {
    var computed =
        "{TARGETENTRY :expr {FUNCEXPR :funcid 1} :resno 2 :resname x :resorigtbl 0 :resorigcol 0}";

    assertThat(ViewOrigins.of(query("(" + entry(1, 5, 3) + " " + computed + ")")))
        .containsExactly(new Origin(1, 5, 3));
  }

  /// System columns have negative numbers.
  @Test
  void aSystemColumnHasNone() {
    assertThat(ViewOrigins.of(query("(" + entry(1, 5, -1) + ")"))).isEmpty();
  }

  @Test
  void theTargetsOfSubqueriesAreNotThoseOfTheView() {
    var inner = "{QUERY :commandType 1 :targetList (" + entry(1, 99, 9) + ") :limit <>}";
    var tree =
        "({QUERY :cteList ({CTE :ctequery "
            + inner
            + "}) :rtable ({RTE :subquery "
            + inner
            + "}) :targetList ("
            + entry(1, 5, 2)
            + ") :limit <>})";

    assertThat(ViewOrigins.of(tree)).containsExactly(new Origin(1, 5, 2));
  }

  /// The fields of an entry stand behind its expression, which may have fields of the same names.
  @Test
  void anEntryWhoseExpressionHasASubqueryKeepsItsOwnNumbers() {
    var subquery =
        "{TARGETENTRY :expr {SUBLINK :subselect {QUERY :targetList ("
            + entry(1, 99, 9)
            + ")}} :resno 4 :resname x :resorigtbl 0 :resorigcol 0 :resjunk false}";

    assertThat(ViewOrigins.of(query("(" + subquery + " " + entry(5, 6, 7) + ")")))
        .containsExactly(new Origin(5, 6, 7));
  }

  /// Postgres writes a backslash before a brace, a parenthesis, a blank or a backslash in a name.
  @ParameterizedTest
  @ValueSource(
      strings = {"a\\}b", "a\\{b", "a\\)", "\\(", "\\\\", "\\{\\{\\{", "a\\ :targetList\\ \\("})
  void aNameMayLookLikeAPartOfTheTree(String name) {
    var entry =
        "{TARGETENTRY :expr {CONST :value "
            + name
            + "} :resno 1 :resname "
            + name
            + " :resorigtbl 7 :resorigcol 8}";

    assertThat(ViewOrigins.of(query("(" + entry + " " + entry(2, 9, 9) + ")")))
        .containsExactly(new Origin(1, 7, 8), new Origin(2, 9, 9));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<>",
        "({QUERY :commandType 1})",
        "({QUERY :targetList <>})",
        "({QUERY :targetList ",
        "({QUERY :targetList ()})",
        "({QUERY :targetList (",
        "({QUERY :targetList ({TARGETENTRY",
        "\\"
      })
  void aTreeWithoutTargetsHasNoOrigins(String tree) {
    assertThat(ViewOrigins.of(tree)).isEqualTo(List.of());
  }

  @Test
  void numbersOfRelationsAreUnsigned() {
    assertThat(ViewOrigins.of(query("(" + entry(1, 4_294_967_295L, 1) + ")")))
        .containsExactly(new Origin(1, 4_294_967_295L, 1));
  }
}
