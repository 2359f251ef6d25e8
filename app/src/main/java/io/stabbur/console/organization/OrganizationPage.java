package io.stabbur.console.organization;

import io.stabbur.console.form.ConsoleForm;
import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import io.stabbur.organization.management.Invited;
import io.stabbur.organization.management.Membership;
import io.stabbur.organization.management.Organization;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// An organization with its members, some at a time.
///
/// @param next after whom the next page of members begins; absent on the last one
/// @param invited who was just invited; absent where nobody was
/// @param form what was filled in; empty where nothing was
public record OrganizationPage(
    Frame frame,
    String project,
    Organization organization,
    List<Line> members,
    boolean isFirst,
    @Nullable UUID next,
    List<String> roles,
    boolean changesLabels,
    @Nullable Invited invited,
    ConsoleForm form)
    implements Page {
  private static final int EMPTY_ROWS = 2;

  /// A member by name and address.
  public record Line(Membership member, String name, String address) {
    /// What the member is called in a list, and what is written to remove the membership.
    public String who() {
      return ConsoleForm.asked(name, ConsoleForm.asked(address, member.id()));
    }
  }

  public OrganizationPage {
    members = List.copyOf(members);
    roles = List.copyOf(roles);
  }

  /// What is written to keep all members out.
  public static String asked(Organization organization) {
    return ConsoleForm.asked(organization.name(), organization.id());
  }

  public String path() {
    return "/organizations/" + project + "/" + organization.id();
  }

  /// The rows in which its own words are written: as they were sent where they were refused, else
  /// those there are and room for more.
  public List<Organization.Label> labelRows() {
    var sent = WordRows.sent(form);
    if (!sent.isEmpty()) {
      return sent;
    }
    var rows = new ArrayList<>(organization.labels());
    for (int i = 0; i < EMPTY_ROWS; i++) {
      rows.add(new Organization.Label("", frame.texts().language().tag(), ""));
    }
    return rows;
  }

  OrganizationPage with(Frame other, @Nullable Invited nowInvited, ConsoleForm given) {
    return new OrganizationPage(
        other,
        project,
        organization,
        members,
        isFirst,
        next,
        roles,
        changesLabels,
        nowInvited,
        given);
  }
}
