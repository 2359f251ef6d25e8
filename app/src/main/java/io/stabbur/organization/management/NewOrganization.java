package io.stabbur.organization.management;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.organization.OrganizationSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// An organisation that is to be, with its first administrator and its own words.
record NewOrganization(
    String name,
    String slug,
    String adminEmail,
    @Nullable String password,
    List<Label> labels,
    JsonNode settings) {

  /// What the organisation calls a thing in one language.
  record Label(String key, String locale, String text) {}

  private static final String DEFAULT_LOCALE = "nb";

  static NewOrganization of(Input input) {
    return new NewOrganization(
        input.required("name"),
        input.slug("slug"),
        input.email("admin_email"),
        input.text("password").orElse(null),
        labels(input.object("labels")),
        input.object("settings").orElse(JsonNode.createObjectNode(Map.of())));
  }

  /// The first administrator.
  NewMember admin(OrganizationSchema schema) {
    return new NewMember(adminEmail, schema.firstRole(), password, Map.of());
  }

  /// What the schema's `add_organization` is told.
  JsonNode json(UUID id) {
    return JsonNode.createObjectNode(
        Map.of(
            "id", JsonNode.createStringNode(id.toString()),
            "name", JsonNode.createStringNode(name),
            "slug", JsonNode.createStringNode(slug),
            "settings", settings,
            "labels",
                JsonNode.createArrayNode(labels.stream().map(NewOrganization::json).toList())));
  }

  private static JsonNode json(Label label) {
    return JsonNode.createObjectNode(
        Map.of(
            "key", JsonNode.createStringNode(label.key()),
            "locale", JsonNode.createStringNode(label.locale()),
            "label", JsonNode.createStringNode(label.text())));
  }

  /// `{"likeperson": "frivillig"}` or, by language, `{"likeperson": {"nb": "frivillig"}}`.
  private static List<Label> labels(Optional<JsonNode> given) {
    var labels = new ArrayList<Label>();
    if (given.isEmpty()) {
      return labels;
    }
    for (var entry : given.get().entries()) {
      var value = entry.getValue();
      if (value.isString()) {
        labels.add(new Label(entry.getKey(), DEFAULT_LOCALE, value.getStringValue()));
      } else if (value.isObject()) {
        for (var translation : value.entries()) {
          labels.add(new Label(entry.getKey(), translation.getKey(), text(translation.getValue())));
        }
      } else {
        throw OrganizationError.invalid("labels", "must hold texts, or texts by language");
      }
    }
    return labels;
  }

  private static String text(JsonNode node) {
    if (!node.isString()) {
      throw OrganizationError.invalid("labels", "must hold texts, or texts by language");
    }
    return node.getStringValue();
  }
}
