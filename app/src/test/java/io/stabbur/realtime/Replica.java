package io.stabbur.realtime;

import io.stabbur.testing.TestServer;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/// A further Stabbur that serves the project of another: the same database and the same keys.
public final class Replica {
  private Replica() {}

  public static TestServer of(TestServer first, Map<String, Object> settings) {
    var all = new HashMap<>(settings(first));
    all.putAll(settings);
    return TestServer.start(all);
  }

  static Map<String, Object> settings(TestServer first) {
    var project = first.project();
    var keys = project.keys();
    var database = URI.create(project.api().login().url().substring("jdbc:".length()));
    var prefix = "stabbur.projects.default.";
    return Map.of(
        prefix + "database-url",
        "postgresql://127.0.0.1:" + database.getPort() + "/postgres",
        prefix + "admin-password",
        keys.databasePassword().reveal(),
        prefix + "master-key",
        keys.masterKey().reveal(),
        prefix + "api-password",
        keys.apiPassword().reveal(),
        prefix + "jwt-secret",
        keys.jwtSecret().reveal(),
        prefix + "anon-key",
        keys.anonKey().reveal(),
        prefix + "publishable-key",
        keys.publishableKey().reveal(),
        prefix + "secret-key",
        keys.secretKey().reveal());
  }
}
