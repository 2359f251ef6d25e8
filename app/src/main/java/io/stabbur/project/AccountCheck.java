package io.stabbur.project;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.Statement;

/// How a project's database tells whether an access token still holds. The functions are those of
/// `base/stabbur/0480_account_changes.sql`.
public enum AccountCheck {
  /// Not at all: the database was not prepared by Stabbur, as where only the data API is served.
  NONE,
  /// By looking at account and session with every request: triggers could not be added to `auth`.
  EVERY_REQUEST,
  /// By what triggers noted since the token was made.
  NOTES;

  private static final PerProject<AccountCheck> ALL = new PerProject<>(AccountCheck::found);

  /// The kind that this project's database has; looked up once, when the project is opened.
  public static AccountCheck of(Project project) {
    return ALL.of(project);
  }

  private static AccountCheck found(Project project) {
    var admin = project.admin();
    return admin.transaction(
        Actor.of(admin.login().user()),
        project.settings().prepare() ? Access.WRITE : Access.READ,
        tx -> {
          if (project.settings().prepare()) {
            tx.update(
                Statement.of("select stabbur.let_confirm(?::name)", project.settings().apiUser()));
          }
          return found(tx, project.settings().apiUser());
        });
  }

  private static AccountCheck found(Transaction tx, String apiUser) {
    var mayAsk =
        Statement.of(
            """
            select coalesce(has_function_privilege(?::name,
              to_regprocedure('stabbur.confirm_caller(uuid, uuid, boolean, boolean)'), 'execute'), false)\
            """,
            apiUser);
    if (!tx.first(mayAsk, row -> row.getBoolean(1)).orElse(false)) {
      return NONE;
    }
    boolean noted =
        tx.first(Statement.of("select stabbur.accounts_are_noted()"), row -> row.getBoolean(1))
            .orElse(false);
    return noted ? NOTES : EVERY_REQUEST;
  }
}
