package io.stabbur.auth.saml;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.account.Audit;
import io.stabbur.auth.account.Identity;
import io.stabbur.auth.account.NewUser;
import io.stabbur.auth.account.User;
import io.stabbur.auth.account.UserChange;
import io.stabbur.auth.account.UserColumn;
import io.stabbur.auth.account.Users;
import io.stabbur.auth.code.AccountEvent;
import io.stabbur.auth.code.Ownership;
import io.stabbur.auth.code.Revocations;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.AuthSettings;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.signup.NewAddresses;
import io.stabbur.auth.signup.Ownerships;
import io.stabbur.auth.signup.UserCreation;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.json.Json;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/// The account of somebody an identity provider vouches for: found by the provider's own name of
/// the person, else made. Never joined to another account by its address, which the provider may
/// have made up: only an address of a domain that was assigned to the provider is proven.
@Singleton
final class SamlAccounts {
  private final AuthSettings settings;
  private final UserCreation creation;
  private final NewAddresses addresses;
  private final Ownerships ownerships;
  private final Audit audit;

  SamlAccounts(
      AuthSettings settings,
      UserCreation creation,
      NewAddresses addresses,
      Ownerships ownerships,
      Audit audit) {
    this.settings = settings;
    this.creation = creation;
    this.addresses = addresses;
    this.ownerships = ownerships;
    this.audit = audit;
  }

  User signIn(
      Transaction tx, AuthRequest authRequest, IdentityProvider provider, Assertion assertion) {
    var users = new Users(tx);
    var claims = claims(provider, assertion);
    var subject = assertion.subject();
    var user =
        users
            .byIdentity(provider.providerName(), subject)
            .map(known -> returning(users, known, provider, subject, claims))
            .orElseGet(() -> created(tx, authRequest, provider, subject, claims));
    if (user.banned(authRequest.now())) {
      throw AuthError.forbidden(AuthCode.USER_BANNED, "User is banned");
    }
    audit.write(
        tx,
        authRequest,
        Audit.Action.LOGIN,
        user,
        new Fields().put("provider", provider.providerName()).node());
    prove(tx, provider, user);
    return users.get(user.id());
  }

  private void prove(Transaction tx, IdentityProvider provider, User user) {
    var domain = user.email().substring(user.email().indexOf('@') + 1);
    var entitled =
        new SsoProviders(tx)
            .byDomain(domain)
            .filter(assigned -> assigned.uuid("id").equals(provider.id()));
    if (entitled.isPresent()) {
      var identity = user.identity(provider.providerName()).map(Identity::id);
      ownerships.in(tx).prove(user.id(), Ownership.Proof.OTHER, identity);
    }
  }

  private User returning(
      Users users, User user, IdentityProvider provider, String subject, Fields claims) {
    for (var identity : user.identities()) {
      if (identity.provider().equals(provider.providerName())
          && identity.providerId().equals(subject)) {
        users.updateIdentity(identity, claims.node());
        users.touchIdentity(identity);
      }
    }
    var stated = claims.node().get("email");
    var email = stated == null ? user.email() : stated.getStringValue();
    if (!email.equalsIgnoreCase(user.email())) {
      addresses.requireNoLookAlike(email);
      new Revocations(users.tx()).after(AccountEvent.EMAIL_CHANGED, user.id());
      ownerships.in(users.tx()).readdressed(user.id());
    }
    return users.update(
        user,
        new UserChange()
            .set(UserColumn.EMAIL, email)
            .set(
                UserColumn.RAW_USER_META_DATA,
                Fields.of(user.userMetadata()).merge(claims.node()).node()));
  }

  private User created(
      Transaction tx,
      AuthRequest authRequest,
      IdentityProvider provider,
      String subject,
      Fields claims) {
    var email = claims.node().get("email");
    var newUser =
        new NewUser(
            UUID.randomUUID(),
            authRequest.audience(),
            settings.defaultRole(),
            email == null ? "" : email.getStringValue(),
            "",
            "",
            provider.providerName(),
            claims.node(),
            NewUser.nothing(),
            NewUser.Kind.SSO);
    var user = creation.create(tx, authRequest, newUser, subject, claims.node());
    return new Users(tx)
        .update(user, new UserChange().set(UserColumn.EMAIL_CONFIRMED_AT, authRequest.now()));
  }

  /// What is kept of the assertion: the attributes the administrator mapped, and who it is.
  static Fields claims(IdentityProvider provider, Assertion assertion) {
    var mapped = new Fields();
    var keys = provider.mapping().get("keys");
    if (keys != null && keys.isObject()) {
      for (var key : keys.entries()) {
        map(mapped, key.getKey(), key.getValue(), assertion);
      }
    }
    var email = assertion.email(mapped.node()).toLowerCase(Locale.ROOT);
    var custom = Fields.of(mapped.node()).remove("email").node();
    return new Fields()
        .put("iss", provider.entityId())
        .put("sub", assertion.subject())
        .put("email", email)
        .put("email_verified", true)
        .put("phone_verified", false)
        .put("custom_claims", custom);
  }

  /// wire: `{"name", "names", "default", "array"}` for each claim.
  private static void map(Fields mapped, String claim, JsonNode rule, Assertion assertion) {
    var names = names(rule);
    var array = rule.get("array");
    if (array != null && array.isBoolean() && array.getBooleanValue()) {
      mapped.put(
          claim,
          names.stream()
              .flatMap(name -> assertion.attributes().getOrDefault(name, List.of()).stream())
              .toList());
      return;
    }
    var found = assertion.first(names);
    var otherwise = rule.get("default");
    if (found.isPresent()) {
      mapped.put(claim, found.get());
    } else if (otherwise != null && !otherwise.isNull()) {
      mapped.put(claim, otherwise);
    }
  }

  private static List<String> names(JsonNode rule) {
    var one = rule.get("name");
    var several = rule.get("names");
    if (one != null && one.isString()) {
      return List.of(one.getStringValue());
    }
    var names = new java.util.ArrayList<String>();
    if (several != null && several.isArray()) {
      several.values().forEach(name -> Json.scalar(name).ifPresent(names::add));
    }
    return names;
  }
}
