package io.stabbur.organization;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.Accounts;
import io.stabbur.auth.Accounts.Inviter;
import io.stabbur.auth.Accounts.Joiner;
import io.stabbur.identity.Caller;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.StreamSupport;

/// The members of an organisation. Who may read and change them is for Postgres to say; accounts
/// come from whoever keeps them, in the same transaction.
@Singleton
final class Members {
  private static final String LIST = SqlFile.of(Members.class, "members");
  private static final String EMAILS =
      "select coalesce(json_object_agg(id, email), '{}') from auth.users where id = any"
          + " (?::uuid[])";
  private final Accounts accounts;

  Members(Accounts accounts) {
    this.accounts = accounts;
  }

  /// The members the caller may see; addresses for those who run the organisation.
  String list(Caller caller, UUID organization) {
    Organizations.requireAccount(caller);
    return Work.run(
        caller.inOrganization(organization),
        Access.READ,
        work -> {
          var members =
              Json.parse(work.text(Statement.of(LIST, organization, organization), "organization"));
          return Json.write(mayReadAddresses(work.caller()) ? addressed(work, members) : members);
        });
  }

  /// Adds a person by address. An organisation's administrator is told nothing of whether the
  /// address has an account: not by the answer, and not by the time it takes.
  String add(Caller caller, UUID organization, NewMember wanted) {
    Organizations.requireAccount(caller);
    var acting = caller.inOrganization(organization);
    var joins = joins(caller, wanted);
    Supplier<String> work =
        () -> Work.run(acting, Access.WRITE, w -> Json.write(add(w, joins, organization, wanted)));
    var answer = inviter(caller) == Inviter.ORGANIZATION ? accounts.evenly(work) : work.get();
    joins.send();
    return answer;
  }

  /// Within a transaction that does more. An organisation's administrator gives nobody a password,
  /// and whoever has an account already becomes a member by accepting. The operator and
  /// administrators of the platform add without asking, unless somebody else than its owner may
  /// know a way into the account.
  JsonNode add(Work work, Accounts.Joins joins, UUID organization, NewMember wanted) {
    work.tx().update(Statement.of("select private.require_may_add(?)", organization));
    var inviter = inviter(work.caller());
    if (wanted.password() != null && inviter == Inviter.ORGANIZATION) {
      throw new ApiException(
          new Failure.Forbidden("You may not give a password: without one, the person is invited"));
    }
    var joiner = new Joiner(wanted.email(), wanted.password(), inviter, organization);
    var joining = work.withAccounts(tx -> joins.join(tx, joiner));
    var added = new AddedMember(wanted, inviter, joining, UUID.randomUUID());
    insert(work, organization, added);
    var code =
        added.waits() ? Optional.of(askConsent(work, joins, added)) : Optional.<String>empty();
    return added.json(code, accounts.mailsInvitations());
  }

  Accounts.Joins joins(Caller caller, NewMember wanted) {
    return accounts.joins(caller.project(), wanted.email());
  }

  private static Inviter inviter(Caller caller) {
    if (caller.isService()) {
      return Inviter.OPERATOR;
    }
    return caller.isPlatform() ? Inviter.PLATFORM : Inviter.ORGANIZATION;
  }

  private static void insert(Work work, UUID organization, AddedMember added) {
    var person = added.joining().account().id();
    var wanted = added.wanted();
    var association = wanted.localAssociation();
    work.tx()
        .update(Statement.of("select set_config('stabbur.joining', ?, true)", person.toString()));
    int made =
        work.tx()
            .update(
                Statement.of(
                    """
                    insert into public.memberships
                      (id, organization_id, user_id, role, local_association_id, status)
                    values (?, ?, ?, ?::public.app_role, ?::uuid, ?::public.membership_status)
                    on conflict do nothing\
                    """,
                    added.id(),
                    organization,
                    person,
                    wanted.role(),
                    association == null ? null : association.toString(),
                    added.status()));
    if (made == 0) {
      throw OrganizationError.conflict(wanted.email() + " is a member of it already");
    }
  }

  /// The code that the person must know to accept, besides having the account. Whoever opened an
  /// account in somebody else's name does not. It is mailed too, but for an account that was made
  /// for this, whose link accepts.
  private static String askConsent(Work work, Accounts.Joins joins, AddedMember added) {
    var code = Crypto.randomText(18);
    work.tx()
        .update(
            Statement.of(
                "select private.ask_consent(?, ?, ?, ?)",
                added.id(),
                Crypto.sha256Hex(code),
                added.wanted().email(),
                added.isMadeForThis()));
    if (!added.isMadeForThis()) {
      work.withAccounts(
          tx -> {
            joins.mailAcceptance(tx, added.joining().account().id(), code);
            return true;
          });
    }
    return code;
  }

  /// Changes role, status or local association.
  ///
  /// @param member the id of the membership, or of the person once they have accepted
  String change(Caller caller, UUID organization, UUID member, Input changes) {
    Organizations.requireAccount(caller);
    var role = changes.role("role").orElse(null);
    var association = changes.id("local_association_id").map(UUID::toString).orElse(null);
    var status = changes.status("status").orElse(null);
    var invited =
        Statement.of(
            """
            select private.change_invited(
              ?, ?, ?::public.app_role, ?::uuid, ?::public.membership_status)::text\
            """,
            organization,
            member,
            role,
            association,
            status);
    var update =
        new SqlText()
            .add("update public.memberships m set role = coalesce(")
            .value(role)
            .add("::public.app_role, role), local_association_id = coalesce(")
            .value(association)
            .add("::uuid, local_association_id)");
    // named only when it was: to set it again ends the code of whoever waits to accept
    if (status != null) {
      update.add(", status = ").value(status).add("::public.membership_status");
    }
    update
        .add(" where organization_id = ")
        .value(organization)
        .add(" and ")
        .value(member)
        .add("::uuid in (id, user_id) returning to_jsonb(m)");
    return Work.run(
        caller.inOrganization(organization),
        Access.WRITE,
        work -> ofInvited(work, invited).orElseGet(() -> work.text(update.statement(), "member")));
  }

  /// Ends a membership or takes an invitation back; the account stays.
  ///
  /// @param member the id of the membership, or of the person once they have accepted
  void remove(Caller caller, UUID organization, UUID member) {
    Organizations.requireAccount(caller);
    var withdraw =
        Statement.of("select private.withdraw_invitation(?, ?)::text", organization, member);
    var delete =
        Statement.of(
            "delete from public.memberships where organization_id = ? and ?::uuid in (id, user_id)"
                + " returning id::text",
            organization,
            member);
    Work.run(
        caller.inOrganization(organization),
        Access.WRITE,
        work -> ofInvited(work, withdraw).orElseGet(() -> work.text(delete, "member")));
  }

  /// What a statement about memberships that wait answers; empty when the member is none of them.
  private static Optional<String> ofInvited(Work work, Statement statement) {
    return work.tx()
        .first(statement, rows -> Optional.ofNullable(rows.getString(1)))
        .flatMap(answer -> answer);
  }

  private static boolean mayReadAddresses(Caller caller) {
    return caller.isService() || caller.claims().text("user_role").equals(Optional.of("org_admin"));
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
