package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.testing.TestServer;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Two processes on one database: they share the key file, and none starts with another.
class ReplicaKeysTest {
  private static final String FOLDER = TestServer.newFolder().toString();
  private static TestServer first = TestServer.shared();

  @BeforeAll
  static void one() {
    first = TestServer.start(Map.of("stabbur.data", FOLDER));
  }

  @AfterAll
  static void stop() {
    first.close();
  }

  @Test
  void aReplicaOpensAndSealsWithWhatAnotherRotatedTo() {
    try (var second = TestServer.start(onTheSameDatabase(FOLDER))) {
      var world = new World(first);
      var organization = world.organization("admin");
      var before = contact(world.service, organization, "Before the rotation");
      assertThat(name(Client.service(second), before)).isEqualTo("Before the rotation");

      assertThat(world.service.post("/admin/v1/personal-data/rotate", "").body())
          .contains("\"version\":2", "\"done\":true");

      assertThat(name(Client.service(second), before)).isEqualTo("Before the rotation");
      var after = contact(Client.service(second), organization, "After the rotation");
      assertThat(name(world.service, after)).isEqualTo("After the rotation");
      assertThat(
              new Owner(first)
                  .texts("select distinct split_part(full_name, '.', 2) from public.contacts"))
          .containsExactly("2");
    }
  }

  @Test
  void aDatabaseSealedWithOtherKeysIsRefused() {
    var other = TestServer.newFolder().toString();

    assertThatThrownBy(() -> TestServer.start(onTheSameDatabase(other)).close())
        .hasStackTraceContaining("is sealed with keys that are not in " + other);
  }

  private static Map<String, Object> onTheSameDatabase(String folder) {
    var keys = first.project().keys();
    var url = URI.create(first.project().api().login().url().substring("jdbc:".length()));
    var settings = new HashMap<String, Object>();
    settings.put("stabbur.data", folder);
    settings.put(
        "stabbur.projects.default.database-url",
        "postgresql://127.0.0.1:" + url.getPort() + "/postgres");
    settings.put("stabbur.projects.default.admin-password", keys.databasePassword().reveal());
    settings.put("stabbur.projects.default.api-password", keys.apiPassword().reveal());
    return settings;
  }

  private static String contact(Client client, String organization, String name) {
    return Client.text(
        client.made(
            "/rest/v1/contacts", Client.object("organization_id", organization, "full_name", name)),
        "id");
  }

  private static String name(Client client, String contact) {
    return Client.text(client.rows("/rest/v1/contacts?id=eq." + contact).getFirst(), "full_name");
  }
}
