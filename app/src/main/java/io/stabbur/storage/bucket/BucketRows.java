package io.stabbur.storage.bucket;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import io.stabbur.platform.sql.Uuids;
import io.stabbur.project.Project;
import io.stabbur.storage.Encryption;
import io.stabbur.storage.Operation;
import io.stabbur.storage.StorageError;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The rows of `storage.buckets`.
@Singleton
public final class BucketRows {
  private static final String COLUMNS =
      """
      json_build_object('id', id, 'name', name, 'owner', coalesce(owner_id, owner::text, ''),
        'public', coalesce(public, false), 'file_size_limit', file_size_limit,
        'allowed_mime_types', allowed_mime_types,
        'created_at', stabbur_storage.iso(created_at), 'updated_at', stabbur_storage.iso(updated_at)
      """;
  private static final String ALL = COLUMNS + ", 'type', type)";
  private static final String WITHOUT_TYPE = COLUMNS + ")";

  /// Which fields of a bucket are told.
  enum Fields {
    ALL,
    WITHOUT_TYPE
  }

  /// What object operations ask, whoever the caller is.
  public Bucket require(Project project, String id) {
    return find(project, id).orElseThrow(() -> new ApiException(new StorageError.NoSuchBucket(id)));
  }

  public Optional<Bucket> find(Project project, String id) {
    return project
        .admin()
        .exchange(
            Operation.keeper(project),
            Access.READ,
            Statement.of(
                """
                select b.id, coalesce(b.public, false), b.file_size_limit, b.allowed_mime_types,
                  coalesce(r.check_types, false), coalesce(r.encrypt, 'off'),
                  coalesce(r.plain_refusals, false)
                from storage.buckets b
                left join stabbur_storage.bucket_rules r on r.bucket_id = b.id where b.id = ?
                """,
                id),
            rows -> rows.next() ? Optional.of(bucket(rows)) : Optional.<Bucket>empty());
  }

  private static Bucket bucket(ResultSet row) throws SQLException {
    var limit = row.getLong(3);
    var known = !row.wasNull();
    var types = row.getArray(4);
    return new Bucket(
        row.getString(1),
        row.getBoolean(2),
        known ? limit : null,
        row.getBoolean(5),
        Encryption.parse(row.getString(6)).orElseThrow(),
        row.getBoolean(7),
        types == null ? List.of() : List.of((String[]) types.getArray()));
  }

  /// What a client asked of a new or changed bucket; null leaves a column alone.
  public record BucketChange(
      @Nullable Boolean isPublic,
      boolean limitGiven,
      @Nullable Long limit,
      boolean typesGiven,
      @Nullable List<String> types) {}

  void insert(Operation operation, String id, String name, BucketChange change) {
    try {
      operation
          .api()
          .transaction(
              operation.actor(),
              Access.WRITE,
              tx ->
                  tx.update(
                      Statement.of(
                          """
                          insert into storage.buckets
                            (id, name, owner, owner_id, public, file_size_limit, allowed_mime_types)
                          values (?, ?, ?::uuid, ?, ?, ?::text::bigint, ?::text[])
                          """,
                          id,
                          name,
                          uuid(operation.owner()),
                          operation.owner(),
                          Boolean.TRUE.equals(change.isPublic()),
                          change.limit() == null ? null : change.limit().toString(),
                          array(change.types()))));
    } catch (ApiException e) {
      if (e.error() instanceof Failure.Database database && database.sqlState().equals("23505")) {
        throw new ApiException(new StorageError.BucketAlreadyExists(id));
      }
      throw e;
    }
  }

  private static @Nullable String uuid(@Nullable String owner) {
    return owner == null ? null : Uuids.parse(owner).map(UUID::toString).orElse(null);
  }

  private static String @Nullable [] array(@Nullable List<String> texts) {
    return texts == null || texts.isEmpty() ? null : texts.toArray(String[]::new);
  }

  /// A new bucket with nothing but a name.
  public void insert(Operation operation, String id, boolean isPublic) {
    insert(operation, id, id, new BucketChange(isPublic, false, null, false, null));
  }

  /// All buckets the caller may see, as the API writes them.
  public String list(Operation operation) {
    return list(operation, new BucketQuery(null, 0, "name", false, "", Fields.ALL));
  }

  /// One bucket as the API writes it, if the caller may see it.
  public Optional<String> json(Operation operation, String id) {
    return json(operation, id, Fields.ALL);
  }

  Optional<String> json(Operation operation, String id, Fields fields) {
    var sql = new SqlText();
    row(sql.add("select "), fields).add(" from storage.buckets where id = ").value(id);
    return operation
        .api()
        .exchange(
            operation.actor(),
            Access.READ,
            sql.statement(),
            rows -> rows.next() ? Optional.of(rows.getString(1)) : Optional.<String>empty());
  }

  private static SqlText row(SqlText sql, Fields fields) {
    return switch (fields) {
      case ALL -> sql.add(ALL);
      case WITHOUT_TYPE -> sql.add(WITHOUT_TYPE);
    };
  }

  /// Buckets as the API writes them.
  String list(Operation operation, BucketQuery query) {
    var sql = new SqlText();
    sql.add("select coalesce(json_agg(b.row order by b.at), '[]') from (select ");
    row(sql, query.fields())
        .add(" as row, row_number() over (order by ")
        .name(query.column())
        .add(query.descending() ? " desc" : " asc")
        .add(", id) as at from storage.buckets");
    if (!query.search().isEmpty()) {
      sql.add(" where position(lower(").value(query.search()).add(") in lower(name)) > 0");
    }
    sql.add(" order by at");
    if (query.limit() != null) {
      sql.add(" limit ").value(query.limit());
    }
    sql.add(" offset ").value(query.offset()).add(") b");
    return operation
        .api()
        .exchange(
            operation.actor(),
            Access.READ,
            sql.statement(),
            rows -> rows.next() ? rows.getString(1) : "[]");
  }

  /// How buckets are asked for; the column is one of the four the API allows.
  record BucketQuery(
      @Nullable Long limit,
      long offset,
      String column,
      boolean descending,
      String search,
      Fields fields) {}

  /// Changes a bucket as the caller.
  public void update(Operation operation, String id, BucketChange change) {
    var sql = new SqlText();
    sql.add("update storage.buckets set updated_at = now()");
    if (change.isPublic() != null) {
      sql.add(", public = ").value(change.isPublic());
    }
    if (change.limitGiven()) {
      sql.add(", file_size_limit = ")
          .value(change.limit() == null ? null : change.limit().toString())
          .add("::text::bigint");
    }
    if (change.typesGiven()) {
      sql.add(", allowed_mime_types = ").value(array(change.types())).add("::text[]");
    }
    sql.add(" where id = ").value(id).add(" returning id");
    if (changed(operation, sql.statement()) == 0) {
      throw new ApiException(new StorageError.NoSuchBucket(id));
    }
  }

  /// Deletes a bucket as the caller; one that holds objects is kept by their foreign key, which is
  /// asked only where the policies let the caller delete.
  public void delete(Operation operation, String id) {
    var deletion = Statement.of("delete from storage.buckets where id = ? returning id", id);
    try {
      if (changed(operation, deletion) == 0) {
        throw new ApiException(new StorageError.NoSuchBucket(id));
      }
    } catch (ApiException e) {
      if (e.error() instanceof Failure.Database database && database.sqlState().equals("23503")) {
        throw new ApiException(
            unended(operation, id)
                .<StorageError>map(StorageError.BucketInUse::new)
                .orElseGet(() -> new StorageError.BucketNotEmpty(id)));
      }
      throw e;
    }
  }

  /// An upload in parts that keeps an empty bucket, as far as policies show it to the caller.
  private static Optional<String> unended(Operation operation, String id) {
    return operation
        .api()
        .exchange(
            operation.actor(),
            Access.READ,
            Statement.of(
                """
                select format('%s (upload %s)', key, id) from storage.s3_multipart_uploads
                where bucket_id = ?
                  and not exists (select from storage.objects where bucket_id = ?)
                order by created_at limit 1
                """,
                id, id),
            rows -> rows.next() ? Optional.of(rows.getString(1)) : Optional.<String>empty());
  }

  private static int changed(Operation operation, Statement statement) {
    return operation
        .api()
        .exchange(operation.actor(), Access.WRITE, statement, rows -> rows.next() ? 1 : 0);
  }

  /// Removes the rows of every object, in batches; their bytes follow.
  void empty(Operation operation, String id) {
    require(operation.project(), id);
    int removed;
    do {
      removed =
          operation
              .project()
              .admin()
              .exchange(
                  Operation.keeper(operation.project()),
                  Access.WRITE,
                  Statement.of(
                      """
                      with gone as (
                        delete from storage.objects o using (
                          select id from storage.objects where bucket_id = ? limit 1000
                          for update skip locked) d
                        where o.id = d.id returning 1)
                      select count(*) from gone
                      """,
                      id),
                  rows -> rows.next() ? rows.getInt(1) : 0);
    } while (removed > 0);
  }
}
