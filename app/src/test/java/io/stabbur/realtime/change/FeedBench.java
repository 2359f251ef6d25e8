package io.stabbur.realtime.change;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.identity.Caller;
import io.stabbur.identity.Claims;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import io.stabbur.testing.TestServer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The change feed of a running server, driven without sockets: subscribers that record, and tables
/// in a schema of one's own that is dropped at the end.
public final class FeedBench implements AutoCloseable {
  private static final int PATIENCE = 40;

  private final TestServer server;
  private final String schema;
  private final List<ChangeFeed.Subscription> subscriptions = new ArrayList<>();

  public FeedBench(TestServer server) {
    this.server = server;
    this.schema = "rt_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    sql("create schema " + schema);
    sql("grant usage on schema " + schema + " to anon, authenticated, service_role");
    sql("set local search_path = " + schema);
  }

  public Project project() {
    return server.project();
  }

  public String schema() {
    return schema;
  }

  public Feeds feeds() {
    return server.bean(Feeds.class);
  }

  /// Runs statements as the project's owner in one transaction, the schema first in its path.
  public void sql(String... statements) {
    project()
        .admin()
        .transaction(
            Actor.of("postgres").with("search_path", schema + ", public, extensions"),
            Access.WRITE,
            tx -> {
              for (var statement : statements) {
                tx.update(Statement.of(statement));
              }
              return true;
            });
  }

  /// A table that is published and that everybody may read.
  public void table(String name, String columns) {
    sql(
        "create table %s (%s)".formatted(name, columns),
        "grant select on %s to anon, authenticated, service_role".formatted(name),
        "alter publication supabase_realtime add table %s.%s".formatted(schema, name));
  }

  /// The same with row-level security, and a policy that lets authenticated callers read.
  public void guarded(String name, String columns, String using) {
    table(name, columns);
    sql(
        "alter table %s enable row level security".formatted(name),
        "create policy read on %s for select to authenticated using (%s)".formatted(name, using));
  }

  /// Postgres' number of a table.
  long oid(String table) {
    return project()
        .admin()
        .exchange(
            Actor.of("postgres"),
            Access.READ,
            Statement.of(
                "select c.oid::int8 from pg_class c"
                    + " where c.relname = ? and c.relnamespace = ?::regnamespace",
                table,
                schema),
            rows -> {
              rows.next();
              return rows.getLong(1);
            });
  }

  public Caller caller(String role, Map<String, String> claims) {
    var all = new LinkedHashMap<String, JsonNode>();
    all.put("role", JsonNode.createStringNode(role));
    claims.forEach((name, value) -> all.put(name, JsonNode.createStringNode(value)));
    return new Caller(project(), role, Claims.of(JsonNode.createObjectNode(all)), true);
  }

  public Caller user(String sub) {
    return caller("authenticated", Map.of("sub", sub));
  }

  public Binding binding(
      int id, String event, String table, @Nullable String filter, String... select) {
    return new Binding(id, event, schema, table, filter, List.of(select));
  }

  /// Subscribes and waits until the bindings are in force.
  public Recorder subscribe(Caller caller, Binding... bindings) {
    var recorder = new Recorder();
    subscription(caller, recorder, bindings);
    return recorder;
  }

  public ChangeFeed.Subscription subscription(Caller caller, ChangeSink sink, Binding... bindings) {
    try {
      var subscription =
          feeds()
              .of(project())
              .subscribe(caller, List.of(bindings), sink)
              .toCompletableFuture()
              .get(PATIENCE, TimeUnit.SECONDS);
      subscriptions.add(subscription);
      return subscription;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /// Everything that table `name` says, as `caller` gets it.
  public Recorder listen(Caller caller, String name) {
    return subscribe(caller, binding(1, "*", name, null));
  }

  /// Ends all subscriptions.
  void endAll() {
    subscriptions.forEach(ChangeFeed.Subscription::close);
    subscriptions.clear();
  }

  @Override
  public void close() {
    endAll();
    sql("set local client_min_messages = error", "drop schema " + schema + " cascade");
  }
}
