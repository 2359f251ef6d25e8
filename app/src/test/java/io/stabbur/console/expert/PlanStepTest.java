package io.stabbur.console.expert;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanStepTest {
  private static final String JOIN =
      """
      [{"Plan": {
        "Node Type": "Nested Loop", "Actual Total Time": 10.0, "Actual Loops": 1,
        "Actual Rows": 20, "Plan Rows": 5000, "Join Filter": "(a.id = b.a)",
        "Plans": [
          {"Node Type": "Seq Scan", "Relation Name": "a", "Filter": "(id > 1)",
           "Actual Total Time": 2.0, "Actual Loops": 1, "Actual Rows": 10, "Plan Rows": 10},
          {"Node Type": "Index Scan", "Relation Name": "b", "Index Name": "b_a",
           "Index Cond": "(a = 1)", "Filter": "(x)",
           "Actual Total Time": 0.5, "Actual Loops": 10, "Actual Rows": 2, "Plan Rows": 1}
        ]}}]
      """;

  @Test
  void aStepHasTheTimeThatItsStepsDoNotHave() {
    var join = PlanStep.read(JOIN).orElseThrow();

    assertThat(join.kind()).isEqualTo("Nested Loop");
    assertThat(join.all()).isEqualTo(10);
    assertThat(join.own()).isEqualTo(3);
    assertThat(join.share()).isEqualTo(30);
    assertThat(join.steps()).extracting(PlanStep::share).containsExactly(20, 50);
  }

  @Test
  void aStepThatIsRepeatedCountsEachTime() {
    var index = PlanStep.read(JOIN).orElseThrow().steps().getLast();

    assertThat(index.rows()).isEqualTo(20);
    assertThat(index.expected()).isEqualTo(10);
    assertThat(index.all()).isEqualTo(5);
  }

  @Test
  void aStepSaysWhatItLookedAt() {
    var join = PlanStep.read(JOIN).orElseThrow();

    assertThat(join.on()).isEmpty();
    assertThat(join.conditions()).containsExactly("Join Filter: (a.id = b.a)");
    assertThat(join.steps()).extracting(PlanStep::on).containsExactly("a", "b · b_a");
    assertThat(join.steps().getLast().conditions())
        .containsExactly("Index Cond: (a = 1)", "Filter: (x)");
  }

  @Test
  void theExpectationIsFarOffByAFactorOfTen() {
    assertThat(PlanStep.read(JOIN).orElseThrow().isFarOff()).isTrue();
    assertThat(PlanStep.read(JOIN).orElseThrow().steps()).noneMatch(PlanStep::isFarOff);
  }

  @Test
  void aStepThatWasNeverRunTookNoTime() {
    var step =
        PlanStep.read("[{\"Plan\": {\"Node Type\": \"Result\", \"Actual Loops\": 0}}]")
            .orElseThrow();

    assertThat(step.all()).isZero();
    assertThat(step.share()).isZero();
    assertThat(step.rows()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"[], true", "[{}], true", "'[{\"Plan\": {}}]', false"})
  void whatIsNoPlanHasNoStep(String json, boolean isEmpty) {
    assertThat(PlanStep.read(json).isEmpty()).isEqualTo(isEmpty);
  }

  @ParameterizedTest
  @CsvSource({"0, 0.00", "0.004, 0.00", "9.994, 9.99", "10, 10", "1234.5, 1235", "99.4, 99"})
  void millisecondsAreShownAsFarAsTheyMatter(double time, String text) {
    assertThat(PlanStep.milliseconds(time)).isEqualTo(text);
  }
}
