package io.stabbur.storage.s3;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Batch;
import io.stabbur.platform.db.RowReader;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Jsonb;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import io.stabbur.storage.Operation;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.backend.Part;
import io.stabbur.storage.object.Facts;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The rows of uploads in parts: `storage.s3_multipart_uploads` and its parts.
@Singleton
final class PartRows {
  private static final String RECORD = SqlFile.of(PartRows.class, "record-part");
  private static final String OTHERS = SqlFile.of(PartRows.class, "other-parts");
  private static final String COLUMNS =
      "id, bucket_id, key, version, owner_id, metadata ->> 'mimetype',"
          + " metadata ->> 'cacheControl', user_metadata::text, stabbur_storage.iso(created_at)";

  /// An upload in parts; its id is the store's own.
  record PartUpload(
      String id,
      String bucket,
      String key,
      String version,
      @Nullable String owner,
      Facts facts,
      String created) {}

  void insert(Project project, PartUpload upload) {
    var user = upload.facts().userMetadata();
    run(
        project,
        Statement.of(
            """
            insert into storage.s3_multipart_uploads
              (id, upload_signature, bucket_id, key, version, owner_id, metadata, user_metadata)
            values (?, ?, ?, ?, ?, ?, ?, ?::jsonb) returning id
            """,
            upload.id(),
            signature(project, upload.id(), 0),
            upload.bucket(),
            upload.key(),
            upload.version(),
            upload.owner(),
            metadata(upload.facts()),
            user == null ? null : new Jsonb(user)),
        rows -> rows.next());
  }

  private static Jsonb metadata(Facts facts) {
    var fields = new LinkedHashMap<String, JsonNode>();
    fields.put("mimetype", JsonNode.createStringNode(facts.mimetype()));
    fields.put("cacheControl", JsonNode.createStringNode(facts.cacheControl()));
    return new Jsonb(Json.write(JsonNode.createObjectNode(fields)));
  }

  /// Binds the running size to the upload, so that a size changed in the table is noticed.
  private static String signature(Project project, String id, long size) {
    return HexFormat.of()
        .formatHex(
            Crypto.hmacSha256(
                project.keys().masterKey().bytes(),
                (id + '/' + size).getBytes(StandardCharsets.UTF_8)));
  }

  PartUpload require(Project project, String bucket, String key, String id) {
    return run(
            project,
            Statement.of(
                "select "
                    + COLUMNS
                    + " from storage.s3_multipart_uploads where id = ? and bucket_id = ? and key ="
                    + " ?",
                id,
                bucket,
                key),
            rows -> rows.next() ? Optional.of(read(rows)) : Optional.<PartUpload>empty())
        .orElseThrow(() -> new ApiException(new StorageError.NoSuchUpload(id)));
  }

  private static PartUpload read(ResultSet row) throws SQLException {
    return new PartUpload(
        row.getString(1),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        new Facts(row.getString(6), row.getString(7), null, row.getString(8)),
        row.getString(9));
  }

  /// The bytes a part may have beside the upload's others, so that all of it is within the limit; 0
  /// where there is no room.
  long room(Project project, PartUpload upload, int number, long limit) {
    return run(
        project,
        Statement.of(OTHERS, upload.id(), number),
        rows -> rows.next() ? Math.max(0, limit - rows.getLong(1)) : 0);
  }

  /// Records a part and the upload's size with it, if all of it is within the limit. The upload is
  /// locked first, so that parts sent at once see each other.
  void record(Project project, PartUpload upload, Part part, long limit) {
    var lock =
        Statement.of(
            "select from storage.s3_multipart_uploads where id = ? for update", upload.id());
    var batch =
        new Batch(
            List.of(
                lock,
                Statement.of(
                    RECORD,
                    upload.id(),
                    part.number(),
                    upload.id(),
                    part.size(),
                    part.number(),
                    upload.bucket(),
                    upload.key(),
                    part.etag(),
                    upload.owner(),
                    upload.version(),
                    part.size(),
                    limit,
                    upload.id())),
            Batch.Isolation.READ_COMMITTED,
            Batch.Ending.COMMIT);
    boolean within =
        project
            .admin()
            .exchange(
                Operation.keeper(project),
                Access.WRITE,
                batch,
                results -> {
                  results.skip();
                  return results.read(ResultSet::next);
                });
    if (!within) {
      throw new ApiException(new StorageError.EntityTooLarge());
    }
  }

  /// A recorded part.
  record Listed(Part part, String created) {}

  /// All parts in order, each number once, the latest counting; for completing an upload that the
  /// policies have allowed.
  List<Listed> parts(Project project, PartUpload upload) {
    return run(project, partsOf(upload), PartRows::listed);
  }

  /// The same parts as far as the policies on `storage.s3_multipart_uploads_parts` show them.
  List<Listed> visibleParts(Operation operation, PartUpload upload) {
    return operation
        .api()
        .exchange(operation.actor(), Access.READ, partsOf(upload), PartRows::listed);
  }

  private static Statement partsOf(PartUpload upload) {
    return Statement.of(
        """
        select distinct on (part_number) part_number, size, etag, stabbur_storage.iso(created_at)
        from storage.s3_multipart_uploads_parts where upload_id = ?
        order by part_number, created_at desc
        """,
        upload.id());
  }

  private static List<Listed> listed(ResultSet rows) throws SQLException {
    var parts = new ArrayList<Listed>();
    while (rows.next()) {
      var part = new Part(rows.getInt(1), rows.getLong(2), rows.getString(3));
      parts.add(new Listed(part, rows.getString(4)));
    }
    return parts;
  }

  /// Uploads under way whose key has the prefix and follows the marker, as far as the policies on
  /// `storage.s3_multipart_uploads` show them to the caller.
  List<PartUpload> visibleUploads(
      Operation operation,
      String bucket,
      String prefix,
      String keyMarker,
      String idMarker,
      int limit) {
    return operation
        .api()
        .exchange(
            operation.actor(),
            Access.READ,
            Statement.of(
                "select "
                    + COLUMNS
                    + " from storage.s3_multipart_uploads u where bucket_id = ?"
                    + " and starts_with(key, ?) and (key > ? or (? <> '' and key = ? and"
                    + " created_at > (select created_at from storage.s3_multipart_uploads m"
                    + " where m.id = ?))) order by key, created_at limit ?",
                bucket,
                prefix,
                keyMarker,
                idMarker,
                keyMarker,
                idMarker,
                limit),
            PartRows::uploads);
  }

  private static List<PartUpload> uploads(ResultSet rows) throws SQLException {
    var found = new ArrayList<PartUpload>();
    while (rows.next()) {
      found.add(read(rows));
    }
    return found;
  }

  void delete(Project project, String id) {
    run(
        project,
        Statement.of("delete from storage.s3_multipart_uploads where id = ? returning id", id),
        rows -> rows.next());
  }

  /// Uploads nobody has finished for a long time.
  List<PartUpload> stale(Project project, Duration age, int most) {
    return run(
        project,
        Statement.of(
            "select " + COLUMNS + " from storage.s3_multipart_uploads where created_at < ? limit ?",
            Instant.now().minus(age),
            most),
        PartRows::uploads);
  }

  private static <T> T run(Project project, Statement statement, RowReader<T> reader) {
    return project.admin().exchange(Operation.keeper(project), Access.WRITE, statement, reader);
  }
}
