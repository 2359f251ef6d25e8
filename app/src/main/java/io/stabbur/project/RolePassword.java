package io.stabbur.project;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The password that a database role has by the key file or the settings, which are the truth about
/// passwords.
///
/// @param isGenerated whether it is random and long, so that nobody guesses it however fast a guess
///   can be tried; hashing it thousands of times would only slow down each new connection
record RolePassword(String role, Secret password, boolean isGenerated) {
  private static final Logger LOG = LoggerFactory.getLogger(RolePassword.class);
  private static final int GENERATED_ITERATIONS = 1;

  /// Gives the role the password where it has another one, which is told.
  ///
  /// @throws StartFailure where the role is the superuser that asks
  void set(Database superuser) {
    if (role.equals(superuser.login().user())) {
      throw new StartFailure(
          "The superuser %s of the embedded Postgres is no user for the API or for migrations; choose another api-user or admin-user."
              .formatted(role));
    }
    write(superuser);
  }

  /// Keeps the generated password of a superuser in the form that costs little.
  static void ofSuperuser(Database superuser) {
    var login = superuser.login();
    new RolePassword(login.user(), login.password(), true).write(superuser);
  }

  private void write(Database superuser) {
    var kept = kept(superuser);
    var verifier = kept.flatMap(ScramVerifier::parse).filter(each -> each.isOf(password));
    if (verifier.filter(this::isFast).isPresent()) {
      return;
    }
    if (kept.isPresent() && verifier.isEmpty()) {
      LOG.warn(
          "The database role {} has the password that is kept or set for it (admin-password,"
              + " api-password) in place of another one: what `alter role` gives it does not last.",
          role);
    }
    var text =
        isGenerated ? ScramVerifier.of(password, GENERATED_ITERATIONS).text() : password.reveal();
    superuser.transaction(
        Actor.of(superuser.login().user())
            .with("stabbur.role", role)
            .with("stabbur.password", text),
        Access.WRITE,
        tx ->
            tx.update(
                new SqlText()
                    .add("do $$ begin execute format('alter role %I password %L', ")
                    .add(
                        "current_setting('stabbur.role'), current_setting('stabbur.password')); end"
                            + " $$")
                    .statement()));
  }

  private boolean isFast(ScramVerifier verifier) {
    return !isGenerated || verifier.iterations() <= GENERATED_ITERATIONS;
  }

  private Optional<String> kept(Database superuser) {
    return superuser
        .transaction(
            Actor.of(superuser.login().user()),
            Access.READ,
            tx ->
                tx.first(
                    Statement.of(
                        "select coalesce(rolpassword, '') from pg_catalog.pg_authid"
                            + " where rolname = ?",
                        role),
                    row -> row.getString(1)))
        .filter(text -> !text.isEmpty());
  }
}
