package io.stabbur.storage.backend;

import io.stabbur.project.ApplianceFiles;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.io.InputStream;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.OptionalLong;

/// The appliance's own files in each project's store, under a tenant of their own: requests reach
/// the project's tenant alone, and so does the sweep of bytes without rows.
@Singleton
public final class ApplianceStore implements ApplianceFiles {
  private static final String TENANT = ".appliance";
  private final Backends backends;

  ApplianceStore(Backends backends) {
    this.backends = backends;
  }

  @Override
  public void write(Project project, String key, InputStream bytes, long length) {
    var _ =
        backends
            .of(project)
            .write(
                key(project, key),
                bytes,
                OptionalLong.of(length),
                "application/octet-stream",
                Tagging.NONE);
  }

  @Override
  public InputStream read(Project project, String key, long length) {
    try {
      return backends.of(project).read(key(project, key), Span.whole(length));
    } catch (Backend.Missing e) {
      throw new NoSuchElementException(key);
    }
  }

  @Override
  public void delete(Project project, String key) {
    backends.of(project).delete(List.of(key(project, key)));
  }

  private static VersionKey key(Project project, String key) {
    return key(project.name(), key);
  }

  /// Where a file of a project's appliance lies in its store.
  public static VersionKey key(String project, String key) {
    int last = key.lastIndexOf('/');
    return new VersionKey(TENANT, project, key.substring(0, last), key.substring(last + 1));
  }
}
