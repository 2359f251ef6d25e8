package io.stabbur.organization.management;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.identity.Accounts;
import io.stabbur.identity.Accounts.Inviter;
import io.stabbur.identity.Accounts.Joiner;
import io.stabbur.identity.Caller;
import io.stabbur.organization.ActiveOrganization;
import io.stabbur.organization.OrganizationSchema;
import io.stabbur.organization.OrganizationSchemas;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Jsonb;
import io.stabbur.platform.sql.Statement;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// The members of an organisation. Who may read and change them is for Postgres to say; accounts
/// come from whoever keeps them, in the same transaction.
@Singleton
final class Members {
  private static final String EMAILS =
      "select coalesce(json_object_agg(id, email), '{}') from auth.users where id = any"
          + " (?::uuid[])";
  private final OrganizationSchemas schemas;
  private final ActiveOrganization active;
  private final Accounts accounts;

  Members(OrganizationSchemas schemas, ActiveOrganization active, Accounts accounts) {
    this.schemas = schemas;
    this.active = active;
    this.accounts = accounts;
  }

  /// The members the caller may see; addresses for those who run the organisation.
  String list(Caller caller, UUID organization) {
    Organizations.requireAccount(caller);
    var schema = schemas.require(caller.project());
    return Work.run(
        active.enter(schema, caller, organization),
        schema,
        Access.READ,
        work -> {
          var members = Json.parse(work.call("organization", "members", organization));
          return Json.write(
              mayReadAddresses(work, organization) ? addressed(work, members) : members);
        });
  }

  /// Adds a person by address. An organisation's administrator is told nothing of whether the
  /// address has an account: not by the answer, and not by the time it takes.
  String add(Caller caller, UUID organization, String body) {
    Organizations.requireAccount(caller);
    var schema = schemas.require(caller.project());
    var wanted = NewMember.of(schema, body);
    var acting = active.enter(schema, caller, organization);
    var joins = joins(schema, caller, wanted);
    Supplier<String> work =
        () ->
            Work.run(
                acting, schema, Access.WRITE, w -> Json.write(add(w, joins, organization, wanted)));
    // what the token says of an administrator of the platform may have changed
    var answer = caller.isService() ? work.get() : accounts.evenly(work);
    joins.send();
    return answer;
  }

  /// Within a transaction that does more. An organisation's administrator gives nobody a password,
  /// and whoever has an account already becomes a member by accepting. The operator and
  /// administrators of the platform add without asking, unless somebody else than its owner may
  /// know a way into the account.
  JsonNode add(Work work, Accounts.Joins joins, UUID organization, NewMember wanted) {
    work.tx().update(work.schema().call("require_may_add", organization));
    var inviter = inviter(work.schema(), work.caller());
    requireMayGive(wanted.password(), inviter);
    var joiner = new Joiner(wanted.email(), inviter, organization);
    var invitation = work.withAccounts(tx -> joins.join(tx, joiner));
    var added = new AddedMember(wanted, inviter, invitation, UUID.randomUUID());
    insert(work, organization, added);
    var code =
        added.waits() ? Optional.of(askConsent(work, joins, added)) : Optional.<String>empty();
    return added.json(code, accounts.mailsInvitations());
  }

  Accounts.Joins joins(OrganizationSchema schema, Caller caller, NewMember wanted) {
    requireMayGive(wanted.password(), inviter(schema, caller));
    return accounts.joins(caller.project(), wanted.email(), wanted.password());
  }

  private static void requireMayGive(@Nullable String password, Inviter inviter) {
    if (password != null && inviter == Inviter.ORGANIZATION) {
      throw new ApiException(
          new Failure.Forbidden(
              "Only platform administrators may set a password; omit it to send an invitation"));
    }
  }

  private static Inviter inviter(OrganizationSchema schema, Caller caller) {
    if (caller.isService()) {
      return Inviter.OPERATOR;
    }
    return schema.isPlatform(caller) ? Inviter.PLATFORM : Inviter.ORGANIZATION;
  }

  private static void insert(Work work, UUID organization, AddedMember added) {
    var person = added.invitation().account().id();
    // the schema may ask for whom the API makes a membership: ids of accounts are no secret
    work.tx()
        .update(Statement.of("select set_config('stabbur.joining', ?, true)", person.toString()));
    var member = new Jsonb(Json.write(added.membership(organization)));
    if (!work.isDone("add_member", member)) {
      throw OrganizationError.conflict(
          added.wanted().email() + " is already a member of this organization");
    }
  }

  /// The code that the person must know to accept, besides having the account. Whoever opened an
  /// account in somebody else's name does not. It is mailed too, but for an account that was made
  /// for this, whose link accepts.
  private static String askConsent(Work work, Accounts.Joins joins, AddedMember added) {
    var code = Crypto.randomText(18);
    work.tx()
        .update(
            work.schema()
                .call(
                    "ask_consent",
                    added.id(),
                    Crypto.sha256Hex(code),
                    added.wanted().email(),
                    added.isMadeForThis()));
    if (!added.isMadeForThis()) {
      work.withAccounts(
          tx -> {
            joins.mailAcceptance(tx, added.invitation().account().id(), code);
            return true;
          });
    }
    return code;
  }

  /// Changes role, status or a field of the schema's own.
  ///
  /// @param member the id of the membership, or of the person once they have accepted
  String change(Caller caller, UUID organization, UUID member, String body) {
    Organizations.requireAccount(caller);
    var schema = schemas.require(caller.project());
    var input = Input.parse(body, NewMember.known(schema, "role", "status"));
    var changes = new LinkedHashMap<String, JsonNode>(NewMember.fields(schema, input));
    input
        .role("role", schema)
        .ifPresent(role -> changes.put("role", JsonNode.createStringNode(role)));
    // named only when it was: to set it again is an answer to whoever waits to accept
    input
        .status("status")
        .ifPresent(status -> changes.put("status", JsonNode.createStringNode(status)));
    var json = new Jsonb(Json.write(JsonNode.createObjectNode(changes)));
    return Work.run(
        active.enter(schema, caller, organization),
        schema,
        Access.WRITE,
        work -> work.call("member", "change_member", organization, member, json));
  }

  /// Ends a membership or takes an invitation back; the account stays.
  ///
  /// @param member the id of the membership, or of the person once they have accepted
  void remove(Caller caller, UUID organization, UUID member) {
    Organizations.requireAccount(caller);
    var schema = schemas.require(caller.project());
    boolean removed =
        Work.run(
            active.enter(schema, caller, organization),
            schema,
            Access.WRITE,
            work -> work.isDone("remove_member", organization, member));
    if (!removed) {
      throw OrganizationError.notFound("member");
    }
  }

  private static boolean mayReadAddresses(Work work, UUID organization) {
    return work.caller().isService() || work.schema().isAdministrator(work.caller(), organization);
  }

  private static JsonNode addressed(Work work, JsonNode members) {
    var ids =
        StreamSupport.stream(members.values().spliterator(), false)
            .map(member -> value(member, "user_id"))
            .filter(JsonNode::isString)
            .map(JsonNode::getStringValue)
            .toArray(String[]::new);
    String found =
        work.withAccounts(
            tx ->
                tx.first(Statement.of(EMAILS, (Object) ids), rows -> rows.getString(1))
                    .orElse("{}"));
    var addresses = Json.parse(found);
    UnaryOperator<JsonNode> withAddress =
        member -> {
          var all = new LinkedHashMap<String, JsonNode>();
          member.entries().forEach(entry -> all.put(entry.getKey(), entry.getValue()));
          var account = value(member, "user_id");
          if (value(member, "email").isNull() && account.isString()) {
            all.put("email", value(addresses, account.getStringValue()));
          }
          return JsonNode.createObjectNode(all);
        };
    return JsonNode.createArrayNode(
        StreamSupport.stream(members.values().spliterator(), false).map(withAddress).toList());
  }

  private static JsonNode value(JsonNode object, String name) {
    var node = object.get(name);
    return node == null ? JsonNode.nullNode() : node;
  }
}
