package io.stabbur.console.organization;

import io.stabbur.console.organization.OrganizationPage.Line;
import io.stabbur.console.organization.OrganizationsPage.Listed;
import io.stabbur.console.project.ProjectCallers;
import io.stabbur.organization.management.Membership;
import io.stabbur.organization.management.OrganizationDesk;
import io.stabbur.organization.management.PersonDesk;
import io.stabbur.organization.management.PersonDesk.Known;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reads organizations, and their members with names and addresses.
@Singleton
final class OrganizationLists {
  static final int MOST_MEMBERS = 50;
  private static final int MOST = 50;

  private final OrganizationDesk desk;
  private final PersonDesk persons;

  OrganizationLists(OrganizationDesk desk, PersonDesk persons) {
    this.desk = desk;
    this.persons = persons;
  }

  Listed page(Project project, String text, @Nullable UUID after) {
    if (!desk.isPresent(project)) {
      return Listed.NONE;
    }
    var wanted = text.toLowerCase(Locale.ROOT);
    var fitting =
        desk.list(ProjectCallers.of(project)).stream()
            .filter(
                each -> (each.name() + " " + each.slug()).toLowerCase(Locale.ROOT).contains(wanted))
            .toList();
    int from = 0;
    for (int i = 0; i < fitting.size(); i++) {
      if (fitting.get(i).id().equals(after)) {
        from = i + 1;
      }
    }
    var shown = fitting.subList(from, Math.min(fitting.size(), from + MOST));
    boolean isMore = from + MOST < fitting.size();
    return new Listed(true, shown, fitting.size(), isMore ? shown.getLast().id() : null);
  }

  /// One more than a page holds, where there are more.
  List<Line> members(Project project, UUID organization, @Nullable UUID after) {
    return lines(
        project, desk.members(ProjectCallers.of(project), organization, after, MOST_MEMBERS + 1));
  }

  Line line(Project project, Membership member) {
    return lines(project, List.of(member)).getFirst();
  }

  private List<Line> lines(Project project, List<Membership> members) {
    var caller = ProjectCallers.of(project);
    var people =
        members.stream().map(Membership::person).filter(Objects::nonNull).distinct().toList();
    var known = persons.known(caller, people);
    var addresses = persons.addresses(caller, people);
    return members.stream()
        .map(
            member -> {
              var person = member.person();
              var account = person == null ? "" : addresses.getOrDefault(person, "");
              var name = person == null ? "" : known.getOrDefault(person, Known.NOTHING).name();
              return new Line(member, name, member.email().isEmpty() ? account : member.email());
            })
        .toList();
  }

  /// The address by which the journal names a member; the id where nobody knows one.
  String address(Project project, Membership member) {
    var person = member.person();
    if (!member.email().isEmpty() || person == null) {
      return member.email().isEmpty() ? member.id().toString() : member.email();
    }
    var found =
        persons.addresses(ProjectCallers.of(project), List.of(person)).getOrDefault(person, "");
    return found.isEmpty() ? person.toString() : found;
  }
}
