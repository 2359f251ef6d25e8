package io.stabbur.platform.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.error.ApiError;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.error.Refused;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/// What becomes of an exception of the driver: the server's words are kept, the driver's are not
/// shown where they may name hosts and users.
class SqlFailureTest {
  @Test
  void theServersWordsAreKept() {
    assertThat(error("23505", "duplicate key", "Key (id)=(1) exists.", "try 2", "public"))
        .isEqualTo(
            new Failure.Database(
                "23505", "duplicate key", "Key (id)=(1) exists.", "try 2", "public"));
    assertThat(error("42601", "syntax error", null, null, null))
        .isEqualTo(new Failure.Database("42601", "syntax error", null, null, null));
  }

  @Test
  void anErrorOfTheDriverHasItsStateAndMessage() {
    assertThat(SqlFailure.of(new SQLException("no value for parameter 1", "22023")).error())
        .isEqualTo(new Failure.Database("22023", "no value for parameter 1", null, null, null));
    assertThat(SqlFailure.of(new SQLException()).error())
        .isEqualTo(new Failure.Database("null", "null", null, null, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"08000", "08001", "08003", "08006", "08P01", "57P01", "57P02", "57P03"})
  void aLostConnectionNamesNobody(String state) {
    var lost = new Failure.Unavailable("The connection to the database was lost");

    assertThat(
            SqlFailure.of(new SQLException("to db.example.org as postgres refused", state)).error())
        .isEqualTo(lost);
    assertThat(error(state, "terminating connection of postgres", "d", null, null)).isEqualTo(lost);
    assertThat(SqlFailure.isLoss(new SQLException("x", state))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"57014", "57000", "57P04", "57P05", "53300", "40001", "25006", "80P01"})
  void otherStatesAreNoLoss(String state) {
    assertThat(SqlFailure.isLoss(new SQLException("x", state))).isFalse();
  }

  @Test
  void anErrorWithoutAStateIsNoLoss() {
    assertThat(SqlFailure.isLoss(new SQLException("x"))).isFalse();
    assertThat(SqlFailure.isStandby(new SQLException("x"))).isFalse();
  }

  /// SQL refuses in the words of an API: `raise sqlstate 'SB403' using message = code, detail = …`.
  @ParameterizedTest
  @CsvSource({"SB400, 400", "SB403, 403", "SB409, 409", "SB499, 499", "SB503, 503", "SB599, 599"})
  void aFunctionMayRefuse(String state, int status) {
    assertThat(error(state, "not_a_member", "You are no member.", null, null))
        .isEqualTo(new Refused(status, "not_a_member", "You are no member."));
    assertThat(error(state, "not_a_member", null, null, null))
        .isEqualTo(new Refused(status, "not_a_member", "not_a_member"));
  }

  @Test
  void aFunctionMayRevokeAToken() {
    assertThat(error("SB401", "session_ended", "The session has ended.", null, null))
        .isEqualTo(new Failure.Revoked("The session has ended."));
    assertThat(error("SB401", "session_ended", null, null, null))
        .isEqualTo(new Failure.Revoked("session_ended"));
  }

  /// Any other number is no refusal that an API could answer with.
  @ParameterizedTest
  @ValueSource(strings = {"SB200", "SB302", "SB600", "SB40", "SB4000", "SB4X0", "sb403", "SA403"})
  void otherStatesOfThatFormAreErrors(String state) {
    assertThat(error(state, "m", "d", null, null))
        .isEqualTo(new Failure.Database(state, "m", "d", null, null));
  }

  @Test
  void whatTheDriverSaysWithSuchAStateIsNoRefusal() {
    assertThat(SqlFailure.of(new SQLException("m", "SB403")).error())
        .isEqualTo(new Failure.Database("SB403", "m", null, null, null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "25006 | cannot execute INSERT in a read-only transaction | true",
        "25006 | cannot execute UPDATE during recovery | true",
        "0A000 | cannot set transaction read-write mode during recovery | true",
        "0A000 | cannot cast this | false",
        "55000 | recovery is in progress | false",
        "08006 | during recovery | false"
      })
  void aWriteRefusedByAStandbyIsTold(String state, String message, boolean isStandby) {
    assertThat(SqlFailure.isStandby(new SQLException(message, state))).isEqualTo(isStandby);
  }

  /// Logs show an error by this: what Postgres says may hold the values of a row.
  @Test
  void anErrorPrintsItsStateAlone() {
    assertThat(error("23505", "duplicate key", "Key (mail)=(kari@example.org)", null, null))
        .hasToString("Database[23505]");
  }

  private static ApiError error(
      String state,
      String message,
      @Nullable String detail,
      @Nullable String hint,
      @Nullable String schema) {
    var fields = new StringBuilder("SERROR\0VERROR\0C" + state + "\0M" + message + "\0");
    if (detail != null) {
      fields.append('D').append(detail).append('\0');
    }
    if (hint != null) {
      fields.append('H').append(hint).append('\0');
    }
    if (schema != null) {
      fields.append('s').append(schema).append('\0');
    }
    return SqlFailure.of(new PSQLException(new ServerErrorMessage(fields.toString()))).error();
  }
}
