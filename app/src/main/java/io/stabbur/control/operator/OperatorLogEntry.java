package io.stabbur.control.operator;

import io.micronaut.data.annotation.GeneratedValue;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What an operator did.
///
/// @param operator the address, which outlives the account
/// @param action such as `POST /admin/v1/operators`
/// @param status of the answer; absent while it is under way
/// @param project in which it was done; absent where it belongs to none
/// @param subject whom or what it was about, such as an address; absent where it says nothing more
@MappedEntity(value = "operator_log", schema = "stabbur_control")
public record OperatorLogEntry(
    @Id @GeneratedValue @Nullable Long id,
    Instant at,
    String operator,
    String action,
    @Nullable Integer status,
    @Nullable String project,
    @Nullable String subject) {
  private static final List<String> LOOKS =
      List.of("SQL (", "Files (", "Account (", "Accounts (", "Log (", "Realtime (");

  /// Acts whose subject is the path of a file.
  private static final Pattern OF_FILES =
      Pattern.compile("POST /console/expert/storage/[^/]+/(?:download|delete)");

  /// Whether an action is a statement or a look at files, accounts or the log, whose first line
  /// says where and as whom, and the others what.
  public static boolean isLook(String action) {
    return LOOKS.stream().anyMatch(action::startsWith);
  }

  /// The action as a role may read it: of a statement and of a look, auditors read where and as
  /// whom it was, since its text can hold values of persons.
  public String actionFor(Role role) {
    return role == Role.AUDITOR && isLook(action) ? action.lines().findFirst().orElse("") : action;
  }

  /// Whom or what it was about, as a role may read it: of what was done with a file, auditors read
  /// as whom it was, since a path can hold values of persons.
  public @Nullable String subjectFor(Role role) {
    if (subject == null || role != Role.AUDITOR || !OF_FILES.matcher(action).matches()) {
      return subject;
    }
    int path = subject.indexOf('\n');
    return path < 0 ? null : subject.substring(0, path);
  }

  static OperatorLogEntry begun(Instant at, String operator, String action) {
    return new OperatorLogEntry(null, at, operator, action, null, null, null);
  }

  static OperatorLogEntry ended(Instant at, String operator, String action, int status) {
    return new OperatorLogEntry(null, at, operator, action, status, null, null);
  }
}
