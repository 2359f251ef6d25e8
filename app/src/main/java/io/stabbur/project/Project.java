package io.stabbur.project;

import io.stabbur.platform.db.Database;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/// One Postgres plus its keys, its object store and its settings. Two projects share nothing: a
/// token, key, cache entry or file of one is worthless in the other.
public final class Project implements AutoCloseable {
  private final ProjectSettings settings;
  private final URI publicUrl;
  private final Path folder;
  private final Keys keys;
  private final StoreSettings store;
  private final Database api;
  private final Database admin;
  final ConcurrentHashMap<PerProject<?>, Object> parts = new ConcurrentHashMap<>();

  Project(
      ProjectSettings settings,
      URI publicUrl,
      Path folder,
      Keys keys,
      StoreSettings store,
      Database api,
      Database admin) {
    this.settings = settings;
    this.publicUrl = publicUrl;
    this.folder = folder;
    this.keys = keys;
    this.store = store;
    this.api = api;
    this.admin = admin;
  }

  public String name() {
    return settings.name();
  }

  public ProjectSettings settings() {
    return settings;
  }

  /// The address clients use, without a trailing slash.
  public URI publicUrl() {
    return publicUrl;
  }

  /// The project's own folder on this machine.
  public Path folder() {
    return folder;
  }

  public Keys keys() {
    return keys;
  }

  public StoreSettings store() {
    return store;
  }

  /// For requests: logs in as a role without rights, so every use names the role it runs as.
  public Database api() {
    return api;
  }

  /// For the appliance's own work: logs in as the role that runs migrations.
  public Database admin() {
    return admin;
  }

  @Override
  public void close() {
    for (var part : List.copyOf(new ArrayList<>(parts.values()))) {
      if (part instanceof AutoCloseable closeable) {
        try {
          closeable.close();
        } catch (Exception e) {
          throw new IllegalStateException("closing a part of project " + name(), e);
        }
      }
    }
    api.close();
    admin.close();
  }

  @Override
  public String toString() {
    return "Project[" + name() + "]";
  }
}
