package io.stabbur.control.operator;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Who stands behind a request: an operator in a session or with a token, or the command on the
/// server's own machine.
///
/// @param operator absent for the command
/// @param session absent for tokens and for the command
/// @param isLimited whether nothing is allowed but to enrol the second factor
public record SignedIn(
    @Nullable UUID operator,
    String email,
    Role role,
    @Nullable Session session,
    boolean isLimited) {
  /// The right of every operator over the own account.
  public static final String SELF = "self";

  static final String COMMAND = "command on the server";

  /// Whether entries by this name are those of the command on the server's own machine.
  public static boolean isCommand(String operator) {
    return operator.equals(COMMAND);
  }

  /// A session.
  ///
  /// @param csrf what a page must send along with each change
  public record Session(UUID id, String csrf) {
    @Override
    public String toString() {
      return "Session[" + id + "]";
    }
  }

  static SignedIn command() {
    return new SignedIn(null, COMMAND, Role.OWNER, null, false);
  }

  /// Names for `@Secured`.
  public List<String> rights() {
    if (operator == null) {
      return role.rights();
    }
    return isLimited
        ? List.of(SELF)
        : Stream.concat(Stream.of(SELF), role.rights().stream()).toList();
  }

  /// Refuses everybody but the command on the server's own machine.
  public void requireCommand() {
    if (operator != null) {
      throw new ApiException(
          new Failure.Forbidden("Only the command on the server's own machine may ask for this"));
    }
  }

  /// The operator; the command, which is nobody's, is refused.
  public UUID requireOperator() {
    if (operator == null) {
      throw new ApiException(new Failure.Forbidden("Only an operator has an account"));
    }
    return operator;
  }
}
