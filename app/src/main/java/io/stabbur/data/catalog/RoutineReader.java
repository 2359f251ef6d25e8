package io.stabbur.data.catalog;

import static io.stabbur.data.catalog.CatalogReader.ints;
import static io.stabbur.data.catalog.CatalogReader.name;
import static io.stabbur.data.catalog.CatalogReader.texts;

import io.stabbur.data.catalog.Routine.Need;
import io.stabbur.data.catalog.Routine.Parameter;
import io.stabbur.data.catalog.Routine.Passing;
import io.stabbur.data.catalog.Routine.Returns;
import io.stabbur.data.catalog.Routine.Rows;
import io.stabbur.data.catalog.Routine.Shape;
import io.stabbur.data.catalog.Routine.Volatility;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Reads the functions of the exposed schemas.
final class RoutineReader {
  private static final String ROUTINES = SqlFile.of(CatalogReader.class, "routines");

  private final CatalogScope scope;
  private final List<Pattern> hoisted;

  RoutineReader(CatalogScope scope) {
    this.scope = scope;
    this.hoisted = scope.hoistedSettings().stream().map(Pattern::compile).toList();
  }

  Map<Name, List<Routine>> read(Transaction tx) {
    var schemas = scope.schemas().toArray(String[]::new);
    return tx.query(
        Statement.of(ROUTINES, schemas, schemas),
        rows -> {
          var found = new HashMap<Name, List<Routine>>();
          while (rows.next()) {
            var routine = routine(rows);
            found.computeIfAbsent(routine.name(), _ -> new ArrayList<>()).add(routine);
          }
          return found;
        });
  }

  private Routine routine(ResultSet rows) throws SQLException {
    var config = config(rows);
    var kept = new LinkedHashMap<String, String>();
    config.forEach(
        (key, value) -> {
          if (hoisted.stream().anyMatch(p -> p.matcher(key + "=" + value).find())) {
            kept.put(key, value);
          }
        });
    return new Routine(
        rows.getLong("id"),
        name(rows, "schema", "name"),
        rows.getString("comment"),
        parameters(rows),
        returns(rows),
        volatility(rows.getString("volatility")),
        config.get("default_transaction_isolation"),
        kept,
        results(rows));
  }

  private static Map<String, String> config(ResultSet rows) throws SQLException {
    var config = new LinkedHashMap<String, String>();
    for (var line : texts(rows, "config")) {
      var equals = line.indexOf('=');
      config.put(line.substring(0, equals), line.substring(equals + 1));
    }
    return config;
  }

  private static List<Parameter> parameters(ResultSet rows) throws SQLException {
    var names = texts(rows, "names");
    var types = texts(rows, "types");
    var loose = texts(rows, "loose_types");
    var places = ints(rows, "places");
    var variadic = (Boolean[]) rows.getArray("variadic").getArray();
    var required = rows.getInt("required");
    var parameters = new ArrayList<Parameter>();
    for (var i = 0; i < names.size(); i++) {
      parameters.add(
          new Parameter(
              names.get(i),
              types.get(i),
              loose.get(i),
              places.get(i) <= required ? Need.REQUIRED : Need.OPTIONAL,
              variadic[i] ? Passing.VARIADIC : Passing.SINGLE));
    }
    return List.copyOf(parameters);
  }

  private static Returns returns(ResultSet rows) throws SQLException {
    return new Returns(
        rows.getBoolean("returns_set") ? Rows.SET : Rows.ONE,
        rows.getBoolean("returns_composite") ? Shape.COMPOSITE : Shape.SCALAR,
        name(rows, "result_schema", "result_name"));
  }

  private static Volatility volatility(String letter) {
    return switch (letter) {
      case "i" -> Volatility.IMMUTABLE;
      case "s" -> Volatility.STABLE;
      default -> Volatility.VOLATILE;
    };
  }

  private static Map<String, TypeKind> results(ResultSet rows) throws SQLException {
    var names = texts(rows, "out_names");
    var bases = texts(rows, "out_bases");
    var results = new HashMap<String, TypeKind>();
    for (var i = 0; i < names.size(); i++) {
      results.put(names.get(i), TypeKind.of(bases.get(i)));
    }
    return Map.copyOf(results);
  }
}
