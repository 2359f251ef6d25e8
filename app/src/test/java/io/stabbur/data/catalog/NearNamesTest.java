package io.stabbur.data.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.data.catalog.NearNames.Near;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NearNamesTest {
  private static final NearNames NAMES =
      new NearNames(List.of("projects", "project_members", "clients", "ab", "Bøker"));

  @ParameterizedTest
  @CsvSource({
    "project, projects",
    "projets, projects",
    "PROJEKTS, projects",
    "project_member, project_members",
    "client, clients",
    "bøkar, Bøker",
    "abc, ab",
    "zzz,",
    "x,"
  })
  void theNearestHasTheFewestChanges(String wanted, @Nullable String near) {
    assertThat(NAMES.nearest(wanted, 0.6).map(Near::name).orElse(null)).isEqualTo(near);
  }

  @ParameterizedTest
  @ValueSource(strings = {"projects", "PROJECTS", "Projects"})
  void theSameInOtherCaseIsTheName(String wanted) {
    assertThat(NAMES.nearest(wanted, 0.75)).contains(new Near("projects", 1));
  }

  @Test
  void theScoreIsTheShareOfLettersThatStay() {
    assertThat(NAMES.nearest("project", 0))
        .hasValueSatisfying(near -> assertThat(near.score()).isEqualTo(1 - 1.0 / 8));
    assertThat(NAMES.nearest("project", 0.88)).isEmpty();
  }

  @Test
  void nothingIsNearWhereThereIsNothing() {
    assertThat(new NearNames(List.of()).nearest("a", 0)).isEmpty();
  }
}
