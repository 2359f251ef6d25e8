package io.stabbur.benchmark;

import io.stabbur.testing.TestServer;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/// A database with the shipped schema that several servers use at the same time, for servers that
/// differ in a setting: two databases differ in where their pages lie, by more than most settings
/// cost.
final class OneDatabase implements AutoCloseable {
  /// Runs the Postgres, and answers no request of the load.
  private final TestServer owner;

  private final String folder;

  private OneDatabase(TestServer owner, String folder) {
    this.owner = owner;
    this.folder = folder;
  }

  static OneDatabase start() {
    var folder = TestServer.newFolder().toString();
    return new OneDatabase(TestServer.measured(Map.of("stabbur.data", folder)), folder);
  }

  /// A server with these settings; its caller closes it.
  TestServer server(Map<String, Object> settings) {
    var keys = owner.project().keys();
    var all = new HashMap<>(settings);
    all.put("stabbur.data", folder);
    all.put(
        "stabbur.projects.default.database-url", "postgresql://127.0.0.1:" + port() + "/postgres");
    all.put("stabbur.projects.default.admin-password", keys.databasePassword().reveal());
    all.put("stabbur.projects.default.api-password", keys.apiPassword().reveal());
    return TestServer.measured(all);
  }

  /// The server that runs the Postgres, to prepare what the others read.
  TestServer owner() {
    return owner;
  }

  private int port() {
    var url = owner.project().admin().login().url();
    return URI.create(url.substring("jdbc:".length())).getPort();
  }

  @Override
  public void close() {
    owner.close();
  }
}
