package io.stabbur.storage.encrypt;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.RowReader;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import io.stabbur.storage.Operation;
import io.stabbur.storage.backend.Part;
import io.stabbur.storage.backend.VersionKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// The wrapped keys of a project's encrypted objects, and the parts of those that are not yet
/// joined.
record KeyRows(Project project) {
  private static final String DELETE_UNUSED = SqlFile.of(KeyRows.class, "delete-unused");

  Optional<WrappedKey> find(VersionKey object) {
    return run(
        Access.READ,
        Statement.of(
            """
            select key_version, wrapped, layout from stabbur_storage.object_keys where version = ?
            """,
            object.version()),
        rows ->
            rows.next()
                ? Optional.of(new WrappedKey(rows.getInt(1), rows.getString(2), rows.getString(3)))
                : Optional.<WrappedKey>empty());
  }

  void put(VersionKey object, WrappedKey key) {
    run(
        Access.WRITE,
        Statement.of(
            """
            insert into stabbur_storage.object_keys
              (version, bucket_id, name, key_version, wrapped, layout) values (?, ?, ?, ?, ?, ?)
            on conflict (version) do update set key_version = excluded.key_version,
              wrapped = excluded.wrapped, layout = excluded.layout, created_at = now()
            returning version
            """,
            object.version(),
            object.bucket(),
            object.name(),
            key.keyVersion(),
            key.wrapped(),
            key.layout()),
        rows -> rows.next());
  }

  /// Replaces a key that is still the one that was read; false where it is not.
  boolean replace(VersionKey object, WrappedKey known, WrappedKey now) {
    return run(
        Access.WRITE,
        Statement.of(
            """
            update stabbur_storage.object_keys set key_version = ?, wrapped = ?, layout = ?
            where version = ? and wrapped = ? returning version
            """,
            now.keyVersion(),
            now.wrapped(),
            now.layout(),
            object.version(),
            known.wrapped()),
        rows -> rows.next());
  }

  /// A part as clients know it, and the tag by which the store knows what it holds of it.
  record SealedPart(Part clear, String storedEtag) {}

  void putPart(VersionKey object, SealedPart part) {
    run(
        Access.WRITE,
        Statement.of(
            """
            insert into stabbur_storage.object_key_parts
              (version, part_number, size, etag, stored_etag) values (?, ?, ?, ?, ?)
            on conflict (version, part_number) do update set size = excluded.size,
              etag = excluded.etag, stored_etag = excluded.stored_etag
            returning version
            """,
            object.version(),
            part.clear().number(),
            part.clear().size(),
            part.clear().etag(),
            part.storedEtag()),
        rows -> rows.next());
  }

  /// The parts of an upload, by what clients know of them.
  Map<Part, String> parts(VersionKey object) {
    return run(
        Access.READ,
        Statement.of(
            """
            select part_number, size, etag, stored_etag from stabbur_storage.object_key_parts
            where version = ?
            """,
            object.version()),
        rows -> {
          var parts = new HashMap<Part, String>();
          while (rows.next()) {
            parts.put(
                new Part(rows.getInt(1), rows.getLong(2), rows.getString(3)), rows.getString(4));
          }
          return parts;
        });
  }

  void forgetParts(VersionKey object) {
    run(
        Access.WRITE,
        Statement.of(
            "delete from stabbur_storage.object_key_parts where version = ? returning version",
            object.version()),
        rows -> rows.next());
  }

  /// A key beside the object it belongs to.
  record Kept(VersionKey object, WrappedKey key) {}

  /// Some of the keys that are wrapped with a root before a version, in the order of their objects'
  /// versions.
  List<Kept> outdated(int version, String after, int most) {
    return run(
        Access.READ,
        Statement.of(
            """
            select bucket_id, name, version, key_version, wrapped, layout
            from stabbur_storage.object_keys where key_version < ? and version > ?
            order by version limit ?
            """,
            version,
            after,
            most),
        rows -> {
          var kept = new ArrayList<Kept>();
          while (rows.next()) {
            kept.add(
                new Kept(
                    new VersionKey(
                        project.name(), rows.getString(1), rows.getString(2), rows.getString(3)),
                    new WrappedKey(rows.getInt(4), rows.getString(5), rows.getString(6))));
          }
          return kept;
        });
  }

  /// A key that was wrapped anew.
  record Rewrapped(VersionKey object, WrappedKey before, WrappedKey now) {}

  /// Keeps keys that were wrapped anew, but for those that were changed meanwhile; answers how many
  /// were kept.
  long replaceAll(List<Rewrapped> all) {
    return run(
        Access.WRITE,
        Statement.of(
            """
            with kept as (
              update stabbur_storage.object_keys k
              set key_version = n.key_version::integer, wrapped = n.now
              from unnest(?::text[], ?::text[], ?::text[], ?::text[])
                n (version, key_version, before, now)
              where k.version = n.version and k.wrapped = n.before returning 1)
            select count(*) from kept
            """,
            texts(all, each -> each.object().version()),
            texts(all, each -> Integer.toString(each.now().keyVersion())),
            texts(all, each -> each.before().wrapped()),
            texts(all, each -> each.now().wrapped())),
        rows -> rows.next() ? rows.getLong(1) : 0L);
  }

  private static String[] texts(List<Rewrapped> all, Function<Rewrapped, String> text) {
    return all.stream().map(text).toArray(String[]::new);
  }

  /// Removes keys that no object, no note of bytes and no upload names; answers how many. One that
  /// was wrapped anew since it was looked at, since its upload is just being completed, is kept.
  long deleteUnused(Instant before) {
    return run(
        Access.WRITE,
        Statement.of(DELETE_UNUSED, before),
        rows -> rows.next() ? rows.getLong(1) : 0L);
  }

  private <T> T run(Access access, Statement statement, RowReader<T> reader) {
    return project.admin().exchange(Operation.keeper(project), access, statement, reader);
  }
}
