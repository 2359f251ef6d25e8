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
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Settings a database keeps for its API: `alter role authenticator set pgrst.db_schemas = '...'`,
/// for all databases or for this one, and what a function sets before they are read.
final class DatabaseSettings {
  private static final String SETTINGS = SqlFile.of(DatabaseSettings.class, "settings");

  private final @Nullable Name before;

  DatabaseSettings(@Nullable String before) {
    this.before = before == null ? null : Name.parse(before);
  }

  Map<String, String> read(Database database) {
    return database.transaction(Actor.of(database.login().user()), Access.READ, this::read);
  }

  private Map<String, String> read(Transaction tx) {
    var found = new HashMap<String, String>();
    if (before != null) {
      var call = new SqlText().add("select ");
      if (!before.schema().isEmpty()) {
        call.name(before.schema()).add(".");
      }
      tx.list(call.name(before.name()).add("()").statement(), _ -> "called");
    }
    tx.list(
        Statement.of(SETTINGS), rows -> found.put(rows.getString("name"), rows.getString("value")));
    return found;
  }
}
