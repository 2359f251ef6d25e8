package io.stabbur.organization.management;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.identity.Caller;
import io.stabbur.organization.OrganizationSchema;
import io.stabbur.organization.OrganizationSchemas;
import io.stabbur.organization.management.Membership.Standing;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/// Names and memberships of people, and what they may ask for, for whoever looks after the project.
@Singleton
public final class PersonDesk {
  private final OrganizationSchemas schemas;
  private final People people;

  PersonDesk(OrganizationSchemas schemas, People people) {
    this.schemas = schemas;
    this.people = people;
  }

  /// What organizations know of somebody.
  ///
  /// @param name empty where there is none
  public record Known(String name, List<Membership> memberships) {
    public static final Known NOTHING = new Known("", List.of());

    public Known {
      memberships = List.copyOf(memberships);
    }
  }

  /// What is known of so many people. Of a schema that does not say: the organizations they act in.
  public Map<UUID, Known> known(Caller caller, List<UUID> persons) {
    requireService(caller);
    var schema = schemas.require(caller.project());
    var ids = persons.stream().map(UUID::toString).toArray(String[]::new);
    if (schema.provides("people")) {
      var statement =
          new SqlText()
              .add("select ")
              .append(schema.function("people"))
              .add("(")
              .value(ids)
              .add("::uuid[])")
              .statement();
      String read = owner(caller, schema, work -> work.text(statement, "person"));
      var answer = Json.parse(read);
      return persons.stream()
          .collect(Collectors.toMap(Function.identity(), id -> known(answer, id), (a, _) -> a));
    }
    return persons.stream()
        .distinct()
        .collect(Collectors.toMap(Function.identity(), id -> acting(caller, schema, id)));
  }

  private static Known known(JsonNode answer, UUID id) {
    var person = answer.get(id.toString());
    var memberships = person == null ? null : person.get("member_of");
    return person == null || memberships == null
        ? Known.NOTHING
        : new Known(
            Answers.text(person, "name"),
            StreamSupport.stream(memberships.values().spliterator(), false)
                .map(each -> membership(id, each, Answers.text(each, "organization_id")))
                .toList());
  }

  private static Known acting(Caller caller, OrganizationSchema schema, UUID id) {
    var claims =
        owner(
            caller,
            schema,
            work ->
                work.tx()
                    .first(
                        new SqlText()
                            .add("select ")
                            .append(schema.function("membership_claims"))
                            .add("(")
                            .value(id)
                            .add(", null)")
                            .statement(),
                        rows -> Objects.requireNonNullElse(rows.getString(1), "{}"))
                    .orElse("{}"));
    var listed = Json.parse(claims).get("organizations");
    return listed == null || !listed.isArray()
        ? Known.NOTHING
        : new Known(
            "",
            StreamSupport.stream(listed.values().spliterator(), false)
                .map(each -> membership(id, each, Answers.text(each, "id")))
                .toList());
  }

  /// Where only the organization is known, the member is named by the person.
  private static Membership membership(UUID person, JsonNode json, String organization) {
    var status = Answers.text(json, "status");
    return new Membership(
        status.isEmpty() ? person : Answers.id(json, "id"),
        person,
        UUID.fromString(organization),
        Answers.text(json, "organization"),
        "",
        Answers.text(json, "role"),
        status.isEmpty() ? Standing.ACTIVE : Standing.of(status));
  }

  /// People whose name has a text in it; nobody where the schema knows no names.
  public List<UUID> named(Caller caller, String text, int most) {
    requireService(caller);
    var schema = schemas.require(caller.project());
    if (!schema.provides("named")) {
      return List.of();
    }
    var statement = schema.call("named", text, most);
    return owner(
        caller, schema, work -> work.tx().list(statement, rows -> rows.getObject(1, UUID.class)));
  }

  /// How many things of each kind are kept about the person; refused where there is nobody. Nothing
  /// of it is shown to anybody, so nothing is audited.
  public Map<String, Integer> count(Caller caller, UUID person) {
    requireService(caller);
    var schema = schemas.require(caller.project());
    String found = owner(caller, schema, work -> work.call("person", "export_person", person));
    return count(Json.parse(found));
  }

  /// Of an object: how many entries each list in it has, and one for each object. Single values
  /// belong to what the object itself is.
  public static Map<String, Integer> count(JsonNode found) {
    var counts = new LinkedHashMap<String, Integer>();
    found
        .entries()
        .forEach(
            entry -> {
              var value = entry.getValue();
              int number = value.isArray() ? value.size() : value.isObject() ? 1 : 0;
              if (number > 0) {
                counts.put(entry.getKey(), number);
              }
            });
    return counts;
  }

  /// All that is kept about the person, in clear, as one JSON object.
  public String export(Caller caller, UUID person) {
    return people.export(caller, person);
  }

  /// Removes what is kept about the person, and the account if the person has one.
  public void erase(Caller caller, UUID person) {
    people.erase(caller, person);
  }

  private static <T> T owner(Caller caller, OrganizationSchema schema, Function<Work, T> body) {
    return caller
        .project()
        .admin()
        .transaction(
            Work.owner(caller), Access.READ, tx -> body.apply(new Work(caller, schema, tx)));
  }

  /// The addresses of accounts, by their ids.
  public Map<UUID, String> addresses(Caller caller, List<UUID> persons) {
    requireService(caller);
    var ids = persons.stream().map(UUID::toString).toArray(String[]::new);
    var schema = schemas.require(caller.project());
    var rows =
        owner(
            caller,
            schema,
            work ->
                work.tx()
                    .list(
                        Statement.of(
                            "select id, coalesce(email, '') from auth.users where id = any"
                                + " (?::uuid[])",
                            (Object) ids),
                        row ->
                            Map.entry(
                                row.getObject(1, UUID.class), String.valueOf(row.getString(2)))));
    return rows.stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static void requireService(Caller caller) {
    if (!caller.isService()) {
      throw new ApiException(new Failure.Forbidden("People are looked after with the service key"));
    }
  }
}
