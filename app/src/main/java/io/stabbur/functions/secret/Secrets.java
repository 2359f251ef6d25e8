package io.stabbur.functions.secret;

import io.stabbur.functions.error.FunctionError;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.FileKeys;
import io.stabbur.project.Project;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The secrets of a project's functions. Their values leave this class for the environment of
/// functions alone: a list has digests.
public final class Secrets {
  private static final Logger LOG = LoggerFactory.getLogger(Secrets.class);
  private static final Actor OWNER = Actor.of("postgres");
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,255}");
  private static final int LARGEST = 48 * 1024;
  private static final int MOST = 100;
  private static final Statement ALL =
      Statement.of(
          "select name, sealed, key_version, digest, updated_at from stabbur.function_secrets order"
              + " by name");

  private static final Statement COUNT =
      Statement.of("select count(*) from stabbur.function_secrets");

  private final Project project;
  private final Sealing sealing;
  private volatile Map<String, String> values = Map.of();

  public Secrets(Project project) {
    this.project = project;
    this.sealing = new Sealing(FileKeys.of(project));
  }

  /// A secret as it is shown.
  public record Shown(String name, String digest, Instant updatedAt) {}

  private static final class Row {
    private final Shown shown;
    private final byte[] sealed;
    private final int keyVersion;

    Row(Shown shown, byte[] sealed, int keyVersion) {
      this.shown = shown;
      this.sealed = sealed;
      this.keyVersion = keyVersion;
    }
  }

  /// The values as they are known now; never waits.
  public Map<String, String> values() {
    return values;
  }

  public List<Shown> list() {
    return rows().stream().map(row -> row.shown).toList();
  }

  /// Reads the database anew; one at a time, so that an older reading never follows a newer one.
  public synchronized void refresh() {
    var opened = new TreeMap<String, String>();
    for (var row : rows()) {
      var name = row.shown.name();
      sealing
          .open(name, row.sealed, row.keyVersion)
          .ifPresentOrElse(
              value -> opened.put(name, value),
              () -> LOG.error("A secret of functions does not open: {}", name));
    }
    values = Map.copyOf(opened);
  }

  /// Seals values anew that an older key has sealed. A value that is changed meanwhile, here or by
  /// another process, stays as it was changed.
  public void rotate() {
    for (var row : rows()) {
      var name = row.shown.name();
      if (row.keyVersion != sealing.current()) {
        sealing
            .open(name, row.sealed, row.keyVersion)
            .ifPresent(value -> sealAnew(name, value, row.sealed));
      }
    }
  }

  private void sealAnew(String name, String value, byte[] before) {
    project
        .admin()
        .transaction(
            OWNER,
            Access.WRITE,
            tx ->
                tx.update(
                    Statement.of(
                        """
                        update stabbur.function_secrets set sealed = ?, key_version = ?
                        where name = ? and sealed = ?\
                        """,
                        sealing.seal(name, value),
                        sealing.current(),
                        name,
                        before)));
  }

  /// Sets secrets, all or none.
  public void set(Map<String, String> wanted) {
    wanted.forEach(Secrets::requireValid);
    if (wanted.size() > MOST) {
      throw tooMany();
    }
    write(wanted);
    refresh();
  }

  private void write(Map<String, String> wanted) {
    project
        .admin()
        .transaction(
            OWNER,
            Access.WRITE,
            tx -> {
              wanted.forEach(
                  (name, value) ->
                      tx.update(
                          Statement.of(
                              """
                              insert into stabbur.function_secrets (name, sealed, key_version, digest)
                              values (?, ?, ?, ?) on conflict (name) do update set
                                sealed = excluded.sealed, key_version = excluded.key_version,
                                digest = excluded.digest, updated_at = now()\
                              """,
                              name,
                              sealing.seal(name, value),
                              sealing.current(),
                              sealing.digest(name, value))));
              int count = tx.first(COUNT, row -> row.getInt(1)).orElseThrow();
              if (count > MOST) {
                throw tooMany();
              }
              return count;
            });
  }

  private static ApiException tooMany() {
    return rejected("A project has at most " + MOST + " secrets");
  }

  /// Removes secrets; names that are not there are removed already.
  public void unset(Collection<String> names) {
    project
        .admin()
        .transaction(
            OWNER,
            Access.WRITE,
            tx ->
                tx.update(
                    Statement.of(
                        "delete from stabbur.function_secrets where name = any (?)",
                        (Object) names.toArray(String[]::new))));
    refresh();
  }

  private static void requireValid(String name, String value) {
    if (!NAME.matcher(name).matches()) {
      throw rejected("A secret's name has letters, digits and _, and begins with no digit");
    }
    if (name.startsWith("SUPABASE_")) {
      throw rejected("Secret name must not start with the SUPABASE_ prefix.");
    }
    if (value.length() > LARGEST || value.indexOf('\0') >= 0) {
      throw rejected("The value of " + name + " is too large, or has the character NUL");
    }
  }

  private static ApiException rejected(String reason) {
    return new ApiException(new FunctionError.Rejected(reason));
  }

  private List<Row> rows() {
    return project
        .admin()
        .transaction(
            OWNER,
            Access.READ,
            tx ->
                tx.list(
                    ALL,
                    row ->
                        new Row(
                            new Shown(
                                row.getString(1),
                                row.getString(4),
                                row.getObject(5, OffsetDateTime.class).toInstant()),
                            row.getBytes(2),
                            row.getInt(3))));
  }
}
