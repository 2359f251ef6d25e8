package io.stabbur.console.page;

import io.stabbur.auth.error.AuthError;
import io.stabbur.control.operator.StepUp;
import io.stabbur.organization.management.OrganizationError;
import io.stabbur.platform.error.ApiError;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.error.Refused;
import java.util.Set;

/// Errors of facades in the words of the pages. An error without words is shown as it is, in
/// English, below a sentence of the page.
public final class Refusals {
  /// Codes whose words leave out what their sentences say besides, such as a number or a table.
  private static final Set<String> DETAILED =
      Set.of(
          "backup_failed",
          "backup_refused",
          "move_refused",
          "no_room",
          "project_opening",
          "project_settings",
          "restore_refused",
          "unexpected_failure",
          "validation_failed");

  private Refusals() {}

  /// What is shown.
  ///
  /// @param reason in English; empty where the text says all
  record Words(String key, String reason) {}

  /// Throws an error that is a page of its own; with any other the form is shown again.
  public static void requireToldOnForms(ApiException e) {
    if (!isToldOnForms(e.error())) {
      throw e;
    }
  }

  private static boolean isToldOnForms(ApiError error) {
    return switch (error) {
      case Unfit _, Refused _, OrganizationError _, AuthError.Refused _ -> true;
      case Failure.Malformed _ -> true;
      case Failure.Database database -> hasWords(database.sqlState());
      default -> false;
    };
  }

  /// The id of the field that an error is told at: that of the code of the second factor, where the
  /// code was wrong.
  public static String field(ApiException e, String code, String otherwise) {
    boolean isOfCode = e.error() instanceof Refused refused && refused.code().equals(StepUp.WRONG);
    return isOfCode ? code : otherwise;
  }

  /// The key of what is told where a code of the second factor was not taken; empty where it was.
  public static String ofCode(StepUp.Outcome outcome) {
    return switch (outcome) {
      case DONE -> "";
      case WRONG -> "step-up.wrong";
      case NO_FACTOR -> "step-up.none";
    };
  }

  static Words of(ApiError error, Texts texts, String otherwise) {
    return switch (error) {
      case Unfit(var text, _) -> new Words(text, "");
      case Refused(_, var code, var message) -> coded(code, message, texts, otherwise);
      case AuthError.Refused(_, var code, var message) ->
          coded(code.wire(), message, texts, otherwise);
      case OrganizationError.NotFound(var what) ->
          coded("missing_" + what.replace(' ', '_'), what + " not found", texts, otherwise);
      case OrganizationError.Conflict(var problem) -> coded("conflict", problem, texts, otherwise);
      case OrganizationError.Invalid(var field, var problem) ->
          coded("invalid_" + field, field + " " + problem, texts, otherwise);
      case Failure.Malformed(var what) -> new Words(otherwise, what);
      case Failure.Crowded _ -> new Words("sign-in.crowded", "");
      case Failure.Database database ->
          coded(database.sqlState(), "SQLSTATE " + database.sqlState(), texts, otherwise);
      default -> new Words(otherwise, "");
    };
  }

  private static Words coded(String code, String message, Texts texts, String otherwise) {
    var key = "error." + code;
    boolean saysAll = texts.has(key) && !DETAILED.contains(code);
    return new Words(texts.has(key) ? key : otherwise, saysAll ? "" : message);
  }

  private static boolean hasWords(String sqlState) {
    return Texts.in(Language.EN).has("error." + sqlState);
  }
}
