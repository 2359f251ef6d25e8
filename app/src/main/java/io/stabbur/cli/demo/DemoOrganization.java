package io.stabbur.cli.demo;

import io.micronaut.json.tree.JsonNode;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/// The organisations. Their addresses end in `.example`, which belongs to nobody.
enum DemoOrganization {
  NORD(0, "Likepersoner Nord", 67),
  VEST(1, "Likepersoner Vest", 67),
  SOR(2, "Likepersoner Sør", 66);

  private static final List<String> ASSOCIATIONS = List.of("Byen", "Bygda");
  private static final List<DemoOrganization> ALL = List.of(values());
  private final int number;
  private final String title;
  private final int people;

  DemoOrganization(int number, String title, int people) {
    this.number = number;
    this.title = title;
    this.people = people;
  }

  /// Takes turns.
  static DemoOrganization of(int turn) {
    return ALL.get(turn % ALL.size());
  }

  int number() {
    return number;
  }

  UUID id() {
    return DemoRow.id("organization", number);
  }

  String slug() {
    return "demo-" + name().toLowerCase(java.util.Locale.ROOT);
  }

  /// How many people it has.
  int people() {
    return people;
  }

  JsonNode row() {
    return new DemoRow().put("id", id()).put("slug", slug()).put("name", title).node();
  }

  List<JsonNode> associations() {
    return IntStream.range(0, ASSOCIATIONS.size())
        .mapToObj(
            i ->
                new DemoRow()
                    .put("id", association(i))
                    .put("organization_id", id())
                    .put("name", title + ", " + ASSOCIATIONS.get(i))
                    .node())
        .toList();
  }

  /// The local association of the person of this number.
  UUID association(int person) {
    return DemoRow.id("association", number * ASSOCIATIONS.size() + person % ASSOCIATIONS.size());
  }
}
