package io.stabbur.control.operator;

import io.stabbur.control.ControlError;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;

/// What an operator may do. Each role may do what the next one may.
public enum Role {
  /// Everything, other operators' rights among it.
  OWNER,
  /// Everything but changing operators.
  OPERATOR,
  /// Reading.
  AUDITOR;

  /// Names for `@Secured`.
  public static final String OWNERS = "owner";

  public static final String OPERATORS = "operator";
  public static final String AUDITORS = "auditor";

  /// As it is written, such as `owner`.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// This role and those whose rights it has.
  public List<String> rights() {
    return EnumSet.range(this, AUDITOR).stream().map(Role::text).toList();
  }

  /// The role that a text names; refused where there is none.
  public static Role of(String text) {
    return List.of(values()).stream()
        .filter(role -> role.text().equals(text))
        .findFirst()
        .orElseThrow(
            () -> ControlError.refused("invalid_role", "role must be owner, operator or auditor"));
  }
}
