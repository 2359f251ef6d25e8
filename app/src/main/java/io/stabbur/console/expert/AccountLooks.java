package io.stabbur.console.expert;

import io.stabbur.control.operator.OperatorDesk;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/// Looks at the accounts of a project. Each is written to the operators' journal before it is done.
@Singleton
final class AccountLooks {
  private static final int DONE = 200;
  private static final int MISSING = 404;
  private static final int FAILED = 500;

  private final OperatorDesk desk;

  AccountLooks(OperatorDesk desk) {
    this.desk = desk;
  }

  /// A list of accounts.
  ///
  /// @param text what is searched for; empty for all of them
  <T> T list(Project project, SignedIn operator, String text, Supplier<T> look) {
    var place = "Accounts (read) in " + project.name();
    var action = text.isEmpty() ? place : place + '\n' + text;
    return noted(operator, action, () -> Optional.of(look.get())).orElseThrow();
  }

  /// One account; empty where there is none with this id.
  <T> Optional<T> one(
      Project project, SignedIn operator, UUID account, Supplier<Optional<T>> look) {
    return noted(operator, "Account (read) in " + project.name() + " / " + account, look);
  }

  private <T> Optional<T> noted(SignedIn operator, String action, Supplier<Optional<T>> look) {
    long entry = desk.note(operator, action);
    int status = FAILED;
    try {
      var shown = look.get();
      status = shown.isPresent() ? DONE : MISSING;
      return shown;
    } finally {
      desk.noteEnd(entry, status);
    }
  }
}
