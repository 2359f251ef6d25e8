package io.stabbur.admin;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.Accounts;
import io.stabbur.identity.Caller;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Transaction;
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
import java.util.function.UnaryOperator;
import java.util.stream.StreamSupport;

/// The members of an organisation. Who may read and change them is for Postgres to say; accounts
/// come from whoever keeps them, in the same transaction.
@Singleton
final class Members {
  private static final String LIST = SqlFile.of(Members.class, "members");
  private static final String EMAILS =
      "select coalesce(json_object_agg(id, email), '{}') from auth.users where id = any (?::uuid[])";
  private static final String ELSEWHERE = "select private.belongs_elsewhere(?, ?)";
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
          var members = Json.parse(work.text(Statement.of(LIST, organization), "organization"));
          return Json.write(mayReadAddresses(work.caller()) ? addressed(work, members) : members);
        });
  }

  String add(Caller caller, UUID organization, NewMember wanted) {
    Organizations.requireAccount(caller);
    return Work.run(
        caller.inOrganization(organization),
        Access.WRITE,
        work -> Json.write(add(work, organization, wanted)));
  }

  /// Within a transaction that does more. An organisation's administrator gives nobody a password,
  /// and gets no link to an account in which another organisation has a part; whoever has an
  /// account already becomes a member by accepting.
  JsonNode add(Work work, UUID organization, NewMember wanted) {
    boolean platform = work.caller().isService() || work.caller().isPlatform();
    if (wanted.password() != null && !platform) {
      throw new ApiException(
          new Failure.Forbidden("You may not give a password: without one, the answer is a link"));
    }
    var project = work.caller().project();
    var joining =
        work.withAccounts(
            tx ->
                accounts.join(
                    project,
                    tx,
                    wanted.email(),
                    wanted.password(),
                    person -> platform || !belongsElsewhere(tx, person, organization)));
    var person = joining.account().id();
    work.tx()
        .update(Statement.of("select set_config('stabbur.joining', ?, true)", person.toString()));
    boolean waits = !platform && !joining.isNew() && joining.link().isEmpty();
    var membership =
        work.tx()
            .first(insert(organization, person, wanted, waits), rows -> rows.getString(1))
            .orElseThrow(() -> AdminError.conflict(wanted.email() + " is a member of it already"));
    var answer = new LinkedHashMap<String, JsonNode>();
    answer.put("user_id", text(joining.account().id().toString()));
    answer.put("email", text(joining.account().email()));
    answer.put("role", text(wanted.role()));
    answer.put("is_new", JsonNode.createBooleanNode(joining.isNew()));
    joining.link().ifPresent(link -> answer.put("invitation_url", text(link)));
    if (waits) {
      answer.put("status", text("suspended"));
      answer.put("acceptance_code", text(consentCode(work.tx(), membership)));
    }
    return JsonNode.createObjectNode(answer);
  }

  /// Changes role, status or local association.
  String change(Caller caller, UUID organization, UUID user, Input changes) {
    Organizations.requireAccount(caller);
    var update =
        new SqlText()
            .add("update public.memberships m set role = coalesce(")
            .value(changes.role("role").orElse(null))
            .add("::public.app_role, role), local_association_id = coalesce(")
            .value(changes.id("local_association_id").map(UUID::toString).orElse(null))
            .add("::uuid, local_association_id)");
    // named only when it was: to set it again is an answer to whoever waits to accept
    changes
        .status("status")
        .ifPresent(
            status -> update.add(", status = ").value(status).add("::public.membership_status"));
    var statement =
        update
            .add(" where organization_id = ")
            .value(organization)
            .add(" and user_id = ")
            .value(user)
            .add(" returning to_jsonb(m)")
            .statement();
    return Work.run(
        caller.inOrganization(organization), Access.WRITE, work -> work.text(statement, "member"));
  }

  /// Ends a membership; the account stays.
  void remove(Caller caller, UUID organization, UUID user) {
    Organizations.requireAccount(caller);
    var delete =
        Statement.of(
            "delete from public.memberships where organization_id = ? and user_id = ? returning id::text",
            organization,
            user);
    Work.run(
        caller.inOrganization(organization), Access.WRITE, work -> work.text(delete, "member"));
  }

  private static boolean belongsElsewhere(Transaction tx, UUID person, UUID organization) {
    return tx.first(Statement.of(ELSEWHERE, person, organization), rows -> rows.getBoolean(1))
        .orElse(true);
  }

  private static Statement insert(
      UUID organization, UUID user, NewMember wanted, boolean suspended) {
    return Statement.of(
        """
        insert into public.memberships (organization_id, user_id, role, local_association_id, status)
        values (?, ?, ?::public.app_role, ?::uuid, ?::public.membership_status)
        on conflict (user_id, organization_id) do nothing returning id::text""",
        organization,
        user,
        wanted.role(),
        wanted.localAssociation() == null ? null : wanted.localAssociation().toString(),
        suspended ? "suspended" : "active");
  }

  /// What the person who has the account must know to accept. Whoever opened an account in somebody
  /// else's name does not.
  private static String consentCode(Transaction tx, String membership) {
    var code = Crypto.randomText(18);
    tx.update(
        Statement.of(
            "select private.await_consent(?::uuid, ?)", membership, Crypto.sha256Hex(code)));
    return code;
  }

  private static boolean mayReadAddresses(Caller caller) {
    return caller.isService() || caller.claims().text("user_role").equals(Optional.of("org_admin"));
  }

  private static JsonNode addressed(Work work, JsonNode members) {
    var ids =
        StreamSupport.stream(members.values().spliterator(), false)
            .map(member -> String.valueOf(value(member, "user_id").getStringValue()))
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
          all.put("email", value(addresses, value(member, "user_id").getStringValue()));
          return JsonNode.createObjectNode(all);
        };
    return JsonNode.createArrayNode(
        StreamSupport.stream(members.values().spliterator(), false).map(withAddress).toList());
  }

  private static JsonNode value(JsonNode object, String name) {
    var node = object.get(name);
    return node == null ? JsonNode.nullNode() : node;
  }

  private static JsonNode text(String text) {
    return JsonNode.createStringNode(text);
  }
}
