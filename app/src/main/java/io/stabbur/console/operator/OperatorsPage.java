package io.stabbur.console.operator;

import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import io.stabbur.control.operator.Operator;
import io.stabbur.control.operator.Role;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who works on this server.
///
/// @param link of an invitation that was just made, shown this once; absent where none was
/// @param email as it was given; empty where none was
public record OperatorsPage(
    Frame frame, List<Operator> operators, @Nullable Link link, String email) implements Page {
  /// The link of an invitation, and whose.
  public record Link(String email, String address) {
    @Override
    public String toString() {
      return "Link[" + email + "]";
    }
  }

  public OperatorsPage {
    operators = List.copyOf(operators);
  }

  public List<Role> roles() {
    return List.of(Role.values()).reversed();
  }

  /// Whether it is whoever looks at the page.
  public boolean isSelf(Operator operator) {
    var me = frame.operator();
    return me != null && operator.id().equals(me.operator());
  }
}
