package io.stabbur.auth.session;

import io.stabbur.auth.account.Users;
import io.stabbur.auth.request.AuthRequests;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.Row;
import io.stabbur.identity.Caller;
import io.stabbur.identity.Claims;
import io.stabbur.platform.sql.Uuids;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// What a token of a person would say, for operators who look at data as that person sees it. No
/// token is made, and no session.
@Singleton
public final class PersonClaims {
  private final AuthRequests authRequests;
  private final Issuer issuer;

  PersonClaims(AuthRequests authRequests, Issuer issuer) {
    this.authRequests = authRequests;
    this.issuer = issuer;
  }

  /// The claims of the person with an address or an id; empty where there is none.
  public Optional<Claims> of(Project project, String person) {
    var service = Claims.ofRole(Caller.SERVICE_ROLE);
    var authRequest =
        authRequests.own(project, new Caller(project, Caller.SERVICE_ROLE, service, true));
    return authRequest.read(
        tx -> {
          var users = new Users(tx);
          var user = id(person).flatMap(users::byId).or(() -> users.byEmail(person.strip()));
          return user.map(
              known -> {
                var session =
                    new Session(
                        new Row(
                            new Fields()
                                .put("id", UUID.randomUUID().toString())
                                .put("user_id", known.id().toString())
                                .put("created_at", authRequest.now().toString())
                                .node()),
                        List.of(
                            new Session.Method("password", authRequest.now().getEpochSecond())));
                return Claims.of(issuer.claims(tx, authRequest, known, session));
              });
        });
  }

  private static Optional<UUID> id(String text) {
    return Uuids.parse(text.strip());
  }
}
