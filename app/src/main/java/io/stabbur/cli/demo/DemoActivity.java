package io.stabbur.cli.demo;

import io.micronaut.json.tree.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/// Something a peer mentor did in the year before the first of November 2026.
record DemoActivity(int number) {
  static final int COUNT = 20_000;
  private static final Instant END = Instant.parse("2026-11-01T12:00:00Z");

  static DemoActivity of(int number) {
    return new DemoActivity(number);
  }

  UUID id() {
    return DemoRow.id("activity", number);
  }

  DemoOrganization organization() {
    return DemoOrganization.of(number);
  }

  /// The peer mentor whose it is.
  DemoPerson mentor() {
    int mentors = organization().people() - DemoPerson.FIRST_MENTOR;
    return new DemoPerson(
        organization(), DemoPerson.FIRST_MENTOR + DemoRow.pick(number, 1, mentors));
  }

  Instant when() {
    return END.minus(Duration.ofMinutes(DemoRow.pick(number, 2, 365 * 24 * 60)));
  }

  JsonNode row() {
    var type = DemoRow.pick(number, 3, "conversation", "conversation", "phone", "visit", "group");
    return new DemoRow()
        .put("id", id())
        .put("organization_id", organization().id())
        .put("local_association_id", organization().association(mentor().number()))
        .put("user_id", mentor().id())
        .put("type", type)
        .put("title", title(type))
        .put("occurred_at", when())
        .put("duration_minutes", 15 * (1 + DemoRow.pick(number, 4, 12)))
        .put("summary", summary())
        .put("location", DemoRow.pick(number, 5, "Kafeen", "Biblioteket", "Telefon", "Sykehuset"))
        .put("status", DemoRow.pick(number, 6, "draft", "submitted", "approved", "approved"))
        .node();
  }

  private static String title(String type) {
    return switch (type) {
      case "phone" -> "Telefonsamtale";
      case "visit" -> "Hjemmebesøk";
      case "group" -> "Gruppesamling";
      case String _ -> "Samtale";
    };
  }

  private String summary() {
    return DemoRow.pick(number, 7, "Snakket om hverdagen", "Snakket om behandling", "Gikk en tur")
        + ", "
        + DemoRow.pick(number, 8, "ny avtale om to uker.", "ringer neste uke.", "avsluttet.");
  }
}
