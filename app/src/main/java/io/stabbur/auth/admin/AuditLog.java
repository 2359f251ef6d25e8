package io.stabbur.auth.admin;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.SqlText;
import jakarta.inject.Singleton;

/// What happened, newest first, as administrators read it.
@Singleton
final class AuditLog {
  /// One page of entries and how many there are in all.
  record Page(JsonNode entries, long total) {}

  /// `query` is `author:text`, `action:text` or `type:text`.
  Page page(AuthRequest authRequest, String query, Paging paging) {
    var where = condition(query);
    return authRequest.read(
        tx -> {
          long total =
              tx.query(
                  new SqlText()
                      .add("select count(*) from auth.audit_log_entries e")
                      .append(where)
                      .statement(),
                  rows -> rows.next() ? rows.getLong(1) : 0);
          var entries =
              tx.list(
                  new SqlText()
                      .add("select jsonb_build_object('id', e.id, 'payload', e.payload,")
                      .add(" 'created_at', e.created_at, 'ip_address', e.ip_address)::text")
                      .add(" from auth.audit_log_entries e")
                      .append(where)
                      .add(" order by e.created_at desc limit ")
                      .value(paging.perPage())
                      .add(" offset ")
                      .value((long) (paging.page() - 1) * paging.perPage())
                      .statement(),
                  rows -> Json.parse(rows.getString(1)));
          return new Page(JsonNode.createArrayNode(entries), total);
        });
  }

  private static SqlText condition(String query) {
    var sql = new SqlText();
    if (query.isEmpty()) {
      return sql;
    }
    int colon = query.indexOf(':');
    if (colon < 0) {
      throw AuthError.invalid("Invalid query scope");
    }
    var like = "%" + query.substring(colon + 1).strip().replaceAll("([\\\\%_])", "\\\\$1") + "%";
    switch (query.substring(0, colon).strip()) {
      case "author" -> sql.add(" where e.payload->>'actor_username' ilike ").value(like);
      case "action" -> sql.add(" where e.payload->>'action' ilike ").value(like);
      case "type" -> sql.add(" where e.payload->>'log_type' ilike ").value(like);
      default -> throw AuthError.invalid("Invalid query scope");
    }
    return sql;
  }
}
