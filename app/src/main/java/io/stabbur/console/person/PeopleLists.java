package io.stabbur.console.person;

import io.stabbur.auth.people.PeopleDesk;
import io.stabbur.auth.people.Person;
import io.stabbur.console.person.PeoplePage.Line;
import io.stabbur.console.person.PeoplePage.Listed;
import io.stabbur.console.project.ProjectCallers;
import io.stabbur.organization.management.OrganizationDesk;
import io.stabbur.organization.management.PersonDesk;
import io.stabbur.organization.management.PersonDesk.Known;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reads people with what organizations know of them.
@Singleton
final class PeopleLists {
  private static final int MOST = 50;
  private static final int MOST_NAMED = 200;

  private final PeopleDesk people;
  private final PersonDesk persons;
  private final OrganizationDesk organizations;

  PeopleLists(PeopleDesk people, PersonDesk persons, OrganizationDesk organizations) {
    this.people = people;
    this.persons = persons;
    this.organizations = organizations;
  }

  Listed page(Project project, String text, @Nullable UUID after) {
    var caller = ProjectCallers.of(project);
    boolean hasOrganizations = organizations.isPresent(project);
    var named =
        hasOrganizations && !text.isEmpty()
            ? persons.named(caller, text, MOST_NAMED + 1)
            : List.<UUID>of();
    var found = people.find(caller, new PeopleDesk.Search(text, firstOf(named), after), MOST + 1);
    var shown = found.subList(0, Math.min(MOST, found.size()));
    var known = known(project, shown);
    return new Listed(
        shown.stream()
            .map(person -> new Line(person, known.getOrDefault(person.id(), Known.NOTHING)))
            .toList(),
        hasOrganizations ? organizations.list(caller) : List.of(),
        hasOrganizations ? organizations.roles(project) : List.of(),
        hasOrganizations,
        named.size() > MOST_NAMED,
        found.size() > MOST ? shown.getLast().id() : null);
  }

  private static List<UUID> firstOf(List<UUID> named) {
    return named.subList(0, Math.min(MOST_NAMED, named.size()));
  }

  Map<UUID, Known> known(Project project, List<Person> shown) {
    return organizations.isPresent(project)
        ? persons.known(ProjectCallers.of(project), shown.stream().map(Person::id).toList())
        : Map.of();
  }
}
