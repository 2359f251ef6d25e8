package io.stabbur.auth.admin;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.account.Addresses;
import io.stabbur.auth.account.Audit;
import io.stabbur.auth.account.NewUser;
import io.stabbur.auth.account.User;
import io.stabbur.auth.account.UserChange;
import io.stabbur.auth.account.UserColumn;
import io.stabbur.auth.account.Users;
import io.stabbur.auth.code.AccountEvent;
import io.stabbur.auth.code.CodeGuesses;
import io.stabbur.auth.code.Confirmations;
import io.stabbur.auth.code.Ownership;
import io.stabbur.auth.code.Revocations;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.password.Passwords;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.AuthSettings;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.signup.NewAddresses;
import io.stabbur.auth.signup.Ownerships;
import io.stabbur.auth.signup.UserCreation;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import io.stabbur.platform.sql.Uuids;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Users as administrators see and change them. Who asks is checked by the controller.
@Singleton
public final class AdminUsers {
  private final AuthSettings settings;
  private final Passwords passwords;
  private final NewAddresses addresses;
  private final UserCreation accounts;
  private final Ownerships ownerships;
  private final Audit audit;

  AdminUsers(
      AuthSettings settings,
      Passwords passwords,
      NewAddresses addresses,
      UserCreation accounts,
      Ownerships ownerships,
      Audit audit) {
    this.settings = settings;
    this.passwords = passwords;
    this.addresses = addresses;
    this.accounts = accounts;
    this.ownerships = ownerships;
    this.audit = audit;
  }

  /// One page of users and how many there are in all.
  public record Page(List<User> users, long total) {}

  public Page list(AuthRequest authRequest, int page, int perPage, String filter, String sort) {
    return authRequest.read(
        tx -> {
          var where = condition(authRequest.audience(), filter);
          long total =
              tx.query(
                  new SqlText()
                      .add("select count(*) from auth.users u where ")
                      .append(where)
                      .statement(),
                  rows -> rows.next() ? rows.getLong(1) : 0);
          var paged =
              new SqlText()
                  .append(where)
                  .append(order(sort))
                  .add(" limit ")
                  .value(perPage)
                  .add(" offset ")
                  .value((long) (page - 1) * perPage);
          return new Page(new Users(tx).where(paged), total);
        });
  }

  private static SqlText condition(String audience, String filter) {
    var sql = new SqlText().add("u.aud = ").value(audience);
    if (!filter.isEmpty()) {
      var like = "%" + filter.replaceAll("([\\\\%_])", "\\\\$1") + "%";
      sql.add(" and (u.email like ")
          .value(like)
          .add(" or u.raw_user_meta_data ->> 'full_name' ilike ")
          .value(like)
          .add(")");
    }
    return sql;
  }

  private static SqlText order(String sort) {
    var parts = sort.isBlank() ? new String[] {"created_at", "desc"} : sort.strip().split("[ :]+");
    var sql = new SqlText().add(" order by ");
    switch (parts[0]) {
      case "created_at", "" -> sql.add("u.created_at");
      case "updated_at" -> sql.add("u.updated_at");
      case "email" -> sql.add("u.email");
      case "last_sign_in_at" -> sql.add("u.last_sign_in_at");
      default -> throw AuthError.invalid("Bad Sort Parameters: unknown field " + parts[0]);
    }
    boolean ascending = parts.length > 1 && parts[1].equalsIgnoreCase("asc");
    return sql.add(ascending ? " asc, u.id" : " desc, u.id");
  }

  public User get(AuthRequest authRequest, String id) {
    return authRequest.read(tx -> find(tx, id));
  }

  User find(Transaction tx, String id) {
    return new Users(tx).byId(uuid(id)).orElseThrow(AdminUsers::unknown);
  }

  public static UUID uuid(String id) {
    return Uuids.parse(id)
        .orElseThrow(
            () -> AuthError.notFound(AuthCode.VALIDATION_FAILED, "user_id must be an UUID"));
  }

  /// What an administrator sends, checked as far as that needs no user.
  private record Request(JsonBody body, String email, String phone, Optional<String> hash) {
    boolean newEmail(User user) {
      return !email.isEmpty() && !email.equalsIgnoreCase(user.email());
    }

    boolean newPhone(User user) {
      return !phone.isEmpty() && !phone.equals(user.phone());
    }

    Optional<Boolean> confirm(String name) {
      return body.has(name) ? Optional.of(body.flag(name, false)) : Optional.empty();
    }
  }

  private Request read(JsonBody body, boolean isNew) {
    var password = body.text("password");
    var hash = body.text("password_hash");
    if (!password.isEmpty() && !hash.isEmpty()) {
      throw AuthError.invalid("Only a password or a password hash should be provided");
    }
    // wire: a new account whose password is empty gets one that nobody knows
    if (!password.isEmpty() || (!isNew && body.has("password"))) {
      passwords.check(password);
    }
    var stored =
        !password.isEmpty()
            ? Optional.of(passwords.hash(password))
            : hash.isEmpty() ? Optional.<String>empty() : Optional.of(Passwords.imported(hash));
    var email = body.text("email").isEmpty() ? "" : addresses.email(body.text("email"));
    var phone = body.text("phone").isEmpty() ? "" : Addresses.phone(body.text("phone"));
    if (isNew && email.isEmpty() && phone.isEmpty()) {
      throw AuthError.invalid("Cannot create a user without either an email or phone");
    }
    return new Request(body, email, phone, stored);
  }

  public User create(AuthRequest authRequest, JsonBody body) {
    var request = read(body, true);
    try {
      return authRequest.write(tx -> create(tx, authRequest, request));
    } catch (ApiException e) {
      throw asDuplicate(e);
    }
  }

  /// A user that is to be made within a transaction that does more. The mail server is asked about
  /// the address here, and the password is hashed: neither is for a transaction to wait for.
  public Prepared prepare(JsonBody body) {
    return new Prepared(read(body, true));
  }

  /// A user made within a transaction that does more.
  public User create(Transaction tx, AuthRequest authRequest, Prepared prepared) {
    return create(tx, authRequest, prepared.request);
  }

  /// A user that is to be made.
  public static final class Prepared {
    private final Request request;

    private Prepared(Request request) {
      this.request = request;
    }
  }

  /// Two creations of one user at the same instant: the index decides, and says which address.
  private static ApiException asDuplicate(ApiException e) {
    if (e.error() instanceof Failure.Database database && database.sqlState().equals("23505")) {
      if (database.message().contains("users_pkey")) {
        return AuthError.unprocessable(
            AuthCode.USER_ALREADY_EXISTS, "A user with this ID has already been registered");
      }
      return database.message().contains("phone")
          ? Addresses.phoneExists()
          : Addresses.emailExists();
    }
    return e;
  }

  private User create(Transaction tx, AuthRequest authRequest, Request request) {
    requireUnused(tx, request, new UUID(0, 0));
    var body = request.body;
    var id = id(body.text("id"));
    var provider = request.email.isEmpty() ? "phone" : "email";
    var newUser =
        new NewUser(
            id,
            orElse(body.text("aud"), authRequest.audience()),
            orElse(body.text("role"), settings.defaultRole()),
            request.email,
            request.phone,
            request.hash.orElseGet(() -> passwords.hash(passwords.unguessable())),
            provider,
            body.object("user_metadata"),
            body.object("app_metadata"),
            NewUser.Kind.PERMANENT);
    var user =
        accounts.create(
            tx, authRequest, newUser, id.toString(), claims(id, request, request.email, ""));
    if (!request.email.isEmpty() && !request.phone.isEmpty()) {
      new Users(tx).addIdentity(id, "phone", id.toString(), claims(id, request, "", request.phone));
      user = new Users(tx).syncProviders(new Users(tx).get(id));
    }
    var confirmed = confirm(tx, authRequest.now(), user, request);
    var banned = ban(tx, authRequest.now(), confirmed, body);
    audit.write(tx, authRequest, Audit.Action.USER_SIGNEDUP, null, traits(user));
    return banned;
  }

  private static JsonNode claims(UUID id, Request request, String email, String phone) {
    boolean phoneOnly = request.email.isEmpty();
    return NewUser.firstIdentity(id, email, phoneOnly ? request.phone : phone, NewUser.nothing());
  }

  private static UUID id(String given) {
    if (given.isEmpty()) {
      return UUID.randomUUID();
    }
    var id =
        Uuids.parse(given)
            .orElseThrow(() -> AuthError.invalid("ID must conform to the uuid v4 format"));
    if (id.equals(new UUID(0, 0))) {
      throw AuthError.invalid("ID cannot be a nil uuid");
    }
    return id;
  }

  private User confirm(Transaction tx, Instant now, User user, Request request) {
    var confirmed = user;
    var confirmations = new Confirmations(ownerships.in(tx), now);
    if (request.confirm("email_confirm").orElse(false) && !user.email().isEmpty()) {
      confirmed = confirmations.email(confirmed);
      markIdentity(tx, confirmed, "email", "email_verified", true);
    }
    if (request.confirm("phone_confirm").orElse(false) && !user.phone().isEmpty()) {
      confirmed = confirmations.phone(confirmed);
      markIdentity(tx, confirmed, "phone", "phone_verified", true);
    }
    return new Users(tx).get(user.id());
  }

  private static void markIdentity(
      Transaction tx, User user, String provider, String claim, boolean verified) {
    user.identity(provider)
        .ifPresent(i -> new Users(tx).updateIdentity(i, new Fields().put(claim, verified).node()));
  }

  public User update(AuthRequest authRequest, String id, JsonBody body) {
    var request = read(body, false);
    try {
      return authRequest.write(tx -> update(tx, authRequest, find(tx, id), request));
    } catch (ApiException e) {
      throw asDuplicate(e);
    }
  }

  private User update(Transaction tx, AuthRequest authRequest, User user, Request request) {
    requireUnused(tx, request, user.id());
    var users = new Users(tx);
    var body = request.body;
    var columns = new UserChange();
    if (body.has("user_metadata")) {
      columns.set(
          UserColumn.RAW_USER_META_DATA,
          Fields.of(user.userMetadata()).merge(body.object("user_metadata")).node());
    }
    if (body.has("app_metadata")) {
      columns.set(
          UserColumn.RAW_APP_META_DATA,
          Fields.of(user.appMetadata()).merge(body.object("app_metadata")).node());
    }
    if (!body.text("role").isEmpty()) {
      columns.set(UserColumn.ROLE, body.text("role"));
    }
    request.hash.ifPresent(hash -> columns.set(UserColumn.ENCRYPTED_PASSWORD, hash));
    if (!request.email.isEmpty()) {
      columns.set(UserColumn.EMAIL, request.email);
      readdress(
          users,
          user,
          "email",
          "email",
          request.email,
          request.confirm("email_confirm").orElse(false));
    }
    if (!request.phone.isEmpty()) {
      columns.set(UserColumn.PHONE, request.phone);
      readdress(
          users,
          user,
          "phone",
          "phone",
          request.phone,
          request.confirm("phone_confirm").orElse(false));
    }
    revoke(new Revocations(tx), user, request);
    doubt(ownerships.in(tx), user, request);
    var changed = users.syncProviders(users.update(user, columns));
    unconfirm(tx, changed, request);
    var confirmed = confirm(tx, authRequest.now(), users.get(user.id()), request);
    var banned = ban(tx, authRequest.now(), confirmed, body);
    audit.write(tx, authRequest, Audit.Action.USER_MODIFIED, null, traits(user));
    return banned;
  }

  private static void revoke(Revocations revocations, User user, Request request) {
    if (request.hash.isPresent()) {
      revocations.after(AccountEvent.PASSWORD_SET, user.id());
    }
    if (request.newPhone(user)) {
      revocations.after(AccountEvent.PHONE_CHANGED, user.id());
    }
    if (request.newEmail(user)) {
      revocations.after(AccountEvent.EMAIL_CHANGED, user.id());
    }
  }

  /// Whoever asked the administrator may know what was set.
  private static void doubt(Ownership ownership, User user, Request request) {
    if (request.hash.isPresent()) {
      ownership.passwordGiven(user.id());
    }
    if (request.newPhone(user)) {
      ownership.accessGiven(user.id());
    }
    if (request.newEmail(user)) {
      ownership.readdressed(user.id());
    }
  }

  /// `email_confirm: false` takes a confirmation back.
  private static void unconfirm(Transaction tx, User user, Request request) {
    if (request.confirm("email_confirm").filter(yes -> !yes).isPresent()) {
      new Users(tx).write(user.id(), new UserChange().clear(UserColumn.EMAIL_CONFIRMED_AT));
    }
    if (request.confirm("phone_confirm").filter(yes -> !yes).isPresent()) {
      new Users(tx).write(user.id(), new UserChange().clear(UserColumn.PHONE_CONFIRMED_AT));
    }
  }

  private static void readdress(
      Users users, User user, String provider, String claim, String address, boolean verified) {
    var claims = new Fields().put(claim, address).put(claim + "_verified", verified);
    user.identity(provider)
        .ifPresentOrElse(
            identity -> users.updateIdentity(identity, claims.node()),
            () ->
                users.addIdentity(
                    user.id(),
                    provider,
                    user.id().toString(),
                    claims.put("sub", user.id().toString()).node()));
  }

  private static User ban(Transaction tx, Instant now, User user, JsonBody body) {
    var duration = body.text("ban_duration");
    if (duration.isEmpty()) {
      return user;
    }
    if (duration.equals("none")) {
      return new Users(tx).update(user, new UserChange().clear(UserColumn.BANNED_UNTIL));
    }
    var until =
        now.plus(
            GoDuration.parse(duration)
                .orElseThrow(
                    () -> AuthError.invalid("invalid format for ban duration: " + duration)));
    return new Users(tx).update(user, new UserChange().set(UserColumn.BANNED_UNTIL, until));
  }

  private static void requireUnused(Transaction tx, Request request, UUID except) {
    var users = new Users(tx);
    if (!request.email.isEmpty() && users.emailTaken(request.email, except)) {
      throw Addresses.emailExists();
    }
    if (!request.phone.isEmpty() && users.phoneTaken(request.phone, except)) {
      throw Addresses.phoneExists();
    }
  }

  /// Removes a user within a transaction that does more.
  public void delete(Transaction tx, AuthRequest authRequest, UUID id) {
    var user = find(tx, id.toString());
    audit.write(tx, authRequest, Audit.Action.USER_DELETED, null, traits(user));
    remove(tx, user.id());
  }

  public void delete(AuthRequest authRequest, String id, boolean soft) {
    authRequest.write(
        tx -> {
          var user = find(tx, id);
          audit.write(tx, authRequest, Audit.Action.USER_DELETED, null, traits(user));
          if (soft) {
            softDelete(tx, authRequest.now(), user);
          } else {
            remove(tx, user.id());
          }
          return true;
        });
  }

  private static void remove(Transaction tx, UUID id) {
    new Revocations(tx).after(AccountEvent.DELETED, id);
    new CodeGuesses(tx).forget(id);
    tx.update(Statement.of("delete from stabbur_auth.unproven where user_id = ?", id));
    tx.update(Statement.of("delete from stabbur_auth.token_receivers where user_id = ?", id));
    tx.update(Statement.of("delete from auth.users where id = ?", id));
  }

  /// Keeps the row, for what hangs on it, but nothing that says who it was.
  private static void softDelete(Transaction tx, Instant now, User user) {
    var users = new Users(tx);
    new CodeGuesses(tx).forget(user.id());
    users.write(
        user.id(),
        new UserChange()
            .setOrNull(UserColumn.EMAIL, user.email().isEmpty() ? "" : blur(user, user.email()))
            .setOrNull(
                UserColumn.PHONE,
                user.phone().isEmpty() ? "" : blur(user, user.phone()).substring(0, 15))
            .set(UserColumn.ENCRYPTED_PASSWORD, "")
            .set(UserColumn.RAW_USER_META_DATA, NewUser.nothing())
            .set(UserColumn.RAW_APP_META_DATA, NewUser.nothing())
            .set(UserColumn.DELETED_AT, now));
    new Revocations(tx).after(AccountEvent.DELETED, user.id());
    tx.update(Statement.of("delete from auth.mfa_factors where user_id = ?", user.id()));
    tx.update(Statement.of("delete from auth.webauthn_credentials where user_id = ?", user.id()));
    for (var identity : user.identities()) {
      tx.update(
          Statement.of(
              "update auth.identities set identity_data = '{}', provider_id = ? where id = ?",
              blur(user, identity.provider() + ":" + identity.providerId()),
              identity.id()));
    }
  }

  private static String blur(User user, String value) {
    return Crypto.base64Url(Crypto.sha256((user.id() + value).getBytes(StandardCharsets.UTF_8)));
  }

  static JsonNode traits(User user) {
    return new Fields()
        .put("user_id", user.id().toString())
        .put("user_email", user.email())
        .put("user_phone", user.phone())
        .node();
  }

  private static String orElse(String text, String otherwise) {
    return text.isEmpty() ? otherwise : text;
  }

  private static ApiException unknown() {
    return AuthError.notFound(AuthCode.USER_NOT_FOUND, "User not found");
  }

  /// Durations as the wire writes them: `24h`, `1h30m`.
  static final class GoDuration {
    private GoDuration() {}

    static Optional<Duration> parse(String text) {
      if (!text.matches("([0-9]++(\\.[0-9]++)?(ns|us|ms|s|m|h))++")) {
        return Optional.empty();
      }
      var matcher = java.util.regex.Pattern.compile("([0-9.]+)(ns|us|ms|s|m|h)").matcher(text);
      double seconds = 0;
      while (matcher.find()) {
        seconds +=
            Double.parseDouble(matcher.group(1))
                * switch (matcher.group(2)) {
                  case "h" -> 3600;
                  case "m" -> 60;
                  case "s" -> 1;
                  case "ms" -> 1e-3;
                  case "us" -> 1e-6;
                  default -> 1e-9;
                };
      }
      return Optional.of(Duration.ofMillis((long) (seconds * 1000)));
    }
  }
}
