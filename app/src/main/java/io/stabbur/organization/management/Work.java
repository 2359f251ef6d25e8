package io.stabbur.organization.management;

import io.stabbur.identity.Caller;
import io.stabbur.identity.Claims;
import io.stabbur.organization.OrganizationSchema;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One transaction of the management API: it runs as the caller, so Postgres decides what is
/// allowed, and becomes the keeper of accounts for the steps that concern accounts.
///
/// @param caller with the claims as Postgres has renewed them when the transaction began: what the
///   token said may have changed since it was made
record Work(Caller caller, OrganizationSchema schema, Transaction tx) {
  private static final String ACCOUNTS = "supabase_auth_admin";
  private static final Statement CLAIMS =
      Statement.of("select current_setting('request.jwt.claims')");
  private static final Set<String> CALLERS = Set.of("authenticated", Caller.SERVICE_ROLE);

  /// Runs the whole body in one transaction: all of it or nothing. The login used here may become
  /// more roles than that of requests may, so it becomes none but those two for a caller.
  static <T> T run(
      Caller caller, OrganizationSchema schema, Access access, Function<Work, T> body) {
    if (!CALLERS.contains(caller.role())) {
      throw new ApiException(
          new Failure.Forbidden("This API serves users and the service role, no other role"));
    }
    return caller
        .project()
        .admin()
        .transaction(
            caller.actor(), access, tx -> body.apply(new Work(renewed(caller, tx), schema, tx)));
  }

  private static Caller renewed(Caller caller, Transaction tx) {
    var claims = tx.first(CLAIMS, rows -> String.valueOf(rows.getString(1))).orElseThrow();
    return caller.with(new Claims(claims, Json.parse(claims), caller.claims().issuer()));
  }

  /// Runs a step with rights over accounts, and goes back to the caller's.
  <T> T withAccounts(Function<Transaction, T> step) {
    var role = text(Statement.of("select current_user"), "role");
    become(caller.project().keeper(ACCOUNTS).role(), "auth");
    var result = step.apply(tx);
    become(role, "public");
    return result;
  }

  /// For maintenance of our own, beyond any caller's rights; still named as the caller's doing.
  static Actor owner(Caller caller) {
    return caller.actor().as("postgres");
  }

  /// One row's first column; refused as not found where it is null.
  String text(Statement statement, String what) {
    return tx.first(statement, rows -> Optional.ofNullable(rows.getString(1)))
        .flatMap(Function.identity())
        .orElseThrow(() -> OrganizationError.notFound(what));
  }

  /// The answer of a function of the schema's contract.
  ///
  /// @param what named by the refusal where the answer is null: none that the caller may see
  String call(String what, String function, @Nullable Object... arguments) {
    return text(schema.call(function, arguments), what);
  }

  /// Whether a function of the contract says that it has done its work.
  boolean isDone(String function, @Nullable Object... arguments) {
    return tx.first(schema.call(function, arguments), rows -> rows.getBoolean(1)).orElse(false);
  }

  private void become(String role, String schema) {
    tx.update(new SqlText().add("set local role ").name(role).statement());
    tx.update(new SqlText().add("set local search_path = ").name(schema).statement());
  }
}
