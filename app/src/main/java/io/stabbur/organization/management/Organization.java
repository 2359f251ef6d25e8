package io.stabbur.organization.management;

import io.micronaut.json.tree.JsonNode;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;

/// An organization as it is shown to whoever looks after the project.
///
/// @param labels its own words; empty where only the organization itself was asked for
public record Organization(
    UUID id, String name, String slug, boolean isSuspended, List<Label> labels) {
  /// What it calls a thing in one language.
  public record Label(String key, String locale, String text) {
    JsonNode json() {
      return Answers.object("key", key, "locale", locale, "label", text);
    }
  }

  public Organization {
    labels = List.copyOf(labels);
  }

  static Organization of(JsonNode json) {
    var labels = json.get("labels");
    return new Organization(
        Answers.id(json, "id"),
        Answers.text(json, "name"),
        Answers.text(json, "slug"),
        Answers.text(json, "status").equals("suspended"),
        labels == null || !labels.isArray()
            ? List.of()
            : StreamSupport.stream(labels.values().spliterator(), false)
                .map(
                    each ->
                        new Label(
                            Answers.text(each, "key"),
                            Answers.text(each, "locale"),
                            Answers.text(each, "label")))
                .toList());
  }
}
