package io.stabbur.realtime.change.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The columns of its own table that a policy's expression refers to, in trees as `pg_policy` has
/// them, shortened. A policy that is misread would hide changes, or have too much asked.
class PolicyTreeTest {
  private static final String OWN = "{VAR :varno 1 :varattno %d :vartype 23 :varlevelsup %d :l -1}";

  @Test
  void columnsOfTheTableAreFound() {
    assertThat(
            PolicyTree.columns(
                "{OPEXPR :args (" + OWN.formatted(3, 0) + " " + OWN.formatted(5, 0) + ")}"))
        .contains(Set.of(3, 5));
    assertThat(PolicyTree.columns("{CONST :constvalue 1 [ 1 0 ]}")).contains(Set.of());
  }

  @Test
  void columnsOfOtherTablesInASubqueryAreNot() {
    var tree =
        "{SUBLINK :subselect {QUERY :jointree {FROMEXPR :quals {OPEXPR :args ("
            + OWN.formatted(7, 0)
            + "{VAR :varno 2 :varattno 8 :vartype 23 :varlevelsup 0 :l -1}"
            + OWN.formatted(2, 1)
            + ")}}}}";
    assertThat(PolicyTree.columns(tree)).contains(Set.of(2));
    var deeper =
        "{SUBLINK {QUERY {SUBLINK {QUERY "
            + OWN.formatted(4, 1)
            + OWN.formatted(6, 2)
            + "}} "
            + OWN.formatted(9, 1)
            + "}}";
    assertThat(PolicyTree.columns(deeper)).contains(Set.of(6, 9));
  }

  @Test
  void aNameMayHoldBraces() {
    var tree = "{ALIAS :aliasname a\\{b\\}\\\\ :colnames \\{VAR}" + OWN.formatted(1, 0);
    assertThat(PolicyTree.columns(tree)).contains(Set.of(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // the whole row, and a system column
        "{VAR :varno 1 :varattno 0 :vartype 23 :varlevelsup 0 :l -1}",
        "{VAR :varno 1 :varattno -6 :vartype 23 :varlevelsup 0 :l -1}",
        // another table at the top, or further up than there are queries
        "{VAR :varno 2 :varattno 1 :vartype 23 :varlevelsup 0 :l -1}",
        "{VAR :varno 1 :varattno 1 :vartype 23 :varlevelsup 1 :l -1}",
        // what is not understood
        "{VAR :varno one}",
        "{VAR :varno 1 :varattno 1 :more {X} :varlevelsup 0 }",
        "{OPEXPR :args (",
        "}",
        "{A}}"
      })
  void whatCannotBeSaidIsNotGuessed(String tree) {
    assertThat(PolicyTree.columns(tree)).isEmpty();
  }
}
