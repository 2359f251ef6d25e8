package io.stabbur.console.look;

import io.micronaut.http.HttpRequest;
import io.stabbur.control.operator.OperatorDesk;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.organization.management.Organization;
import io.stabbur.platform.http.RequestContext;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/// Looks at people of a project and their accounts. Each is written to the operators' journal
/// before it is done, and how many were seen afterwards. Every page of people reads through here
/// what it shows of them, or a part without which it is not shown, so that none is shown without an
/// entry.
@Singleton
public final class PersonLooks {
  private static final int DONE = 200;
  private static final int MISSING = 404;
  private static final int FAILED = 500;

  private final OperatorDesk desk;

  PersonLooks(OperatorDesk desk) {
    this.desk = desk;
  }

  /// Some of the accounts of a project.
  ///
  /// @param text what is searched for; empty for all of them
  /// @param count how many of them are shown
  public <T> T list(
      HttpRequest<?> request,
      Project project,
      String text,
      Supplier<T> look,
      ToIntFunction<T> count) {
    var place = "Accounts (read) in " + project.name();
    var action = text.isEmpty() ? place : place + '\n' + text;
    return noted(
            request, project, action, () -> Optional.of(look.get()), seen -> shown(count, seen))
        .orElseThrow();
  }

  /// Some of the members of an organization.
  ///
  /// @param count how many of them are shown
  public <T> T members(
      HttpRequest<?> request,
      Project project,
      Organization organization,
      Supplier<T> look,
      ToIntFunction<T> count) {
    var action = "Accounts (read) in " + project.name() + " / " + organization.id();
    return noted(
            request,
            project,
            action,
            () -> Optional.of(look.get()),
            seen -> organization.name() + ": " + shown(count, seen))
        .orElseThrow();
  }

  /// One account; empty where there is none with this id.
  public <T> Optional<T> one(
      HttpRequest<?> request, Project project, UUID account, Supplier<Optional<T>> look) {
    var action = "Account (read) in " + project.name() + " / " + account;
    return noted(request, project, action, look, _ -> "");
  }

  private static <T> String shown(ToIntFunction<T> count, T seen) {
    return Integer.toString(count.applyAsInt(seen));
  }

  private interface Words<T> {
    /// Whom the look was about; empty where the action says it all.
    String of(T seen);
  }

  private <T> Optional<T> noted(
      HttpRequest<?> request,
      Project project,
      String action,
      Supplier<Optional<T>> look,
      Words<T> words) {
    long entry = desk.note(RequestContext.of(request).get(SignedIn.class).orElseThrow(), action);
    int status = FAILED;
    try {
      var shown = look.get();
      status = shown.isPresent() ? DONE : MISSING;
      var about = shown.map(words::of).orElse("");
      if (!about.isEmpty()) {
        desk.noteAbout(entry, project.name(), about);
      }
      return shown;
    } finally {
      desk.noteEnd(entry, status);
    }
  }
}
