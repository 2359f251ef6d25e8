package io.stabbur.control.project;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.Map;

/// A project as the control database keeps it.
///
/// @param ref by which tools call it: 20 letters, kept in its own database, too
/// @param settings a JSON object of texts, under the names of `config/stabbur.yml`
/// @param files its key files, as a JSON object of texts
/// @param staysOpen whether it is opened at once and never closed for want of requests
@MappedEntity(value = "projects", schema = "stabbur_control")
public record ProjectRow(
    @Id String name,
    String ref,
    String settings,
    String files,
    boolean suspended,
    boolean staysOpen,
    Instant createdAt,
    Instant changedAt) {
  /// Its settings.
  public Map<String, String> given() {
    return ProjectDesk.map(settings);
  }

  @Override
  public String toString() {
    return "ProjectRow[" + name + "]";
  }
}
