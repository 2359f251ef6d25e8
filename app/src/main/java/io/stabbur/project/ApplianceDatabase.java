package io.stabbur.project;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.db.PlainCommand;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.embedded.EmbeddedPostgres;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// A database of the appliance's own in the embedded Postgres of a project: what is in it is
/// neither the project's nor its owner's, who cannot connect to it.
public final class ApplianceDatabase {
  private static final String NAME = "stabbur_control";
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int PASSWORD_BYTES = 24;

  /// A project's owner may make roles and databases, and so could have made these two beforehand.
  private static final String IS_OWN =
      """
      select exists (
        select from pg_database d join pg_roles r on r.oid = d.datdba
        where d.datname = ? and r.rolname = d.datname
          and not exists (select from pg_auth_members m where m.roleid = r.oid))\
      """;

  private ApplianceDatabase() {}

  /// The login of its owner. Role and database are made where they are missing.
  ///
  /// @param home an embedded project
  /// @param connections most connections of the login
  public static Login of(Project home, int connections) {
    var url = home.admin().login().url();
    var password = password(home.keys().superuserPassword());
    prepare(superuser(home), password);
    var own = url.replaceFirst("/[^/?]*(\\?.*)?$", "/" + NAME);
    return new Login(own, NAME, password, connections, PATIENCE);
  }

  /// Whether there is one already.
  public static boolean exists(Project home) {
    try (var database = Database.open(superuser(home))) {
      return exists(database, "select exists (select from pg_database where datname = ?)");
    }
  }

  private static Login superuser(Project home) {
    var url = home.admin().login().url();
    return new Login(url, EmbeddedPostgres.SUPERUSER, home.keys().superuserPassword(), 1, PATIENCE)
        .inCatalogOnly();
  }

  private static Secret password(Secret superuser) {
    var key = superuser.reveal().getBytes(StandardCharsets.UTF_8);
    var use = NAME.getBytes(StandardCharsets.UTF_8);
    return Secret.of(Crypto.base64Url(Crypto.hkdfExpand(Crypto.sha256(key), use, PASSWORD_BYTES)));
  }

  private static void prepare(Login superuser, Secret password) {
    try (var database = Database.open(superuser)) {
      if (!exists(database, "select exists (select from pg_roles where rolname = ?)")) {
        run(superuser, "create role stabbur_control login connection limit 50");
      }
      new RolePassword(NAME, password, true).set(database);
      if (!exists(database, "select exists (select from pg_database where datname = ?)")) {
        run(superuser, "create database stabbur_control owner stabbur_control template template0");
        run(superuser, "revoke all on database stabbur_control from public");
      }
      if (!exists(database, IS_OWN)) {
        throw new ApiException(
            new Failure.Unavailable(
                "The role and the database %s are not this appliance's own: somebody else owns the"
                        .formatted(NAME)
                    + " database or is a member of the role"));
      }
    }
  }

  private static boolean exists(Database superuser, String question) {
    return superuser.exchange(
        Actor.of(EmbeddedPostgres.SUPERUSER),
        Access.READ,
        Statement.of(question, NAME),
        rows -> {
          rows.next();
          return rows.getBoolean(1);
        });
  }

  private static void run(Login superuser, String sql) {
    var outcome = PlainCommand.run(superuser, EmbeddedPostgres.SUPERUSER, NAME, sql, _ -> {});
    if (!outcome.succeeded()) {
      throw new ApiException(new Failure.Unavailable("The control database cannot be made"));
    }
  }
}
