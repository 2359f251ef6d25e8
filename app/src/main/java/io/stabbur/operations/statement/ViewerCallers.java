package io.stabbur.operations.statement;

import io.stabbur.auth.session.PersonClaims;
import io.stabbur.identity.Caller;
import io.stabbur.identity.Claims;
import io.stabbur.operations.statement.OperatorStatements.AsPerson;
import io.stabbur.operations.statement.OperatorStatements.AsRole;
import io.stabbur.operations.statement.OperatorStatements.Role;
import io.stabbur.operations.statement.OperatorStatements.Viewer;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.Optional;

/// Callers with whose rights an operator looks at data: those of a role of the API, or those that a
/// token of a person would have.
@Singleton
public final class ViewerCallers {
  private final PersonClaims people;

  ViewerCallers(PersonClaims people) {
    this.people = people;
  }

  /// A viewer who was found.
  ///
  /// @param name as the journal has it, in which a person is an id: it outlives the account
  public record Found(String name, Caller caller) {}

  /// The caller of a viewer; empty where there is no such person, and for the owner of the tables,
  /// who is no role of the API.
  public Optional<Found> find(Project project, Viewer viewer) {
    return switch (viewer) {
      case AsRole(var role) when role == Role.OWNER -> Optional.empty();
      case AsRole(var role) ->
          Optional.of(new Found(role.word(), caller(project, Claims.ofRole(role.word()))));
      case AsPerson(var person) ->
          people
              .of(project, person)
              .map(
                  claims ->
                      new Found(
                          "the person " + claims.text("sub").orElse("without an id"),
                          caller(project, claims)));
    };
  }

  private static Caller caller(Project project, Claims claims) {
    var role = claims.text("role").orElse(Caller.ANON);
    return new Caller(project, role, claims, !role.equals(Caller.ANON));
  }
}
