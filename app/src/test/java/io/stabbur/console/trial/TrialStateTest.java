package io.stabbur.console.trial;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.console.run.Run;
import io.stabbur.console.run.Run.State;
import io.stabbur.console.trial.TrialState.Waiting;
import io.stabbur.console.trial.TrialWork.Kind;
import io.stabbur.control.operator.Approval;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What of an act on an organization may be done next.
class TrialStateTest {
  private static final UUID ORGANIZATION = UUID.randomUUID();
  private static final Asked ONE = new Asked(ORGANIZATION, "one");
  private static final Asked OTHER = new Asked(ORGANIZATION, "other");

  record Asked(UUID organization, String subject) implements TrialRequest {}

  @ParameterizedTest(name = "{0}")
  @MethodSource("states")
  void onlyWhatWasTriedOrWaitsIsDone(
      String name, TrialState<Asked, String> state, @Nullable Asked next, boolean isOtherOffered) {
    assertThat(state.next()).isEqualTo(Optional.ofNullable(next));
    assertThat(state.isOffered(ONE)).as("what was tried last").isEqualTo(next != null);
    assertThat(state.isOffered(OTHER)).as("something else").isEqualTo(isOtherOffered);
  }

  static Stream<Arguments> states() {
    return Stream.of(
        Arguments.of("nothing was tried", state(null, null), null, false),
        Arguments.of("tried", state(run(Kind.TRY, State.DONE), null), ONE, false),
        Arguments.of("being tried", state(run(Kind.TRY, State.RUNS), null), null, false),
        Arguments.of("the trial failed", state(run(Kind.TRY, State.FAILED), null), null, false),
        Arguments.of("done already", state(run(Kind.APPLY, State.DONE), null), null, false),
        Arguments.of("doing it failed", state(run(Kind.APPLY, State.FAILED), null), null, false),
        Arguments.of("waits, after a restart of the server", state(null, ONE), ONE, false),
        Arguments.of(
            "waits while it goes on", state(run(Kind.APPLY, State.RUNS), ONE), null, false));
  }

  @Test
  void whatWaitsIsShownBeforeWhatWasTriedSince() {
    var state = state(run(Kind.TRY, State.DONE), OTHER);
    assertThat(state.next()).contains(OTHER);
    assertThat(state.isOffered(ONE)).isTrue();
    assertThat(state.isOffered(OTHER)).isTrue();
  }

  private static Run<TrialWork<Asked>, String> run(Kind kind, State state) {
    return new Run<>(
        new TrialWork<>("Likeperson", ONE, kind),
        state,
        Instant.EPOCH,
        new Run.Step("", ""),
        "",
        "",
        Optional.empty());
  }

  private static TrialState<Asked, String> state(
      @Nullable Run<TrialWork<Asked>, String> run, @Nullable Asked waiting) {
    return new TrialState<>(
        Optional.ofNullable(run),
        Optional.ofNullable(waiting).map(each -> new Waiting<>(approval(each), each)));
  }

  private static Approval approval(Asked asked) {
    return new Approval(
        1L, "default", "move", asked.subject(), UUID.randomUUID(), "a@b.no", Instant.EPOCH);
  }
}
