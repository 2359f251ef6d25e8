package io.stabbur.project;

import java.io.InputStream;

/// Files of the appliance itself in a project's object store, such as the code of functions: under
/// a prefix that no bucket reaches, so no client of the Storage API ever sees them. Whoever has the
/// object store fulfils it.
public interface ApplianceFiles {
  /// Stores a file. A key is written once.
  ///
  /// @param key segments joined by slashes, the last of which is unique
  void write(Project project, String key, InputStream bytes, long length);

  /// Opens a file; the caller closes it.
  ///
  /// @throws java.util.NoSuchElementException when there is none
  InputStream read(Project project, String key, long length);

  /// Removes a file; what is not there is removed already.
  void delete(Project project, String key);
}
