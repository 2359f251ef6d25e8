package io.stabbur.auth.people;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.account.Audit;
import io.stabbur.auth.account.Factor;
import io.stabbur.auth.admin.AdminUsers;
import io.stabbur.auth.code.AccountEvent;
import io.stabbur.auth.code.Revocations;
import io.stabbur.auth.factor.Factors;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.AuthRequests;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.identity.Caller;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// People of a project, for whoever looks after it. Each call needs the service role, and does what
/// the administrators' API does.
@Singleton
public final class PeopleDesk {
  private static final String PEOPLE = SqlFile.of(PeopleDesk.class, "people");

  /// A hundred years: as clients of the administrators' API write that a suspension has no end.
  private static final String FOR_GOOD = "876000h";

  private final AuthRequests authRequests;
  private final AdminUsers users;
  private final Audit audit;

  PeopleDesk(AuthRequests authRequests, AdminUsers users, Audit audit) {
    this.authRequests = authRequests;
    this.users = users;
    this.audit = audit;
  }

  /// Whom to look for.
  ///
  /// @param text in the address or the name; empty for everybody
  /// @param also ids of people who fit for another reason
  /// @param after the last one that was seen; absent for the first page
  public record Search(String text, List<UUID> also, @Nullable UUID after) {
    public Search {
      also = List.copyOf(also);
    }
  }

  /// People in the order of their addresses.
  public List<Person> find(Caller caller, Search search, int most) {
    return read(authRequest(caller), null, search, most);
  }

  public Optional<Person> person(Caller caller, UUID id) {
    return read(authRequest(caller), id, new Search("", List.of(), null), 1).stream().findFirst();
  }

  /// The id of whoever has exactly this address.
  public Optional<UUID> byAddress(Caller caller, String email) {
    var authRequest = authRequest(caller);
    return authRequest.read(
        Statement.of(
            "select id from auth.users where email <> '' and lower(email) = lower(?) and aud = ?"
                + " and deleted_at is null order by is_sso_user, created_at limit 1",
            email,
            authRequest.audience()),
        rows -> rows.next() ? Optional.of(rows.getObject(1, UUID.class)) : Optional.<UUID>empty());
  }

  private static List<Person> read(
      AuthRequest authRequest, @Nullable UUID id, Search search, int most) {
    var like = "%" + search.text().replaceAll("([\\\\%_])", "\\\\$1") + "%";
    var also = search.also().stream().map(UUID::toString).toArray(String[]::new);
    var statement =
        Statement.of(
            PEOPLE,
            authRequest.audience(),
            id,
            id,
            search.text(),
            like,
            like,
            also,
            like,
            search.after(),
            search.after(),
            search.after(),
            most);
    return authRequest.read(tx -> tx.list(statement, Person::read));
  }

  /// Takes every second factor away; the person sets another one up at the next sign-in.
  public void resetFactors(Caller caller, UUID id) {
    var authRequest = authRequest(caller);
    var factors = users.get(authRequest, id.toString()).factors();
    authRequest.write(
        tx -> {
          for (Factor factor : factors) {
            Factors.remove(tx, factor);
            audit.write(
                tx, authRequest, Audit.Action.FACTOR_DELETED, null, Factors.named(factor.id()));
          }
          return true;
        });
  }

  /// Signs the person out everywhere.
  public void endSessions(Caller caller, UUID id) {
    var authRequest = authRequest(caller);
    authRequest.write(
        tx -> {
          new Revocations(tx).after(AccountEvent.SIGNED_OUT, id);
          audit.write(tx, authRequest, Audit.Action.LOGOUT, null, traits(id));
          return true;
        });
  }

  /// Keeps the person out until further notice.
  public void suspend(Caller caller, UUID id) {
    ban(caller, id, FOR_GOOD);
  }

  /// Lets the person in again.
  public void resume(Caller caller, UUID id) {
    ban(caller, id, "none");
  }

  private void ban(Caller caller, UUID id, String duration) {
    var body = new JsonBody(new Fields().put("ban_duration", duration).node());
    var _ = users.update(authRequest(caller), id.toString(), body);
  }

  /// What the sign-in keeps about the person, as one JSON object.
  public JsonNode export(Caller caller, UUID id) {
    return users.get(authRequest(caller), id.toString()).json();
  }

  /// Removes the account with its sessions and identities.
  public void erase(Caller caller, UUID id) {
    users.delete(authRequest(caller), id.toString(), false);
  }

  private static JsonNode traits(UUID id) {
    return new Fields().put("user_id", id.toString()).node();
  }

  private AuthRequest authRequest(Caller caller) {
    if (!caller.isService()) {
      throw new ApiException(new Failure.Forbidden("People are looked after with the service key"));
    }
    return authRequests.own(caller.project(), caller);
  }
}
