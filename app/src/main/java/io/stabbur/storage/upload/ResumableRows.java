package io.stabbur.storage.upload;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.RowReader;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Jsonb;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import io.stabbur.storage.Operation;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.object.Facts;
import io.stabbur.storage.object.Uploads.Clash;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The rows of uploads under way. Whoever writes to one takes its lease; the next one who wants to
/// write takes it away, and the one before can record nothing more.
@Singleton
final class ResumableRows {
  private static final String COLUMNS =
      """
      bucket_id, name, version, store_upload, upsert, owner_id, coalesce(length, -1), stored, tail, parts::text,
      metadata ->> 'mimetype', metadata ->> 'cacheControl', user_metadata::text, announced, expires_at
      """;
  private static final String LIVE =
      " where version = ? and bucket_id = ? and name = ? and expires_at > now()";

  void insert(Project project, Resumable upload, boolean signed) {
    var user = upload.facts().userMetadata();
    write(
        project,
        Statement.of(
            """
            insert into stabbur_storage.resumable_uploads (version, bucket_id, name, store_upload,
              upsert, signed, owner_id, length, metadata, user_metadata, announced, expires_at)
            values (?, ?, ?, ?, ?, ?, ?, ?::text::bigint,
              jsonb_build_object('mimetype', ?::text, 'cacheControl', ?::text), ?::jsonb, ?, ?)
            returning version
            """,
            upload.id().version(),
            upload.id().bucket(),
            upload.id().name(),
            upload.storeUpload(),
            upload.clash() == Clash.REPLACE,
            signed,
            upload.owner(),
            length(upload),
            upload.facts().mimetype(),
            upload.facts().cacheControl(),
            user == null ? null : new Jsonb(user),
            upload.announced(),
            upload.expires()),
        rows -> rows.next());
  }

  private static @Nullable String length(Resumable upload) {
    return upload.isOpenEnded() ? null : Long.toString(upload.length());
  }

  /// Tells the length of an upload that was begun without one.
  void tellLength(Project project, Resumable upload, String lease) {
    boolean held =
        write(
            project,
            Statement.of(
                """
                update stabbur_storage.resumable_uploads set length = ?
                where version = ? and lease = ? and length is null returning version
                """,
                upload.length(),
                upload.id().version(),
                lease),
            rows -> rows.next());
    if (!held) {
      throw locked(upload);
    }
  }

  Optional<Resumable> find(Project project, UploadId id) {
    return write(
        project,
        Statement.of(
            "select " + COLUMNS + " from stabbur_storage.resumable_uploads" + LIVE,
            id.version(),
            id.bucket(),
            id.name()),
        ResumableRows::first);
  }

  private static Optional<Resumable> first(ResultSet rows) throws SQLException {
    return rows.next() ? Optional.of(read(rows)) : Optional.empty();
  }

  private static Resumable read(ResultSet row) throws SQLException {
    return new Resumable(
        new UploadId(row.getString(1), row.getString(2), row.getString(3)),
        row.getString(4),
        Clash.of(row.getBoolean(5)),
        row.getString(6),
        row.getLong(7),
        row.getLong(8),
        row.getLong(9),
        Resumable.parts(Json.parse(row.getString(10))),
        new Facts(row.getString(11), row.getString(12), null, row.getString(13)),
        row.getString(14),
        row.getTimestamp(15).toInstant());
  }

  /// Takes the lease, from whoever has it.
  Optional<Resumable> lease(Project project, UploadId id, String lease) {
    return write(
        project,
        Statement.of(
            "update stabbur_storage.resumable_uploads set lease = ?"
                + LIVE
                + " returning "
                + COLUMNS,
            lease,
            id.version(),
            id.bucket(),
            id.name()),
        ResumableRows::first);
  }

  /// A number for the next piece, never given twice.
  int nextPart(Project project, Resumable upload, String lease) {
    return write(
            project,
            Statement.of(
                """
                update stabbur_storage.resumable_uploads set next_part = next_part + 1
                where version = ? and lease = ? returning next_part - 1
                """,
                upload.id().version(),
                lease),
            rows -> rows.next() ? Optional.of(rows.getInt(1)) : Optional.<Integer>empty())
        .orElseThrow(() -> locked(upload));
  }

  /// Records progress, if the lease is still held.
  void record(Project project, Resumable upload, String lease) {
    boolean held =
        write(
            project,
            Statement.of(
                """
                update stabbur_storage.resumable_uploads set stored = ?, tail = ?, parts = ?
                where version = ? and lease = ? returning version
                """,
                upload.stored(),
                upload.tail(),
                new Jsonb(Resumable.json(upload.parts())),
                upload.id().version(),
                lease),
            rows -> rows.next());
    if (!held) {
      throw locked(upload);
    }
  }

  private static ApiException locked(Resumable upload) {
    return new ApiException(new StorageError.Locked(upload.id().version()));
  }

  void delete(Project project, UploadId id) {
    write(
        project,
        Statement.of(
            "delete from stabbur_storage.resumable_uploads where version = ? returning version",
            id.version()),
        rows -> rows.next());
  }

  /// The bytes that uploads under way are to have, or have where they did not say.
  long announcedBytes(Project project) {
    return write(
        project,
        Statement.of(
            "select coalesce(sum(coalesce(length, stored)), 0)::bigint from"
                + " stabbur_storage.resumable_uploads where expires_at > now()"),
        rows -> rows.next() ? rows.getLong(1) : 0L);
  }

  /// Uploads whose time is up.
  List<Resumable> expired(Project project, int most) {
    return write(
        project,
        Statement.of(
            "select "
                + COLUMNS
                + " from stabbur_storage.resumable_uploads where expires_at <= now() limit ?",
            most),
        rows -> {
          var found = new ArrayList<Resumable>();
          while (rows.next()) {
            found.add(read(rows));
          }
          return found;
        });
  }

  private static <T> T write(Project project, Statement statement, RowReader<T> reader) {
    return project.admin().exchange(Operation.keeper(project), Access.WRITE, statement, reader);
  }
}
