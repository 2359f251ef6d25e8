package io.stabbur.auth.request;

import io.stabbur.identity.Caller;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.RowReader;
import io.stabbur.platform.db.TransactionBody;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import java.time.Instant;

/// Who called, from where and when: what every operation of this API knows of its request.
///
/// @param api the address of this API, as the outside knows it
/// @param ip the client's address, "" when unknown
/// @param authorization the Authorization header, "" without one
/// @param redirectTo where people are sent back to: what the client asked for if the rules allow it
/// @param language the first language the client asked for, "" when none
public record AuthRequest(
    Caller caller,
    String api,
    String ip,
    String userAgent,
    String audience,
    String authorization,
    String redirectTo,
    String language,
    RedirectRules redirects,
    Instant now) {
  public Project project() {
    return caller.project();
  }

  private Actor keeper() {
    return project()
        .keeper("supabase_auth_admin")
        .onBehalfOf(caller.share())
        .with("search_path", "auth");
  }

  /// Work on the `auth` schema in one transaction.
  public <T> T write(TransactionBody<T> body) {
    return project().admin().transaction(keeper(), Access.WRITE, body);
  }

  /// Reads several things in one transaction.
  public <T> T read(TransactionBody<T> body) {
    return project().admin().transaction(keeper(), Access.READ, body);
  }

  /// One read in one round trip.
  public <T> T read(Statement statement, RowReader<T> reader) {
    return project().admin().exchange(keeper(), Access.READ, statement, reader);
  }

  /// The same request with another place to go back to, if the rules allow it.
  public AuthRequest withRedirect(String candidate) {
    return new AuthRequest(
        caller,
        api,
        ip,
        userAgent,
        audience,
        authorization,
        redirects.choose(candidate, redirectTo),
        language,
        redirects,
        now);
  }
}
