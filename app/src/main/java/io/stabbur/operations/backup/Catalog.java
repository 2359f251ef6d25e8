package io.stabbur.operations.backup;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.operations.backup.repository.DamagedException;
import io.stabbur.operations.backup.repository.Repository;
import io.stabbur.platform.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a repository holds: whose backups, and which.
///
/// @param writer the data folder that may write here; a restored copy has another one
/// @param systemId Postgres' identifier of the cluster
/// @param backups the oldest first
/// @param expiring backups that are being removed
record Catalog(
    String project, String writer, String systemId, List<Backup> backups, List<Backup> expiring) {
  private static final String NAME = "catalog";
  private static final String HEADER = "repository.json";
  private static final long FORMAT = 1;

  Catalog {
    backups = List.copyOf(backups);
    expiring = List.copyOf(expiring);
  }

  /// The catalog of a repository; empty where nothing was ever written.
  ///
  /// @throws DamagedException when the repository is sealed with another key, or damaged
  static Optional<Catalog> read(Repository repository) {
    var header = repository.readPlain(HEADER);
    if (header.isEmpty()) {
      return Optional.empty();
    }
    requireKey(Json.parse(header.get()), repository);
    var catalog =
        repository
            .read(NAME)
            .orElseThrow(() -> new DamagedException("The backup repository lacks its catalog"));
    return Optional.of(parse(Json.parse(catalog)));
  }

  /// The catalog of a repository that has one.
  ///
  /// @throws DamagedException when it has none
  static Catalog require(Repository repository) {
    return read(repository)
        .orElseThrow(() -> new DamagedException("There is no backup in this place"));
  }

  private static void requireKey(JsonNode header, Repository repository) {
    if (Fields.number(header, "format") != FORMAT) {
      throw new DamagedException(
          "The backup repository was written by a newer Stabbur; use that version");
    }
    var sealedWith = Fields.text(header, "key");
    if (!sealedWith.equals(repository.key().fingerprint())) {
      throw new DamagedException(
          "The backup repository is sealed with the key %s and the given key is %s; give the keys.json or the backup key that belongs to it"
              .formatted(sealedWith, repository.key().fingerprint()));
    }
  }

  void write(Repository repository) {
    if (repository.readPlain(HEADER).isEmpty()) {
      var header =
          new Fields()
              .put("format", FORMAT)
              .put("project", project)
              .put("key", repository.key().fingerprint());
      repository.write(NAME, bytes());
      repository.writePlain(HEADER, header.bytes());
    } else {
      repository.write(NAME, bytes());
    }
  }

  Catalog with(Backup backup) {
    var all = new ArrayList<>(backups);
    all.add(backup);
    return with(all, expiring);
  }

  /// While a backup is made, what there is of it counts as being removed.
  Catalog beginning(Backup placeholder) {
    var removed = new ArrayList<>(expiring);
    removed.add(placeholder);
    return with(backups, removed);
  }

  /// Without the placeholder of a backup that is complete.
  ///
  /// @throws DamagedException when it is gone: somebody else has taken the backup for one that
  ///   failed, and has removed what there was of it
  Catalog ended(Backup placeholder) {
    var removed = new ArrayList<>(expiring);
    if (!removed.removeIf(backup -> backup.id().equals(placeholder.id()))) {
      throw new DamagedException(
          "Another process has changed the catalog meanwhile and may have removed files of this"
              + " backup, which therefore does not count");
    }
    return with(backups, removed);
  }

  Catalog with(List<Backup> others, List<Backup> removed) {
    return new Catalog(project, writer, systemId, others, removed);
  }

  Optional<Backup> newest() {
    return backups.isEmpty() ? Optional.empty() : Optional.of(backups.getLast());
  }

  Optional<Backup> byId(String id) {
    return backups.stream().filter(backup -> backup.id().equals(id)).findFirst();
  }

  private byte[] bytes() {
    return new Fields()
        .put("project", project)
        .put("writer", writer)
        .put("system_id", systemId)
        .put("backups", backups, Backup::json)
        .put("expiring", expiring, Backup::json)
        .bytes();
  }

  private static Catalog parse(JsonNode node) {
    return new Catalog(
        Fields.text(node, "project"),
        Fields.text(node, "writer"),
        Fields.text(node, "system_id"),
        Fields.list(node, "backups", Backup::parse),
        Fields.list(node, "expiring", Backup::parse));
  }
}
