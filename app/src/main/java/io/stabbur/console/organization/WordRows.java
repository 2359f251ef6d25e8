package io.stabbur.console.organization;

import io.stabbur.console.form.ConsoleForm;
import io.stabbur.console.page.Language;
import io.stabbur.console.page.Unfit;
import io.stabbur.organization.management.Organization.Label;
import io.stabbur.platform.error.ApiException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// The rows of a form in which an organization's own words are written.
final class WordRows {
  /// Far more than an organization has words of its own.
  static final int MOST = 500;

  private WordRows() {}

  private record Place(String key, String locale) {}

  /// All rows as they were sent, with empty ones; none where another form was sent.
  static List<Label> sent(ConsoleForm form) {
    var rows = new ArrayList<Label>();
    for (int i = 0; form.has("key-" + i); i++) {
      var locale = form.text("locale-" + i);
      rows.add(
          new Label(
              form.text("key-" + i),
              locale.isEmpty() ? Language.NB.tag() : locale,
              form.text("label-" + i)));
    }
    return rows;
  }

  /// The words of a form.
  ///
  /// @throws ApiException where there are too many, or one has two meanings in a language
  static List<Label> read(ConsoleForm form) {
    var words = new LinkedHashMap<Place, Label>();
    for (var row : sent(form)) {
      if (row.key().isEmpty() || row.text().isEmpty()) {
        continue;
      }
      var before = words.putIfAbsent(new Place(row.key(), row.locale()), row);
      if (before != null && !before.equals(row)) {
        throw new ApiException(new Unfit("organizations.words.twice", "label-0"));
      }
    }
    if (words.size() > MOST) {
      throw new ApiException(new Unfit("organizations.words.too-many", "label-0"));
    }
    return List.copyOf(words.values());
  }
}
