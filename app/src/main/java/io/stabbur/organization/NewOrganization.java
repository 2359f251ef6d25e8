package io.stabbur.organization;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An organisation that is to be, with its first administrator and its own words.
record NewOrganization(
    String name, String slug, NewMember admin, List<Label> labels, String settings) {

  /// What the organisation calls a thing in one language.
  record Label(String key, String locale, String text) {}

  private static final String DEFAULT_LOCALE = "nb";

  static NewOrganization of(Input input) {
    return new NewOrganization(
        input.required("name"),
        input.slug("slug"),
        NewMember.admin(input.email("admin_email"), input.text("password").orElse(null)),
        labels(input.object("labels")),
        input.object("settings").map(Json::write).orElse("{}"));
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
