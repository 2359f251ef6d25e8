package io.stabbur.functions.deploy;

import io.stabbur.functions.deploy.FunctionRow.Stored;
import io.stabbur.functions.deploy.FunctionRow.VersionRow;
import io.stabbur.functions.error.FunctionError;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.sql.Jsonb;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The rows of functions and their versions, which the appliance alone reads and writes.
public final class FunctionRows {
  private static final Actor OWNER = Actor.of("postgres");
  private static final String COLUMNS =
      """
      select f.slug, f.id, f.name, f.verify_jwt, f.last_version, f.created_at, f.updated_at,
        v.version, v.entrypoint, v.import_map, v.sha256, v.deno_version,
        v.bundle_key, v.bundle_bytes, v.cache_key, v.cache_bytes, v.created_at
      from stabbur.functions f
      """;
  private static final Statement IN_USE =
      Statement.of(
          COLUMNS
              + """
              left join stabbur.function_versions v on v.slug = f.slug and v.version = f.active_version
              order by f.slug\
              """);
  private static final String VERSIONS =
      COLUMNS
          + "join stabbur.function_versions v on v.slug = f.slug where f.slug = ? order by"
          + " v.version desc";

  private final Project project;

  public FunctionRows(Project project) {
    this.project = project;
  }

  /// All functions with the version in use.
  public List<FunctionRow> all() {
    return project
        .admin()
        .transaction(OWNER, Access.READ, tx -> tx.list(IN_USE, FunctionRows::row));
  }

  /// All versions of a function, the newest first.
  public List<FunctionRow> versions(FunctionName slug) {
    return project
        .admin()
        .transaction(
            OWNER,
            Access.READ,
            tx -> tx.list(Statement.of(VERSIONS, slug.text()), FunctionRows::row));
  }

  /// What a new version consists of.
  ///
  /// @param verifyJwt absent keeps what holds; a new function asks for a token
  /// @param files the paths of its files as JSON
  public record NewVersion(
      FunctionName slug,
      String name,
      @Nullable Boolean verifyJwt,
      String entrypoint,
      @Nullable String importMap,
      String files,
      String sha256,
      String denoVersion,
      Stored bundle,
      Stored cache,
      Activation activation) {}

  /// Whether a new version is used from now on.
  public enum Activation {
    AT_ONCE,
    LATER
  }

  /// Adds a version; its number.
  public int add(NewVersion version) {
    return project.admin().transaction(OWNER, Access.WRITE, tx -> add(tx, version));
  }

  private static int add(Transaction tx, NewVersion version) {
    int number =
        tx.first(
                Statement.of(
                    """
                    insert into stabbur.functions as f (slug, name, verify_jwt, last_version)
                    values (?, ?, coalesce(?::boolean, true), 1)
                    on conflict (slug) do update set name = excluded.name,
                      verify_jwt = coalesce(?::boolean, f.verify_jwt), last_version = f.last_version + 1
                    returning last_version\
                    """,
                    version.slug().text(),
                    version.name(),
                    text(version.verifyJwt()),
                    text(version.verifyJwt())),
                row -> row.getInt(1))
            .orElseThrow();
    tx.update(
        Statement.of(
            """
            insert into stabbur.function_versions (slug, version, entrypoint, import_map, files,
              sha256, deno_version, bundle_key, bundle_bytes, cache_key, cache_bytes)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)\
            """,
            version.slug().text(),
            number,
            version.entrypoint(),
            version.importMap(),
            new Jsonb(version.files()),
            version.sha256(),
            version.denoVersion(),
            version.bundle().key(),
            version.bundle().bytes(),
            version.cache().key(),
            version.cache().bytes()));
    if (version.activation() == Activation.AT_ONCE) {
      activate(tx, version.slug(), number, null);
    }
    return number;
  }

  /// Removes versions that are neither in use nor among the newest, and notes their files.
  public void prune(FunctionName slug, int keep) {
    project
        .admin()
        .transaction(
            OWNER,
            Access.WRITE,
            tx ->
                tx.update(
                    Statement.of(
                        """
                        delete from stabbur.function_versions v using stabbur.functions f
                        where f.slug = v.slug and v.slug = ? and v.version <= f.last_version - ?
                          and v.version is distinct from f.active_version\
                        """,
                        slug.text(),
                        keep)));
  }

  private static @Nullable String text(@Nullable Boolean value) {
    return value == null ? null : value.toString();
  }

  /// Uses a version from now on.
  ///
  /// @param verifyJwt absent keeps what holds
  /// @return whether there is such a version
  public boolean activate(FunctionName slug, int number, @Nullable Boolean verifyJwt) {
    return project
        .admin()
        .transaction(OWNER, Access.WRITE, tx -> activate(tx, slug, number, verifyJwt));
  }

  /// A version that is to be used from now on.
  ///
  /// @param verifyJwt absent keeps what holds
  public record InUse(FunctionName slug, int number, @Nullable Boolean verifyJwt) {}

  /// Uses several versions from now on, all or none.
  ///
  /// @throws ApiException with [FunctionError.Unknown] where there is no such version
  public void activate(List<InUse> wanted) {
    project
        .admin()
        .transaction(
            OWNER,
            Access.WRITE,
            tx -> {
              for (var each : wanted) {
                if (!activate(tx, each.slug(), each.number(), each.verifyJwt())) {
                  throw new ApiException(
                      new FunctionError.Unknown("Version " + each.number() + " of " + each.slug()));
                }
              }
              return true;
            });
  }

  private static boolean activate(
      Transaction tx, FunctionName slug, int number, @Nullable Boolean verifyJwt) {
    return tx.update(
            Statement.of(
                """
                update stabbur.functions f set active_version = v.version, updated_at = now(),
                  verify_jwt = coalesce(?::boolean, f.verify_jwt)
                from stabbur.function_versions v
                where v.slug = f.slug and f.slug = ? and v.version = ?\
                """,
                text(verifyJwt),
                slug.text(),
                number))
        > 0;
  }

  /// Removes a function with all its versions, and notes their files, which belong to nothing then.
  public void delete(FunctionName slug) {
    project
        .admin()
        .transaction(
            OWNER,
            Access.WRITE,
            tx ->
                tx.update(
                    Statement.of("delete from stabbur.functions where slug = ?", slug.text())));
  }

  private static FunctionRow row(ResultSet row) throws SQLException {
    return new FunctionRow(
        new FunctionName(row.getString(1)),
        row.getObject(2, UUID.class),
        row.getString(3),
        row.getBoolean(4),
        version(row).orElse(null),
        row.getInt(5),
        row.getObject(6, OffsetDateTime.class).toInstant(),
        row.getObject(7, OffsetDateTime.class).toInstant());
  }

  private static Optional<VersionRow> version(ResultSet row) throws SQLException {
    int number = row.getInt(8);
    if (row.wasNull()) {
      return Optional.empty();
    }
    return Optional.of(
        new VersionRow(
            number,
            row.getString(9),
            row.getString(10),
            row.getString(11),
            row.getString(12),
            new Stored(row.getString(13), row.getLong(14)),
            new Stored(row.getString(15), row.getLong(16)),
            row.getObject(17, OffsetDateTime.class).toInstant()));
  }
}
