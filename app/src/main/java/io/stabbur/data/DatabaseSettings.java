package io.stabbur.data;

import io.stabbur.data.catalog.Name;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Settings a database keeps for its API: `alter role authenticator set pgrst.db_schemas = '...'`,
/// for all databases or for this one, and what a function sets before they are read.
final class DatabaseSettings {
  private static final Logger LOG = LoggerFactory.getLogger(DatabaseSettings.class);
  private static final String SETTINGS = SqlFile.of(DatabaseSettings.class, "settings");

  private static final String[] KEYS = {
    "client_error_verbosity",
    "db_aggregates_enabled",
    "db_extra_search_path",
    "db_hoisted_tx_settings",
    "db_max_embed_depth",
    "db_max_embeds",
    "db_max_rows",
    "db_plan_enabled",
    "db_planned_counts",
    "db_pre_request",
    "db_root_spec",
    "db_schemas",
    "db_tx_end",
    "openapi_mode",
    "openapi_security_active",
    "openapi_server_proxy_uri",
    "server_timing_enabled",
    "server_trace_header",
    "url_use_legacy_target_names"
  };

  /// A connection still holds what was set for its role when it was opened.
  private static final String FORGET =
      "select set_config('pgrst.' || key, '', true) from unnest(?) as key";

  private final @Nullable Name before;

  DatabaseSettings(@Nullable String before) {
    this.before = before == null ? null : Name.parse(before);
  }

  Map<String, String> read(Database database) {
    return database.transaction(Actor.of(database.login().user()), Access.READ, this::read);
  }

  private Map<String, String> read(Transaction tx) {
    var found = new HashMap<String, String>();
    tx.list(Statement.of(FORGET, (Object) KEYS), _ -> "forgotten");
    if (before != null) {
      var call = new SqlText().add("select ");
      if (!before.schema().isEmpty()) {
        call.name(before.schema()).add(".");
      }
      tx.list(call.name(before.name()).add("()").statement(), _ -> "called");
    }
    tx.list(
        Statement.of(SETTINGS, (Object) KEYS),
        rows -> found.put(rows.getString("name"), rows.getString("value")));
    for (var name : new TreeSet<>(found.keySet())) {
      if (!List.of(KEYS).contains(name)) {
        LOG.warn("pgrst.{}, set for the role that logs in, has no effect here", name);
      }
    }
    return found;
  }
}
