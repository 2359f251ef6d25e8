package io.stabbur.auth.people;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.account.Audit;
import io.stabbur.auth.account.Users;
import io.stabbur.auth.admin.AdminUsers;
import io.stabbur.auth.code.AccountEvent;
import io.stabbur.auth.code.Revocations;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.factor.Factors;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.AuthRequests;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.session.Sessions;
import io.stabbur.identity.Caller;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.UUID;

/// One account in all its parts, for an engineer who looks after a project: also those of visitors
/// without an address, and deleted ones. Each call needs the service role.
@Singleton
public final class AccountDesk {
  private final AuthRequests authRequests;
  private final AdminUsers users;
  private final Audit audit;

  AccountDesk(AuthRequests authRequests, AdminUsers users, Audit audit) {
    this.authRequests = authRequests;
    this.users = users;
    this.audit = audit;
  }

  /// The account of an id; empty where there is none.
  public Optional<Account> account(Caller caller, UUID id) {
    return authRequest(caller)
        .read(
            tx ->
                new Users(tx)
                    .byId(id)
                    .map(
                        user ->
                            new Account(
                                user,
                                new Sessions(tx)
                                    .ofUser(id).stream()
                                        .map(Device::of)
                                        .sorted(Comparator.comparing(Device::beganAt).reversed())
                                        .toList())));
  }

  /// Removes one second factor; sessions that rest on it fall to the first level.
  ///
  /// @throws ApiException where the account has no such factor
  public void removeFactor(Caller caller, UUID id, UUID factor) {
    var authRequest = authRequest(caller);
    authRequest.write(
        tx -> {
          var found =
              new Users(tx)
                  .byId(id).stream()
                      .flatMap(user -> user.factors().stream())
                      .filter(each -> each.id().equals(factor))
                      .findFirst()
                      .orElseThrow(
                          () ->
                              AuthError.notFound(
                                  AuthCode.MFA_FACTOR_NOT_FOUND, "Factor not found"));
          Factors.remove(tx, found);
          audit.write(tx, authRequest, Audit.Action.FACTOR_DELETED, null, Factors.named(factor));
          return true;
        });
  }

  /// Ends one session.
  ///
  /// @throws ApiException where the account has no such session
  public void endSession(Caller caller, UUID id, UUID session) {
    var authRequest = authRequest(caller);
    authRequest.write(
        tx -> {
          boolean isOwn =
              new Sessions(tx).byId(session).filter(each -> each.userId().equals(id)).isPresent();
          if (!isOwn) {
            throw AuthError.notFound(AuthCode.SESSION_NOT_FOUND, "Session not found");
          }
          new Revocations(tx).after(AccountEvent.SIGNED_OUT_HERE, id, Optional.of(session));
          audit.write(tx, authRequest, Audit.Action.LOGOUT, null, traits(id));
          return true;
        });
  }

  /// Keeps the account out for a time.
  public void ban(Caller caller, UUID id, Duration length) {
    var body = new JsonBody(new Fields().put("ban_duration", length.toSeconds() + "s").node());
    var _ = users.update(authRequest(caller), id.toString(), body);
  }

  private static JsonNode traits(UUID id) {
    return new Fields().put("user_id", id.toString()).node();
  }

  private AuthRequest authRequest(Caller caller) {
    if (!caller.isService()) {
      throw new ApiException(
          new Failure.Forbidden("Accounts are looked after with the service key"));
    }
    return authRequests.own(caller.project(), caller);
  }
}
