package io.stabbur.console.expert;

import io.stabbur.control.operator.OperatorDesk;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.identity.Caller;
import io.stabbur.operations.statement.ViewerCallers;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.function.Function;

/// Looks into the files of a project as a role or as a person. Each is written to the operators'
/// journal before it is done.
@Singleton
final class StorageLooks {
  private static final int DONE = 200;
  private static final int REFUSED = 422;
  private static final String DENIED = "42501";

  private final ViewerCallers callers;
  private final OperatorDesk desk;

  StorageLooks(ViewerCallers callers, OperatorDesk desk) {
    this.callers = callers;
    this.desk = desk;
  }

  /// What a look showed.
  ///
  /// @param shown empty where nothing was
  /// @param refusal the key of why nothing is shown; empty where something is
  record Look<T>(Optional<T> shown, String refusal) {}

  /// What the role or person sees.
  ///
  /// @param place what is looked at, as the journal has it
  <T> Look<T> look(
      Project project, SignedIn operator, SeenAs seen, String place, Function<Caller, T> look) {
    var found = callers.find(project, seen.viewer());
    var as = found.map(ViewerCallers.Found::name).orElse("a person who was not found");
    var action = "Files (read) in %s as %s\n%s".formatted(project.name(), as, place);
    long entry = desk.note(operator, action);
    int status = REFUSED;
    try {
      if (found.isEmpty()) {
        return new Look<>(Optional.empty(), "expert.storage.nobody");
      }
      var shown = look.apply(found.get().caller());
      status = DONE;
      return new Look<>(Optional.of(shown), "");
    } catch (ApiException e) {
      if (e.error() instanceof Failure.Database database && database.sqlState().equals(DENIED)) {
        return new Look<>(Optional.empty(), "expert.storage.denied");
      }
      throw e;
    } finally {
      desk.noteEnd(entry, status);
    }
  }

  /// The caller with whose rights a form is carried out, and how the journal names it.
  ///
  /// @throws ApiException where there is no such person
  ViewerCallers.Found require(Project project, SeenAs seen) {
    return callers
        .find(project, seen.viewer())
        .orElseThrow(() -> new ApiException(new Failure.Malformed("person")));
  }
}
