package io.stabbur.project;

import java.util.Optional;
import java.util.function.Function;

/// A room's value for each project, such as a catalog or a store: made on first use, kept as long
/// as the project, closed with it if it can be closed. A room never needs a map of projects of its
/// own.
public final class PerProject<T> {
  private final Function<Project, T> make;

  public PerProject(Function<Project, T> make) {
    this.make = make;
  }

  /// The project's value; the first caller makes it while others wait. Refused once the project is
  /// closed.
  @SuppressWarnings("unchecked")
  public T of(Project project) {
    return (T) project.part(this, make);
  }

  /// The project's value, if it was made.
  @SuppressWarnings("unchecked")
  public Optional<T> ifMade(Project project) {
    return Optional.ofNullable((T) project.madePart(this));
  }
}
