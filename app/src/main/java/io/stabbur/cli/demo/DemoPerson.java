package io.stabbur.cli.demo;

import io.micronaut.json.tree.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Somebody of an organisation: number 0 administers it, the next four coordinate, the others are
/// peer mentors.
record DemoPerson(DemoOrganization organization, int number) {
  static final int FIRST_MENTOR = 5;

  static List<DemoPerson> all() {
    var all = new ArrayList<DemoPerson>();
    for (var organization : DemoOrganization.values()) {
      for (int number = 0; number < organization.people(); number++) {
        all.add(new DemoPerson(organization, number));
      }
    }
    return all;
  }

  UUID id() {
    return DemoRow.id("person of " + organization, number);
  }

  String role() {
    return number == 0 ? "org_admin" : number < FIRST_MENTOR ? "coordinator" : "peer_mentor";
  }

  String email() {
    var name =
        switch (role()) {
          case "org_admin" -> "admin";
          case "coordinator" -> "coordinator" + number;
          case String _ -> "mentor" + (number - FIRST_MENTOR + 1);
        };
    return name + "@" + organization.slug() + ".example";
  }

  private String name() {
    int salt = organization.number();
    var given =
        DemoRow.pick(
            number, salt, "Anne", "Jan", "Kari", "Ali", "Ingrid", "Per", "Fatima", "Ole", "Sara");
    var family =
        DemoRow.pick(
            number, salt + 10, "Berg", "Dahl", "Haugen", "Lie", "Moen", "Nguyen", "Sami", "Vik");
    return given + " " + family;
  }

  /// What the admin call of the auth API takes.
  JsonNode account(String passwordHash) {
    return new DemoRow()
        .put("id", id())
        .put("email", email())
        .put("email_confirm", true)
        .put("password_hash", passwordHash)
        .put("user_metadata", new DemoRow().put("display_name", name()).node())
        .node();
  }

  JsonNode membership() {
    return new DemoRow()
        .put("id", DemoRow.id("membership of " + organization, number))
        .put("user_id", id())
        .put("organization_id", organization.id())
        .put("local_association_id", organization.association(number))
        .put("role", role())
        .put("is_primary", true)
        .node();
  }
}
