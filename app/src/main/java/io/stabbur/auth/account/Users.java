package io.stabbur.auth.account;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.Row;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Jsonb;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/// Users and their identities, inside one transaction.
public record Users(Transaction tx) {
  /// A user as one JSON object, identities and factors included; `u` is the row. Of identities that
  /// were made at once that of the e-mail address comes first, as in `app_metadata.provider`. It is
  /// `json`, a text that Postgres writes once: `jsonb` would be built, merged and then written.
  public static final String AS_JSON =
      """
      (select row_to_json(whole) from (select u.*,
         coalesce((select json_agg(i order by i.created_at, i.provider <> 'email',
                                     i.provider <> 'phone', i.id)
                   from auth.identities i where i.user_id = u.id), '[]') as identities,
         coalesce((select json_agg(f order by f.created_at, f.id)
                   from auth.mfa_factors f where f.user_id = u.id), '[]') as factors) whole)\
      """;

  private static final String SELECT = "select " + AS_JSON + "::text from auth.users u where ";

  public Optional<User> byId(UUID id) {
    return find(new SqlText().add("u.id = ").value(id));
  }

  /// The user after a change; it must exist.
  public User get(UUID id) {
    return byId(id).orElseThrow();
  }

  /// The user as it is once nobody else can change it before this transaction ends; it must exist.
  public User locked(UUID id) {
    tx.later(Statement.of("select from auth.users where id = ? for update", id));
    return get(id);
  }

  /// Whoever has the address. It is unique across audiences: to look in one of them only would let
  /// a caller tell from the collision that somebody has it in another.
  public Optional<User> byEmail(String email) {
    return find(
        new SqlText()
            .add("lower(u.email) = lower(")
            .value(email)
            .add(") and not u.is_sso_user order by u.created_at"));
  }

  /// Whoever has the number, in any audience.
  public Optional<User> byPhone(String phone) {
    return find(new SqlText().add("u.phone = ").value(phone).add(" and not u.is_sso_user"));
  }

  public Optional<User> byPendingPhone(String phone, String audience) {
    return find(
        new SqlText().add("u.phone_change = ").value(phone).add(" and u.aud = ").value(audience));
  }

  /// What a password is checked against.
  public record Credential(UUID id, String hash) {
    static Optional<Credential> readFirst(ResultSet rows) throws SQLException {
      return rows.next()
          ? Optional.of(
              new Credential(
                  rows.getObject("id", UUID.class),
                  Objects.requireNonNullElse(rows.getString("encrypted_password"), "")))
          : Optional.empty();
    }
  }

  /// The credential of whoever has this address. Nothing else is read, so that finding somebody
  /// takes no longer than finding nobody.
  public static Optional<Credential> credentialByEmail(AuthRequest authRequest, String email) {
    // wire: the index is on lower(email), and people who came through SSO are found by identity
    // only
    return authRequest.read(
        Statement.of(
            """
            select u.id, u.encrypted_password from auth.users u
            where lower(u.email) = lower(?) and u.aud = ? and not u.is_sso_user
            order by u.created_at limit 1\
            """,
            email,
            authRequest.audience()),
        Credential::readFirst);
  }

  /// The same by a phone number's digits.
  public static Optional<Credential> credentialByPhone(AuthRequest authRequest, String phone) {
    return authRequest.read(
        Statement.of(
            """
            select u.id, u.encrypted_password from auth.users u
            where u.phone = ? and u.aud = ? and not u.is_sso_user limit 1\
            """,
            phone,
            authRequest.audience()),
        Credential::readFirst);
  }

  /// The user inside a larger row.
  public static User within(Row row) {
    return User.of(row);
  }

  public Optional<User> byIdentity(String provider, String providerId) {
    return find(
        new SqlText()
            .add("u.id = (select user_id from auth.identities where provider = ")
            .value(provider)
            .add(" and provider_id = ")
            .value(providerId)
            .add(")"));
  }

  public boolean emailTaken(String email, UUID except) {
    return find(new SqlText()
            .add("lower(u.email) = lower(")
            .value(email)
            .add(") and not u.is_sso_user and u.id <> ")
            .value(except))
        .isPresent();
  }

  public boolean phoneTaken(String phone, UUID except) {
    return byPhone(phone).filter(u -> !u.id().equals(except)).isPresent();
  }

  @CanIgnoreReturnValue
  public User insert(UUID id, UserChange columns) {
    tx.later(columns.insert(id));
    return get(id);
  }

  @CanIgnoreReturnValue
  public User update(User user, UserChange columns) {
    if (columns.isEmpty()) {
      return user;
    }
    tx.later(columns.update(user.id()));
    return get(user.id());
  }

  /// Writes without reading the row back.
  public void write(UUID id, UserChange columns) {
    tx.update(columns.update(id));
  }

  public void addIdentity(UUID userId, String provider, String providerId, JsonNode claims) {
    tx.update(
        Statement.of(
            """
            insert into auth.identities (id, provider_id, user_id, provider, identity_data,
              last_sign_in_at, created_at, updated_at)
            values (gen_random_uuid(), ?, ?, ?, ?, now(), now(), now())\
            """,
            providerId,
            userId,
            provider,
            new Jsonb(Json.write(claims))));
  }

  /// Merges claims into an identity.
  public void updateIdentity(Identity identity, JsonNode claims) {
    tx.update(
        Statement.of(
            "update auth.identities set updated_at = now(), identity_data = ? where id = ?",
            new Jsonb(Json.write(Fields.of(identity.claims()).merge(claims).node())),
            identity.id()));
  }

  public void touchIdentity(Identity identity) {
    tx.update(
        Statement.of(
            "update auth.identities set last_sign_in_at = now(), updated_at = now() where id = ?",
            identity.id()));
  }

  public void removeIdentity(Identity identity) {
    tx.update(Statement.of("delete from auth.identities where id = ?", identity.id()));
  }

  /// Brings `provider` and `providers` of the app metadata in line with the identities.
  @CanIgnoreReturnValue
  public User syncProviders(User user) {
    var names = new ArrayList<String>();
    for (var identity : user.identities()) {
      if (!names.contains(identity.provider())) {
        names.add(identity.provider());
      }
    }
    var metadata = Fields.of(user.appMetadata());
    if (names.isEmpty()) {
      metadata.remove("provider").remove("providers");
    } else {
      metadata.put("provider", names.getFirst()).put("providers", names);
    }
    var after = metadata.node();
    return after.equals(user.appMetadata())
        ? user
        : update(user, new UserChange().set(UserColumn.RAW_APP_META_DATA, after));
  }

  public List<User> where(SqlText condition) {
    return tx.list(new SqlText().add(SELECT).append(condition).statement(), Row::read).stream()
        .map(User::of)
        .toList();
  }

  private Optional<User> find(SqlText condition) {
    return tx.first(
            new SqlText().add(SELECT).append(condition).add(" limit 1").statement(), Row::read)
        .map(User::of);
  }
}
