package io.stabbur.organization.management;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.identity.Caller;
import io.stabbur.organization.OrganizationSchema;
import io.stabbur.organization.OrganizationSchemas;
import io.stabbur.organization.management.Membership.Standing;
import io.stabbur.organization.management.Organization.Label;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.RowReader;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Jsonb;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// Organizations and their members for whoever looks after the project: what the organization API
/// does with the service role, and what it has no route for.
@Singleton
public final class OrganizationDesk {
  /// Held by the one who hands an organization over, until it is done: the next one then reads who
  /// administers it.
  private static final String HAND_OVER =
      "select pg_advisory_xact_lock(hashtextextended('stabbur.hand-over:' || ?, 0))";

  private final OrganizationSchemas schemas;
  private final Organizations organizations;
  private final Members members;

  OrganizationDesk(OrganizationSchemas schemas, Organizations organizations, Members members) {
    this.schemas = schemas;
    this.organizations = organizations;
    this.members = members;
  }

  /// Whether the project has organizations at all.
  public boolean isPresent(Project project) {
    return schemas.of(project).schema().isPresent();
  }

  /// The roles of members, lowest first.
  public List<String> roles(Project project) {
    return schemas.require(project).roles();
  }

  /// The role of those who administer an organization from its beginning.
  public String firstRole(Project project) {
    return schemas.require(project).firstRole();
  }

  /// Whether words of an organization can be changed after it was made.
  public boolean changesLabels(Project project) {
    return schemas.require(project).provides("set_labels");
  }

  public List<Organization> list(Caller caller) {
    requireService(caller);
    return each(Json.parse(organizations.list(caller))).map(Organization::of).toList();
  }

  public Organization one(Caller caller, UUID id) {
    requireService(caller);
    return Organization.of(Json.parse(organizations.one(caller, id)));
  }

  /// Makes an organization with its first administrator.
  public Invited create(
      Caller caller, String name, String slug, String administrator, List<Label> labels) {
    requireService(caller);
    var input = new Input(Answers.object("name", name, "slug", slug, "admin_email", administrator));
    var wanted =
        new NewOrganization(
            input.required("name"),
            input.slug("slug"),
            input.email("admin_email"),
            null,
            labels.stream()
                .map(each -> new NewOrganization.Label(each.key(), each.locale(), each.text()))
                .toList(),
            JsonNode.createObjectNode(Map.of()));
    var made = Json.parse(organizations.create(caller, wanted));
    var admin = made.get("admin");
    return Invited.of(admin == null ? made : admin);
  }

  public void rename(Caller caller, UUID id, String name) {
    change(caller, id, "name", name);
  }

  /// Keeps all members out, or lets them in again.
  public void suspend(Caller caller, UUID id, boolean isSuspended) {
    change(caller, id, "status", isSuspended ? "suspended" : "active");
  }

  private void change(Caller caller, UUID id, String field, String value) {
    requireService(caller);
    var _ = organizations.change(caller, id, new Input(Answers.object(field, value)));
  }

  /// Makes the organization's own words these and no others.
  public void label(Caller caller, UUID id, List<Label> labels) {
    requireService(caller);
    var schema = schemas.require(caller.project());
    var json = JsonNode.createArrayNode(labels.stream().map(Label::json).toList());
    var _ =
        Work.run(
            caller,
            schema,
            Access.WRITE,
            work -> work.tx().update(schema.call("set_labels", id, new Jsonb(Json.write(json)))));
  }

  /// Members in the order in which they came.
  ///
  /// @param after the last one that was seen; absent for the first page
  public List<Membership> members(Caller caller, UUID id, @Nullable UUID after, int most) {
    requireService(caller);
    var schema = schemas.require(caller.project());
    if (!schema.provides("member_page")) {
      return slice(everyMember(caller, schema, id), after, most);
    }
    var statement =
        new SqlText()
            .add("select ")
            .append(schema.function("member_page"))
            .add("(")
            .value(id)
            .add(", ")
            .value(after)
            .add("::uuid, ")
            .value(most)
            .add(")")
            .statement();
    var page =
        caller
            .project()
            .admin()
            .transaction(
                Work.owner(caller),
                Access.READ,
                tx -> new Work(caller, schema, tx).text(statement, "organization"));
    return each(Json.parse(page)).map(json -> Membership.of(id, json)).toList();
  }

  private static List<Membership> everyMember(Caller caller, OrganizationSchema schema, UUID id) {
    return Work.run(caller, schema, Access.READ, work -> everyMember(work, id));
  }

  private static List<Membership> everyMember(Work work, UUID id) {
    return each(Json.parse(work.call("organization", "members", id)))
        .map(json -> Membership.of(id, json))
        .toList();
  }

  /// A member by the id of the membership.
  public Membership member(Caller caller, UUID id, UUID member) {
    requireService(caller);
    return everyMember(caller, schemas.require(caller.project()), id).stream()
        .filter(each -> each.id().equals(member))
        .findFirst()
        .orElseThrow(() -> OrganizationError.notFound("member"));
  }

  private static List<Membership> slice(List<Membership> all, @Nullable UUID after, int most) {
    var ids = all.stream().map(Membership::id).toList();
    int from = after == null ? 0 : ids.indexOf(after) + 1;
    return all.subList(from, Math.min(all.size(), from + most));
  }

  /// Makes somebody a member, or asks them to become one.
  public Invited invite(Caller caller, UUID id, String email, String role) {
    requireService(caller);
    var body = Json.write(Answers.object("email", email, "role", role));
    return Invited.of(Json.parse(members.add(caller, id, body)));
  }

  public void changeRole(Caller caller, UUID id, UUID member, String role) {
    changeMember(caller, id, member, "role", role);
  }

  /// Keeps a member out, or lets them in again.
  public void suspendMember(Caller caller, UUID id, UUID member, boolean isSuspended) {
    changeMember(caller, id, member, "status", isSuspended ? "suspended" : "active");
  }

  private void changeMember(Caller caller, UUID id, UUID member, String field, String value) {
    requireService(caller);
    var _ = members.change(caller, id, member, Json.write(Answers.object(field, value)));
  }

  /// Ends a membership, or takes an invitation back.
  public void remove(Caller caller, UUID id, UUID member) {
    requireService(caller);
    members.remove(caller, id, member);
  }

  /// Makes a member the one who administers the organization; those who did have the next role
  /// below from then on.
  public void handOver(Caller caller, UUID id, UUID person) {
    requireService(caller);
    var schema = schemas.require(caller.project());
    var _ =
        Work.run(
            caller,
            schema,
            Access.WRITE,
            work -> {
              work.tx().query(Statement.of(HAND_OVER, id.toString()), RowReader.none());
              var everybody = everyMember(work, id);
              if (everybody.stream().noneMatch(member -> takes(member, person))) {
                throw OrganizationError.notFound("member");
              }
              give(work, id, person, schema.firstRole());
              everybody.stream()
                  .filter(member -> member.role().equals(schema.firstRole()))
                  .filter(member -> !takes(member, person))
                  .forEach(member -> give(work, id, member.id(), below(schema)));
              return person;
            });
  }

  private static boolean takes(Membership member, UUID person) {
    return person.equals(member.person()) && member.standing() == Standing.ACTIVE;
  }

  private static void give(Work work, UUID organization, UUID member, String role) {
    var json = new Jsonb(Json.write(Answers.object("role", role)));
    var _ = work.call("member", "change_member", organization, member, json);
  }

  private static String below(OrganizationSchema schema) {
    int place = schema.roles().indexOf(schema.firstRole());
    return schema.roles().get(Math.max(0, place - 1));
  }

  /// Whether the role is one that the project has.
  public boolean knows(Project project, String role) {
    return Set.copyOf(roles(project)).contains(role);
  }

  private static Stream<JsonNode> each(JsonNode array) {
    return StreamSupport.stream(array.values().spliterator(), false);
  }

  private static void requireService(Caller caller) {
    if (!caller.isService()) {
      throw new ApiException(
          new Failure.Forbidden("Organizations are looked after with the service key"));
    }
  }
}
