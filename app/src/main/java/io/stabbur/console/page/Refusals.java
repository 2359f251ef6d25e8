package io.stabbur.console.page;

import io.stabbur.auth.error.AuthError;
import io.stabbur.control.operator.StepUp;
import io.stabbur.organization.management.OrganizationError;
import io.stabbur.platform.error.ApiError;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.error.Refused;
import java.util.Map;

/// Errors of facades in the words of the pages. An error without words is shown as it is, in
/// English, below a sentence of the page.
public final class Refusals {
  /// Sentences of facades that have no code, and the keys of their words.
  private static final Map<String, String> SENTENCES =
      Map.ofEntries(
          Map.entry("There is an operator with this address", "error.operator_exists"),
          Map.entry("email must be a mail address", "error.no_address"),
          Map.entry("role must be owner, operator or auditor", "error.no_role"),
          Map.entry(
              "The last owner who can sign in stays one; make another owner first",
              "error.last_owner"),
          Map.entry("The password must have 12 to 256 characters", "invitation.weak"),
          Map.entry(
              "The name must have 2 to 40 lower-case letters, digits and hyphens, begin with a"
                  + " letter and not be default",
              "error.project_name"));

  private Refusals() {}

  /// What is shown.
  ///
  /// @param reason in English; empty where the text says all
  record Words(String key, String reason) {}

  /// Whether a form that meets this error is shown again; another error is a page of its own.
  public static boolean isToldOnForms(ApiError error) {
    return switch (error) {
      case Refused _, OrganizationError _, AuthError.Refused _ -> true;
      case Failure.Malformed _ -> true;
      case Failure.Database database -> hasWords(database.sqlState());
      default -> false;
    };
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
      case Refused(_, var code, var message) -> coded(code, message, texts, otherwise);
      case AuthError.Refused(_, var code, var message) ->
          coded(code.wire(), message, texts, otherwise);
      case OrganizationError.NotFound(var what) ->
          coded("missing_" + what.replace(' ', '_'), what + " not found", texts, otherwise);
      case OrganizationError.Conflict(var problem) -> coded("conflict", problem, texts, otherwise);
      case OrganizationError.Invalid(var field, var problem) ->
          coded("invalid_" + field, field + " " + problem, texts, otherwise);
      case Failure.Malformed(var what) -> sentence(what, otherwise);
      case Failure.Crowded _ -> new Words("sign-in.crowded", "");
      case Failure.Database database ->
          coded(database.sqlState(), "SQLSTATE " + database.sqlState(), texts, otherwise);
      default -> new Words(otherwise, "");
    };
  }

  private static Words coded(String code, String message, Texts texts, String otherwise) {
    var key = "error." + code;
    return texts.has(key) ? new Words(key, "") : new Words(otherwise, message);
  }

  private static Words sentence(String sentence, String otherwise) {
    var key = SENTENCES.get(sentence);
    return key == null ? new Words(otherwise, sentence) : new Words(key, "");
  }

  private static boolean hasWords(String sqlState) {
    return Texts.in(Language.EN).has("error." + sqlState);
  }

  static Iterable<String> keys() {
    return SENTENCES.values();
  }
}
