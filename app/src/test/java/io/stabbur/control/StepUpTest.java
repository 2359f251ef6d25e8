package io.stabbur.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.control.operator.OperatorDesk;
import io.stabbur.control.operator.Role;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.control.operator.StepUp;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.error.Refused;
import io.stabbur.testing.TestServer;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A code of the second factor, asked for once more.
class StepUpTest {
  private static final TestServer SERVER = TestServer.shared();
  private static final StepUp STEP_UP = SERVER.bean(StepUp.class);
  private static final OperatorDesk DESK = SERVER.bean(OperatorDesk.class);

  @BeforeEach
  void forgetTries() {
    var _ = ControlRows.of(SERVER).update("delete from stabbur_control.sign_in_attempts");
  }

  private static String fresh() {
    return "step-" + UUID.randomUUID() + "@example.org";
  }

  private static SignedIn signedIn(String email) {
    var known = DESK.find(email);
    return new SignedIn(known.id(), known.email(), known.role(), null, false);
  }

  private static void refusedWith(String code, ThrowingCallable act) {
    assertThatThrownBy(act)
        .isInstanceOfSatisfying(
            ApiException.class,
            e ->
                assertThat(e.error())
                    .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.code()).isEqualTo(code)));
  }

  @Test
  void aCodeCountsOnceAndAWrongOneNever() {
    var account = new OperatorApi(SERVER).account(fresh(), "operator");
    var operator = signedIn(account.email());
    refusedWith(StepUp.WRONG, () -> STEP_UP.require(operator, "000000"));
    refusedWith(StepUp.WRONG, () -> STEP_UP.require(operator, ""));
    var code = account.code(30);
    STEP_UP.require(operator, code);
    refusedWith(StepUp.WRONG, () -> STEP_UP.require(operator, code));
  }

  @Test
  void codesAreNotGuessedWithoutEnd() {
    var account = new OperatorApi(SERVER).account(fresh(), "operator");
    var operator = signedIn(account.email());
    for (int i = 0; i < 20; i++) {
      refusedWith(StepUp.WRONG, () -> STEP_UP.require(operator, "no code"));
    }
    assertThatThrownBy(() -> STEP_UP.require(operator, account.code(30)))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.error()).isInstanceOf(Failure.Crowded.class));
  }

  @Test
  void whoHasNoSecondFactorIsToldSo() {
    var email = fresh();
    var _ = DESK.create(email, Role.OPERATOR, "a password without a factor");
    refusedWith(StepUp.NONE, () -> STEP_UP.require(signedIn(email), "123456"));
  }
}
