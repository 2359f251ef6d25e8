package io.stabbur.console.key;

import io.stabbur.console.form.ConsoleForm;
import io.stabbur.project.ApiKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A key, as the page shows it.
///
/// @param isOwn whether the server uses it itself
/// @param lastUsedAt to about an hour; absent where no use was noted
public record KeyLine(ApiKey key, boolean isOwn, @Nullable Instant lastUsedAt) {
  private static final String FIRST_START = "default";

  /// What a person knows it by: characters that are no secret.
  public String beginning() {
    var prefix = key.prefix();
    return prefix.isEmpty() ? "" : prefix.substring(prefix.lastIndexOf('_') + 1) + "…";
  }

  /// What is written to revoke it.
  public String confirmation() {
    return ConsoleForm.asked(key.name(), key.id());
  }

  public boolean isOfTheFirstStart() {
    return key.name().equals(FIRST_START);
  }
}
