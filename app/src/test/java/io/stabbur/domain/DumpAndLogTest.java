package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.organization.PersonalKeys;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// What stands in a dump, and in the log of a Postgres that writes down every statement with its
/// values, as any does unless told otherwise: nothing about the people.
class DumpAndLogTest {
  private static final String NAME = "Ingjerd Skarpsno-Vågåmo";
  private static final String PHONE = "+47 987 65 432";
  private static final String EMAIL = "ingjerd@skarpsno.example";
  private static final String NOTES = "Ønsker samtale om arbeidslivet";
  private static final String SUMMARY = "Vi gikk tur rundt Sognsvann";
  private static final List<String> SECRETS =
      List.of(
          NAME,
          "Skarpsno",
          "V\\u00e5g",
          "987 65 432",
          "98765432",
          "skarpsno",
          "arbeidslivet",
          "Sognsvann");

  @Test
  void holdNoNameNoNumberNoNoteAndNoKey() {
    try (var postgres =
            InstalledPostgres.start("log_statement = 'all'", "log_min_duration_statement = 0");
        var server = serving(postgres)) {
      var world = new World(server);
      var organization = world.organization("admin");
      world.member(organization, "mentor", "peer_mentor");
      var contact = write(world);
      read(world, contact);

      var dump = postgres.dump();
      var log = postgres.log();

      assertThat(dump).contains("pd1.1.organisation:" + organization).contains(contact);
      assertThat(log).contains("set_config").contains("insert into");
      assertThat(SECRETS).noneMatch(dump::contains).noneMatch(log::contains);
      assertThat(keys(server, organization))
          .isNotEmpty()
          .noneMatch(dump::contains)
          .noneMatch(log::contains);
    }
  }

  private static TestServer serving(InstalledPostgres postgres) {
    return TestServer.start(
        Map.of(
            "stabbur.projects.default.database-url",
            "postgresql://127.0.0.1:" + postgres.port() + "/postgres",
            "stabbur.projects.default.admin-password",
            postgres.superuser().password().reveal()));
  }

  private static String write(World world) {
    var mentor = world.as("mentor");
    var contact =
        Client.text(
            mentor.made(
                "/rest/v1/contacts",
                Client.object("full_name", NAME, "phone", PHONE, "email", EMAIL, "notes", NOTES)),
            "id");
    mentor.made("/rest/v1/activities", Client.object("contact_id", contact, "summary", SUMMARY));
    mentor.patch("/rest/v1/profiles?id=eq." + world.id("mentor"), Client.object("phone", PHONE));
    var mistaken =
        mentor.patch(
            "/rest/v1/contacts?id=eq." + contact,
            "{\"notes\": \"%s\", \"owner_id\": \"%s\"}".formatted(NOTES, NAME));
    assertThat(mistaken.statusCode()).isEqualTo(400);
    return contact;
  }

  private static void read(World world, String contact) {
    for (var reader : List.of(world.as("mentor"), world.as("admin"), world.service)) {
      var row = reader.rows("/rest/v1/contacts?id=eq." + contact).getFirst();
      assertThat(Client.text(row, "full_name")).isEqualTo(NAME);
    }
    assertThat(world.as("mentor").rows("/rest/v1/contacts?email_hash=eq." + EMAIL)).hasSize(1);
    var export = world.service.get("/admin/v1/people/" + contact);
    assertThat(export.body()).contains(NOTES);
  }

  /// Every key that was handed out, as it was written into the setting.
  private static List<String> keys(TestServer server, String organization) {
    var keys = PersonalKeys.of(server.project());
    var all = new ArrayList<String>();
    for (var handed : List.of(keys.forMember(UUID.fromString(organization)), keys.forService())) {
      for (var kind : List.of("keys", "roots")) {
        var given = Json.parse(handed).get(kind);
        if (given != null) {
          given.values().forEach(key -> all.add(key.getStringValue()));
        }
      }
    }
    return all;
  }
}
