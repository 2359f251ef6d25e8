package io.stabbur.console.account;

import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import io.stabbur.control.operator.OperatorToken;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One's own account.
///
/// @param programs that may act in one's name
/// @param made the text for a program that was just let in, shown this once; absent where none was
public record AccountPage(Frame frame, List<OperatorToken> programs, @Nullable String made)
    implements Page {
  public AccountPage {
    programs = List.copyOf(programs);
  }

  @Override
  public String toString() {
    return "AccountPage" + programs;
  }
}
