package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.organization.management.PersonalDataRotation;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.DataTemplate;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Two processes on one database: they share the key file, and none starts with another.
class ReplicaKeysTest {
  private static final String FOLDER = DataTemplate.MIGRATED.newCopy().toString();
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

      var rotated = rotate(world);
      assertThat(Client.text(rotated, "done")).isEqualTo("true");

      assertThat(name(Client.service(second), before)).isEqualTo("Before the rotation");
      var after = contact(Client.service(second), organization, "After the rotation");
      assertThat(name(world.service, after)).isEqualTo("After the rotation");
      assertThat(sealedWith(new Owner(first))).containsExactly(Client.text(rotated, "version"));
    }
  }

  @Test
  void nothingIsSealedBeforeEveryReplicaHasTheNewKey() {
    var owner = new Owner(first);
    owner.run(
        "insert into stabbur.personal_key_processes (process, version, seals_with) values"
            + " (gen_random_uuid(), 1, 1)");
    var world = new World(first);
    var organization = world.organization("patient");
    var contact = contact(world.service, organization, "While one lags behind");

    var waiting =
        first.bean(PersonalDataRotation.class).run(first.project(), 100, rows -> rows > 0);

    assertThat(waiting.done()).isFalse();
    assertThat(sealedWith(owner)).doesNotContain(Integer.toString(waiting.version()));
    owner.run(
        "update stabbur.personal_key_checks set created_at = created_at - interval '100 seconds'"
            + " where version = ?",
        waiting.version());
    owner.run("update stabbur.personal_key_processes set version = 1000 where version = 1");
    var late = first.bean(PersonalDataRotation.class).run(first.project(), 100, rows -> rows > 0);
    assertThat(late.done()).as("one hands it out and still seals with the one before").isFalse();
    owner.run("delete from stabbur.personal_key_processes where version = 1000");
    assertThat(Client.text(rotate(world), "version"))
        .isEqualTo(Integer.toString(waiting.version()));
    assertThat(sealedWith(owner)).containsExactly(Integer.toString(waiting.version()));
    assertThat(name(world.service, contact)).isEqualTo("While one lags behind");
  }

  @Test
  void theKeyFileFromBeforeARotationIsRefused() throws IOException {
    var older = TestServer.newFolder();
    Files.copy(Path.of(FOLDER, "keys.json"), older.resolve("keys.json"));
    var version = Client.text(rotate(new World(first)), "version");

    assertThatThrownBy(() -> TestServer.start(onTheSameDatabase(older.toString())).close())
        .hasStackTraceContaining("is sealed with keys that are not in " + older)
        .hasStackTraceContaining("(version " + version + ")");
  }

  @Test
  void noVersionIsMadeWhileTheDatabaseKnowsOneThatTheFileLacks() throws IOException {
    var owner = new Owner(first);
    var file = Path.of(FOLDER, "keys.json");
    var before = Files.readString(file);
    owner.run(
        "insert into stabbur.personal_key_checks (version, check_value) values (99, 'another')");
    try {
      var refused = new World(first).service.post("/admin/v1/personal-data/rotate", "");

      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(409);
      assertThat(refused.body()).contains("other_keys", "put that database's keys.json back");
      assertThat(file).content().isEqualTo(before);
    } finally {
      owner.run("delete from stabbur.personal_key_checks where version = 99");
    }
  }

  @Test
  void aDatabaseSealedWithOtherKeysIsRefused() {
    var other = TestServer.newFolder().toString();

    assertThatThrownBy(() -> TestServer.start(onTheSameDatabase(other)).close())
        .hasStackTraceContaining("is sealed with keys that are not in " + other);
  }

  private static JsonNode rotate(World world) {
    return Json.parse(world.service.post("/admin/v1/personal-data/rotate", "").body());
  }

  private static List<String> sealedWith(Owner owner) {
    return owner.texts("select distinct split_part(full_name, '.', 2) from public.contacts");
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
