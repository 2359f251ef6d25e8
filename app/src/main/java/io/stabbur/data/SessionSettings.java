package io.stabbur.data;

import io.stabbur.data.catalog.Name;
import io.stabbur.data.plan.DataPlan;
import io.stabbur.data.request.DataRequest;
import io.stabbur.data.request.FlatJson;
import io.stabbur.data.request.Incoming;
import io.stabbur.identity.Caller;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.http.SharedOrigin;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/// What a transaction is told about its request: settings SQL can read, and those of the role and
/// the function.
final class SessionSettings {
  private final DataRules rules;

  SessionSettings(DataRules rules) {
    this.rules = rules;
  }

  Actor actor(Caller caller, DataPlan plan, DataRequest request, Incoming incoming) {
    var settings = new LinkedHashMap<String, String>();
    settings.put("search_path", searchPath(request.schema()));
    settings.put("request.method", incoming.method());
    settings.put("request.path", incoming.path());
    settings.put("request.headers", headers(incoming));
    settings.put("request.cookies", cookies(incoming));
    if (request.preferences().timezone() != null) {
      settings.put("timezone", request.preferences().timezone());
    }
    settings.putAll(plan.settings());
    settings.putAll(rules.appSettings());
    return caller.actor().with(settings);
  }

  private String searchPath(String schema) {
    var path = new StringBuilder(SqlText.quote(schema));
    rules.scope().extraSearchPath().forEach(s -> path.append(", ").append(SqlText.quote(s)));
    return path.toString();
  }

  private static String headers(Incoming incoming) {
    var headers = new LinkedHashMap<String, String>();
    for (var header : incoming.headers()) {
      if (!header.name().equals("cookie")) {
        headers.put(header.name(), header.value());
      }
    }
    return FlatJson.object(headers);
  }

  private static String cookies(Incoming incoming) {
    var header = incoming.first("cookie");
    if (header == null) {
      return "{}";
    }
    Map<String, String> cookies = new TreeMap<>();
    for (var part : SharedOrigin.foreign(header).split(";", -1)) {
      var equals = part.indexOf('=');
      if (equals > 0) {
        cookies.put(part.substring(0, equals).strip(), part.substring(equals + 1).strip());
      }
    }
    return FlatJson.object(cookies);
  }

  /// The call of a function without arguments.
  static Statement call(Name function) {
    var sql = new SqlText().add("select ");
    if (!function.schema().isEmpty()) {
      sql.name(function.schema()).add(".");
    }
    return sql.name(function.name()).add("()").statement();
  }
}
