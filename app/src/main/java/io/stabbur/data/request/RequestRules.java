package io.stabbur.data.request;

import io.stabbur.data.request.Preferences.EndChoice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a request may name before any database is asked.
///
/// @param schemas schemas served, the default first
/// @param rootRoutine the function that answers at the root, if one does
public record RequestRules(
    List<String> schemas,
    @Nullable String rootRoutine,
    Description description,
    EndChoice endChoice) {

  /// Whether the root describes the schema.
  public enum Description {
    SERVED,
    DISABLED
  }
}
