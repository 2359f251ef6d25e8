package io.stabbur.organization.management;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.identity.Accounts;
import io.stabbur.identity.Caller;
import io.stabbur.organization.ActiveOrganization;
import io.stabbur.organization.OrganizationSchema;
import io.stabbur.organization.OrganizationSchemas;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Jsonb;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.UUID;

/// Organisations as an operation. Each call is one transaction, as the caller.
@Singleton
public final class Organizations {
  private final OrganizationSchemas schemas;
  private final ActiveOrganization active;
  private final Members members;

  Organizations(OrganizationSchemas schemas, ActiveOrganization active, Members members) {
    this.schemas = schemas;
    this.active = active;
    this.members = members;
  }

  /// Every organization the caller may see, as a JSON array.
  String list(Caller caller) {
    requireAccount(caller);
    var schema = schemas.require(caller.project());
    return Work.run(
        caller, schema, Access.READ, work -> work.call("organization", "organizations"));
  }

  String one(Caller caller, UUID id) {
    requireAccount(caller);
    var schema = schemas.require(caller.project());
    return Work.run(active.enter(schema, caller, id), schema, Access.READ, work -> one(work, id));
  }

  private static String one(Work work, UUID id) {
    return work.call("organization", "organization", id);
  }

  /// Makes the organization, its labels and its first administrator.
  String create(Caller caller, NewOrganization wanted) {
    requireAccount(caller);
    var schema = schemas.require(caller.project());
    requirePlatform(schema, caller);
    var joins = members.joins(schema, caller, wanted.admin(schema));
    var made = Work.run(caller, schema, Access.WRITE, work -> create(work, joins, wanted));
    joins.send();
    return made;
  }

  private String create(Work work, Accounts.Joins joins, NewOrganization wanted) {
    var id = UUID.randomUUID();
    if (!work.isDone("add_organization", new Jsonb(Json.write(wanted.json(id))))) {
      throw OrganizationError.conflict(
          "There is an organization %s already".formatted(wanted.slug()));
    }
    var admin = members.add(work, joins, id, wanted.admin(work.schema()));
    return with(one(work, id), "admin", admin);
  }

  /// Changes name, slug, status or settings.
  String change(Caller caller, UUID id, Input changes) {
    requireAccount(caller);
    var schema = schemas.require(caller.project());
    var wanted = new LinkedHashMap<String, JsonNode>();
    changes.text("name").ifPresent(name -> wanted.put("name", JsonNode.createStringNode(name)));
    changes.text("slug").ifPresent(slug -> wanted.put("slug", JsonNode.createStringNode(slug)));
    changes
        .status("status")
        .ifPresent(status -> wanted.put("status", JsonNode.createStringNode(status)));
    changes.object("settings").ifPresent(settings -> wanted.put("settings", settings));
    var json = new Jsonb(Json.write(JsonNode.createObjectNode(wanted)));
    return Work.run(
        active.enter(schema, caller, id),
        schema,
        Access.WRITE,
        work -> {
          if (!work.isDone("change_organization", id, json)) {
            throw OrganizationError.notFound("organization");
          }
          return one(work, id);
        });
  }

  /// Callers without an account have no business here, whatever the tables would say.
  static void requireAccount(Caller caller) {
    // somebody who lets a program of others in has lent it what policies allow, and no more
    if (caller.claims().text("client_id").isPresent()) {
      throw new ApiException(
          new Failure.Forbidden(
              "This API is for the project's own apps, not for programs of others"));
    }
    if (!caller.isService() && caller.userId().isEmpty()) {
      throw new ApiException(
          new Failure.Unauthenticated("This API needs the service key or a user's token"));
    }
  }

  /// Asked before anything is tried, for the answer's sake; Postgres asks again.
  private static void requirePlatform(OrganizationSchema schema, Caller caller) {
    if (!caller.isService() && !schema.isPlatform(caller)) {
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
}
