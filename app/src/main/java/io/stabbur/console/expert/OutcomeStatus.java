package io.stabbur.console.expert;

import io.micronaut.http.HttpStatus;
import io.stabbur.operations.statement.OperatorStatements.Done;
import io.stabbur.operations.statement.OperatorStatements.NoSuchPerson;
import io.stabbur.operations.statement.OperatorStatements.NotOne;
import io.stabbur.operations.statement.OperatorStatements.Outcome;
import io.stabbur.operations.statement.OperatorStatements.Refused;
import io.stabbur.operations.statement.OperatorStatements.TooLong;

/// The status of an answer with a page that shows how a statement ended: what the data API answers
/// to a lacking right and to a conflict; what cannot be carried out as it stands is unprocessable.
final class OutcomeStatus {
  private OutcomeStatus() {}

  static HttpStatus of(Outcome outcome) {
    return switch (outcome) {
      case Done _ -> HttpStatus.OK;
      case Refused refused -> of(refused.sqlState());
      case NoSuchPerson _, NotOne _, TooLong _ -> HttpStatus.UNPROCESSABLE_ENTITY;
    };
  }

  private static HttpStatus of(String sqlState) {
    return switch (sqlState) {
      case "42501" -> HttpStatus.FORBIDDEN;
      case "23503", "23505", "40001", "40P01", "55P03" -> HttpStatus.CONFLICT;
      default -> HttpStatus.UNPROCESSABLE_ENTITY;
    };
  }
}
