package io.stabbur.console.request;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.people.PeopleDesk;
import io.stabbur.auth.people.Person;
import io.stabbur.console.project.ProjectCallers;
import io.stabbur.console.project.RecoveryPoints;
import io.stabbur.organization.management.OrganizationDesk;
import io.stabbur.organization.management.PersonDesk;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Uuids;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// What is kept about somebody. A project that keeps organizations says itself what it keeps and
/// how it forgets; of any other the account alone is known.
@Singleton
final class DataRequests {
  private final PeopleDesk people;
  private final PersonDesk persons;
  private final OrganizationDesk organizations;
  private final RecoveryPoints points;

  DataRequests(
      PeopleDesk people,
      PersonDesk persons,
      OrganizationDesk organizations,
      RecoveryPoints points) {
    this.people = people;
    this.persons = persons;
    this.organizations = organizations;
    this.points = points;
  }

  /// The id of whoever has an address, or the number that was written.
  Optional<UUID> find(Project project, String who) {
    var id = Uuids.parse(who);
    return id.isPresent() ? id : people.byAddress(ProjectCallers.of(project), who);
  }

  Subject subject(Project project, UUID id) {
    var account = people.person(ProjectCallers.of(project), id);
    return new Subject(
        id,
        account.map(Person::address).orElse(id.toString()),
        account.isPresent(),
        organizations.isPresent(project));
  }

  /// How many things of each kind are kept.
  Map<String, Integer> count(Project project, Subject subject) {
    var caller = ProjectCallers.of(project);
    return subject.isWhole()
        ? persons.count(caller, subject.id())
        : account(people.export(caller, subject.id()));
  }

  private static Map<String, Integer> account(JsonNode found) {
    var counts = new LinkedHashMap<String, Integer>();
    counts.put("account", 1);
    counts.putAll(PersonDesk.count(found));
    return counts;
  }

  /// All of it, as a JSON object.
  String export(Project project, Subject subject) {
    var caller = ProjectCallers.of(project);
    return subject.isWhole()
        ? persons.export(caller, subject.id())
        : Json.write(people.export(caller, subject.id()));
  }

  /// Erases somebody, once the moment before is named, to which a restore can go back.
  void erase(Project project, Subject subject) {
    points.before(project, "an erasure");
    var caller = ProjectCallers.of(project);
    if (subject.isWhole()) {
      persons.erase(caller, subject.id());
    } else {
      people.erase(caller, subject.id());
    }
  }
}
