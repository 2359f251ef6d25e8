package io.stabbur.control.project;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.stabbur.platform.error.StartFailure;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A project as the control database keeps it.
///
/// @param ref by which tools call it: 20 letters, kept in its own database, too
/// @param settings a JSON object of texts, under the names of `config/stabbur.yml`
/// @param files its key files, as a JSON object of texts
/// @param staysOpen whether it is opened at once and never closed for want of requests
/// @param heldUntil until when its writes wait because its database is moved
/// @param movedFrom the settings that led to the database it was moved from, as a JSON object of
///   texts; null once that one is let go
/// @param moves how often it has changed over to a database with the same content
@MappedEntity(value = "projects", schema = "stabbur_control")
public record ProjectRow(
    @Id String name,
    String ref,
    String settings,
    String files,
    boolean suspended,
    boolean staysOpen,
    Instant createdAt,
    Instant changedAt,
    @Nullable Instant heldUntil,
    @Nullable String movedFrom,
    int moves) {
  /// Its settings, to be shown; none where they cannot be read and the project is not served.
  public Map<String, String> given() {
    try {
      return ProjectDesk.map(settings);
    } catch (StartFailure _) {
      return Map.of();
    }
  }

  @Override
  public String toString() {
    return "ProjectRow[" + name + "]";
  }
}
