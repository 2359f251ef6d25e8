package io.stabbur.console.expert;

import io.stabbur.console.form.ConsoleForm;
import io.stabbur.operations.statement.OperatorStatements.Done;
import io.stabbur.operations.statement.OperatorStatements.Outcome;
import io.stabbur.operations.statement.OperatorStatements.Relation;
import io.stabbur.operations.statement.RowForm;
import io.stabbur.platform.crypto.Crypto;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A row of a table that an operator changes, as a role or as a person.
///
/// @param person empty where a role changes it
/// @param version which version of the row is shown
/// @param outcome why it cannot be shown or was not changed; absent where neither is so
public record RowPage(
    RowForm.Place place,
    String role,
    String person,
    String version,
    List<Field> fields,
    @Nullable Outcome outcome) {
  /// What a column holds.
  ///
  /// @param was before the change; null for null
  /// @param isKey whether it says which row this is
  public record Field(String name, @Nullable String was, @Nullable String now, boolean isKey) {
    /// Whether all of it can be shown in a form.
    public boolean fits() {
      return was == null || was.length() <= RowForm.LONGEST;
    }
  }

  public RowPage {
    fields = List.copyOf(fields);
  }

  /// What is written to change it.
  public String asked() {
    return ConsoleForm.asked(place.table(), place.schema());
  }

  /// The row that was found; without fields where nobody found one.
  static RowPage of(RowForm.Place place, String role, String person, Outcome outcome) {
    if (!(outcome instanceof Done(var table, _)) || table.rows().isEmpty()) {
      return new RowPage(place, role, person, "", List.of(), outcome);
    }
    var row = table.rows().getFirst();
    var fields = new ArrayList<Field>();
    for (int i = 1; i < table.columns().size(); i++) {
      var name = table.columns().get(i);
      fields.add(new Field(name, row.get(i), row.get(i), place.key().containsKey(name)));
    }
    return new RowPage(place, role, person, String.valueOf(row.getFirst()), fields, null);
  }

  /// The same with what a form says.
  RowPage with(ConsoleForm form) {
    var given = new ArrayList<Field>();
    for (int i = 0; i < fields.size(); i++) {
      given.add(given(fields.get(i), form, i));
    }
    return new RowPage(place, role, person, form.text("version"), given, outcome);
  }

  /// A box that says “no value” counts, unless something was written where none was.
  private static Field given(Field field, ConsoleForm form, int number) {
    if (field.isKey() || !field.fits() || !form.has("value-" + number)) {
      return field;
    }
    var text = form.raw("value-" + number).replace("\r\n", "\n");
    boolean isNull = form.has("null-" + number) && (field.was() != null || text.isEmpty());
    boolean isSame = field.was() != null && field.was().replace("\r\n", "\n").equals(text);
    return new Field(field.name(), field.was(), isNull ? null : isSame ? field.was() : text, false);
  }

  RowPage refused(Outcome reason) {
    return new RowPage(place, role, person, version, fields, reason);
  }

  /// Tells whether the table still has the columns that a form was made for.
  public String columns() {
    return Crypto.sha256Hex(
        fields.stream().map(Field::name).collect(java.util.stream.Collectors.joining("\0")));
  }

  /// The columns that get another value.
  Map<String, @Nullable String> changes() {
    var changes = new LinkedHashMap<String, @Nullable String>();
    for (var field : fields) {
      if (!java.util.Objects.equals(field.was(), field.now())) {
        changes.put(field.name(), field.now());
      }
    }
    return changes;
  }

  /// The address of the table below `/console`.
  public String table() {
    return "/expert/tables/" + new Relation(place.schema(), place.table(), "", 0, 0).path();
  }

  /// The parameters with which the table is shown as the same role or person.
  public String viewer() {
    return "&as=" + encoded(role) + (person.isEmpty() ? "" : "&person=" + encoded(person));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /// The address of the acts on a row below `/console`.
  public String path(String project) {
    return "/expert/tables/"
        + project
        + "/"
        + new Relation(place.schema(), place.table(), "", 0, 0).path();
  }
}
