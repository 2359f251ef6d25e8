package io.stabbur.functions.supervise;

import java.util.Map;

/// The environment variables that a project's functions see.
public interface Environment {
  /// The variables as they are now; may ask the database.
  Variables now();

  /// Names and values.
  ///
  /// @param version changes with the variables
  record Variables(String version, Map<String, String> values) {
    public Variables {
      values = Map.copyOf(values);
    }

    /// Without the values, which are secrets.
    @Override
    public String toString() {
      return "Variables[" + version + "]";
    }
  }
}
