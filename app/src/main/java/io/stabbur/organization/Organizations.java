package io.stabbur.organization;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.Accounts;
import io.stabbur.identity.Caller;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Jsonb;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.UUID;

/// Organisations as an operation. Each call is one transaction, as the caller.
@Singleton
public final class Organizations {
  private static final String LIST = SqlFile.of(Organizations.class, "organizations");
  private static final String ONE = SqlFile.of(Organizations.class, "organization");
  private final Members members;

  Organizations(Members members) {
    this.members = members;
  }

  /// Every organisation the caller may see, as a JSON array.
  String list(Caller caller) {
    requireAccount(caller);
    return Work.run(caller, Access.READ, work -> work.text(Statement.of(LIST), "organization"));
  }

  String one(Caller caller, UUID id) {
    requireAccount(caller);
    return Work.run(
        caller.inOrganization(id),
        Access.READ,
        work -> work.text(Statement.of(ONE, id), "organization"));
  }

  /// Makes the organisation, its labels and its first administrator.
  String create(Caller caller, NewOrganization wanted) {
    requirePlatform(caller);
    var joins = members.joins(caller, wanted.admin());
    var made = Work.run(caller, Access.WRITE, work -> create(work, joins, wanted));
    joins.send();
    return made;
  }

  private String create(Work work, Accounts.Joins joins, NewOrganization wanted) {
    var id = UUID.randomUUID();
    if (work.tx().update(insert(id, wanted)) == 0) {
      throw OrganizationError.conflict(
          "There is an organization %s already".formatted(wanted.slug()));
    }
    for (var label : wanted.labels()) {
      work.tx().update(insert(id, label));
    }
    var admin = members.add(work, joins, id, wanted.admin());
    return with(work.text(Statement.of(ONE, id), "organization"), "admin", admin);
  }

  /// Changes name, slug, status or settings.
  String change(Caller caller, UUID id, Input changes) {
    requireAccount(caller);
    var update =
        new SqlText()
            .add("update public.organizations set name = coalesce(")
            .value(changes.text("name").orElse(null))
            .add("::text, name), slug = coalesce(")
            .value(changes.text("slug").orElse(null))
            .add("::text, slug), status = coalesce(")
            .value(changes.status("status").orElse(null))
            .add("::public.organization_status, status), settings = coalesce(")
            .value(changes.object("settings").map(Json::write).orElse(null))
            .add("::jsonb, settings) where id = ")
            .value(id)
            .add(" returning id")
            .statement();
    return Work.run(
        caller.inOrganization(id),
        Access.WRITE,
        work -> {
          work.text(update, "organization");
          return work.text(Statement.of(ONE, id), "organization");
        });
  }

  /// Callers without an account have no business here, whatever the tables would say.
  static void requireAccount(Caller caller) {
    if (!caller.isService() && caller.userId().isEmpty()) {
      throw new ApiException(
          new Failure.Unauthenticated("This API needs the service key or a user's token"));
    }
  }

  /// Asked before anything is tried, for the answer's sake; Postgres asks again.
  static void requirePlatform(Caller caller) {
    requireAccount(caller);
    if (!caller.isService() && !caller.isPlatform()) {
      throw new ApiException(
          new Failure.Forbidden("Organizations are created by the platform's administrators"));
    }
  }

  /// A JSON object with one more entry.
  private static String with(String object, String name, JsonNode value) {
    var entries = new LinkedHashMap<String, JsonNode>();
    Json.parse(object).entries().forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
    entries.put(name, value);
    return Json.write(JsonNode.createObjectNode(entries));
  }

  private static Statement insert(UUID id, NewOrganization wanted) {
    return new SqlText()
        .add("insert into public.organizations (id, slug, name, settings) values (")
        .value(id)
        .add(", ")
        .value(wanted.slug())
        .add(", ")
        .value(wanted.name())
        .add(", ")
        .value(new Jsonb(wanted.settings()))
        .add(") on conflict (slug) do nothing")
        .statement();
  }

  private static Statement insert(UUID id, NewOrganization.Label label) {
    return Statement.of(
        "insert into public.org_labels (organization_id, key, locale, label) values (?, ?, ?, ?)",
        id,
        label.key(),
        label.locale(),
        label.text());
  }
}
