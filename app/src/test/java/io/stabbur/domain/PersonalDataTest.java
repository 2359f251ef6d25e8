package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.stabbur.organization.PersonalKeys;
import io.stabbur.organization.management.PersonalDataRotation;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Personal data: clear for whom the policies let in, ciphertext for everybody else who reads the
/// tables, the files or the log.
class PersonalDataTest {
  private static final String NAME = "Oddbjørg Tveitåsvik";
  private static final String PHONE = "+47 912 34 987";
  private static final String EMAIL = "Oddbjorg@Tveitasvik.example";
  private static final String NOTES = "Fikk diagnosen i april; vil helst møtes ute";
  private static final List<String> SECRETS =
      List.of(NAME, "Tveit", "91234987", "912 34 987", "tveitasvik", "Tveitasvik", "diagnosen");
  private static World world = new World(TestServer.shared());
  private static String organization = "";

  @BeforeAll
  static void oneOrganization() {
    world = new World(TestServer.shared());
    organization = world.organization("admin");
    world.member(organization, "mentor", "peer_mentor");
  }

  @Test
  void aNameWithTheCharacterNulIsRefusedAndShowsNoCiphertext() {
    var contact = Client.text(contact(world), "id");
    for (var query :
        List.of(
            "select=%22full_name%00%22",
            "select=id,%22full_name%00x%22",
            "select=id,x%00:full_name",
            "select=id&%22full_name%00%22=eq.x",
            "select=id&order=%22full_name%00%22")) {
      var answer = world.as("mentor").get("/rest/v1/contacts?id=eq." + contact + "&" + query);

      assertThat(answer.statusCode()).as(query).isEqualTo(400);
      assertThat(answer.body()).as(query).doesNotContain("pd1.");
    }
  }

  @Test
  void isClearThroughTheApiAndCiphertextInTheTable() {
    var contact = Client.text(contact(world), "id");

    var row = world.as("mentor").rows("/rest/v1/contacts?id=eq." + contact).getFirst();
    var admin = world.as("admin").rows("/rest/v1/contacts?id=eq." + contact).getFirst();
    var stored =
        new Owner(TestServer.shared())
            .text("select to_jsonb(c)::text from public.contacts c where id = ?::uuid", contact);

    assertThat(Client.text(row, "full_name")).isEqualTo(NAME);
    assertThat(Client.text(row, "notes")).isEqualTo(NOTES);
    assertThat(Client.text(admin, "phone")).isEqualTo(PHONE);
    assertThat(stored).contains("pd1.1.organisation:" + organization);
    assertThat(SECRETS).noneMatch(stored::contains);
  }

  @Test
  void isFoundByEqualEmailAndPhoneHoweverWritten() {
    var contact = Client.text(contact(world), "id");

    for (var filter :
        List.of(
            "email_hash=eq.oddbjorg@tveitasvik.example",
            "phone_hash=eq.004791234987",
            "phone_hash=eq.%2B47%20912%2034%20987")) {
      assertThat(world.as("mentor").rows("/rest/v1/contacts?select=id&" + filter))
          .extracting(row -> Client.text(row, "id"))
          .contains(contact);
    }
    assertThat(world.as("mentor").rows("/rest/v1/contacts?email_hash=eq.no@body.example"))
        .isEmpty();
    assertThat(
            world
                .service
                .in(organization)
                .rows("/rest/v1/contacts?email_hash=eq.oddbjorg@tveitasvik.example"))
        .isNotEmpty();
  }

  @Test
  void cannotBeComparedItself() {
    var answer = world.as("mentor").get("/rest/v1/contacts?full_name=eq.x");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("stored encrypted").contains("search column");
  }

  @Test
  void neitherPatternsNorOrdersCompareIt() {
    for (var query :
        List.of(
            "full_name=like.O*",
            "full_name=ilike.o*",
            "full_name=not.ilike.o*",
            "full_name=like(any).{O*,P*}",
            "full_name=match.^O",
            "full_name=imatch.^o",
            "full_name=neq.x",
            "full_name=in.(x,y)",
            "full_name=fts.x",
            "or=(full_name.ilike.o*,id.is.null)",
            "order=full_name",
            "order=id,full_name.desc.nullslast")) {
      var answer = world.as("mentor").get("/rest/v1/contacts?select=id&" + encoded(query));

      assertThat(answer.statusCode()).as(query + " → " + answer.body()).isEqualTo(400);
      assertThat(answer.body())
          .as(query)
          .contains("stored encrypted", "search column")
          .contains("\"code\":\"0A000\"");
    }
    var embedded =
        world
            .as("mentor")
            .get("/rest/v1/activities?select=id,contacts(id)&order=contacts(full_name)");
    assertThat(embedded.statusCode()).as(embedded.body()).isEqualTo(400);
    var change =
        world.as("mentor").patch("/rest/v1/contacts?full_name=like.*", "{\"notes\": \"x\"}");
    assertThat(change.statusCode()).as(change.body()).isEqualTo(400);
    assertThat(world.as("mentor").get("/rest/v1/contacts?full_name=is.null").statusCode())
        .isEqualTo(200);
    assertThat(world.as("mentor").get("/rest/v1/contacts?full_name=not.is.null").statusCode())
        .isEqualTo(200);
  }

  private static String encoded(String query) {
    return query.replace("{", "%7B").replace("}", "%7D").replace("^", "%5E");
  }

  @Test
  void cannotBeWrittenWithoutAKey() {
    var refusal =
        catchThrowableOfType(
            ApiException.class,
            () ->
                new Owner(TestServer.shared())
                    .run(
                        "insert into public.contacts (organization_id, full_name) values (?::uuid,"
                            + " 'x')",
                        organization));

    assertThat(refusal.error())
        .isInstanceOfSatisfying(
            Failure.Database.class,
            failure -> {
              assertThat(failure.sqlState()).isEqualTo("42501");
              assertThat(failure.message())
                  .startsWith("personal data cannot be written here")
                  .endsWith("organisation:" + organization);
            });
  }

  @Test
  void whatIsTakenAwayIsFoundNoMoreAlsoWithoutAKey() {
    var contact = Client.text(contact(world), "id");
    var owner = new Owner(TestServer.shared());

    owner.run("update public.contacts set email = null, phone = null where id = ?::uuid", contact);

    assertThat(
            owner.text(
                "select num_nulls(email_hash, phone_hash)::text from public.contacts where id ="
                    + " ?::uuid",
                contact))
        .isEqualTo("2");
  }

  @Test
  void aProfilesPhoneIsReadByItsOwnerAndStaff() {
    var mentor = world.as("mentor");
    assertThat(
            mentor
                .patch(
                    "/rest/v1/profiles?id=eq." + world.id("mentor"), Client.object("phone", PHONE))
                .statusCode())
        .isEqualTo(204);

    for (var reader : List.of("mentor", "admin")) {
      var row = world.as(reader).rows("/rest/v1/profiles?id=eq." + world.id("mentor")).getFirst();
      assertThat(Client.text(row, "phone")).isEqualTo(PHONE);
    }
  }

  @Test
  void isInNoTableNoStatisticsAndNoLog() throws IOException {
    try (var server = TestServer.start(Map.of())) {
      var own = new World(server);
      own.member(own.organization("admin"), "mentor", "peer_mentor");
      var owner = new Owner(server);
      asSuperuser(server, "alter system set log_statement = 'all'");
      asSuperuser(server, "alter system set log_min_duration_statement = 0");
      asSuperuser(server, "select pg_reload_conf()");
      var contact = Client.text(contact(own), "id");
      own.as("mentor").rows("/rest/v1/contacts?email_hash=eq." + EMAIL);
      var broken =
          own.as("mentor")
              .patch(
                  "/rest/v1/contacts?id=eq." + contact,
                  "{\"notes\": \"%s\", \"owner_id\": \"%s\"}".formatted(NOTES, NAME));
      assertThat(broken.statusCode()).isEqualTo(400);

      var everything = new ArrayList<String>();
      for (var table :
          owner.texts(
              """
              select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
              where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema')
                and n.nspname !~ '^pg_'\
              """)) {
        everything.addAll(owner.texts("select t::text from " + table + " t"));
      }
      everything.addAll(owner.texts("select query from extensions.pg_stat_statements"));
      everything.add(Files.readString(server.project().folder().resolve("postgres.log")));

      assertThat(everything.getLast()).contains("insert into").contains("stabbur");
      for (var secret : SECRETS) {
        assertThat(everything.stream().filter(text -> text.contains(secret))).as(secret).isEmpty();
      }
      var keys = PersonalKeys.of(server.project());
      for (var key : keys.forMaintenance().split("\"", -1)) {
        if (key.length() > 40) {
          assertThat(everything.stream().filter(text -> text.contains(key))).isEmpty();
        }
      }
    }
  }

  @Test
  @Tag("nightly")
  void rotationKilledHalfWayIsTakenUpAfterARestart() {
    var folder = TestServer.newFolder();
    String organizationId;
    List<String> names = new ArrayList<>();
    String contactsPath = "/rest/v1/contacts?order=id&limit=1000";
    try (var server = TestServer.start(Map.of("stabbur.data", folder.toString()))) {
      var own = new World(server);
      organizationId = own.organization("admin");
      own.member(organizationId, "mentor", "peer_mentor");
      for (int i = 0; i < 60; i++) {
        own.as("mentor")
            .made(
                "/rest/v1/contacts",
                Client.object("full_name", "Name " + i, "email", "name" + i + "@x.example"));
      }
      own.as("mentor").rows(contactsPath).forEach(row -> names.add(Client.text(row, "full_name")));
      var stopped =
          server.bean(PersonalDataRotation.class).run(server.project(), 10, rows -> rows < 30);
      assertThat(stopped.done()).isFalse();
      assertThat(versions(server)).containsExactly("30 of 1", "30 of 2");
      assertAllThere(own, names, contactsPath);
    }
    try (var server = TestServer.start(Map.of("stabbur.data", folder.toString()))) {
      var service = Client.service(server);
      assertThat(service.rows(contactsPath))
          .extracting(row -> Client.text(row, "full_name"))
          .isEqualTo(names);

      var resumed = Json.parse(service.post("/admin/v1/personal-data/rotate", "").body());

      assertThat(Client.text(resumed, "done")).isEqualTo("true");
      assertThat(Client.text(resumed, "version")).isEqualTo("2");
      assertThat(versions(server)).containsExactly("60 of 2");
      assertThat(service.rows(contactsPath))
          .extracting(row -> Client.text(row, "full_name"))
          .isEqualTo(names);
      assertThat(service.in(organizationId).rows("/rest/v1/contacts?email_hash=eq.name7@x.example"))
          .extracting(row -> Client.text(row, "full_name"))
          .containsExactly("Name 7");
      var keys = PersonalKeys.of(server.project());
      assertThat(keys.forService()).as("a slow request may have sealed with it").contains("\"1\"");
      service.post("/admin/v1/personal-data/rotate", "");
      assertThat(versions(server)).containsExactly("60 of 3");
      assertThat(keys.forService()).contains("\"2\"", "\"3\"").doesNotContain("\"1\"");
    }
  }

  private static void assertAllThere(World own, List<String> names, String path) {
    assertThat(own.as("mentor").rows(path))
        .extracting(row -> Client.text(row, "full_name"))
        .isEqualTo(names);
    assertThat(own.as("mentor").rows("/rest/v1/contacts?email_hash=eq.name7@x.example")).hasSize(1);
    assertThat(own.as("mentor").rows("/rest/v1/contacts?email_hash=eq.name55@x.example"))
        .hasSize(1);
  }

  /// How many names are sealed with which version.
  private static List<String> versions(TestServer server) {
    return new Owner(server)
        .texts(
            "select count(*) || ' of ' || split_part(full_name, '.', 2) from public.contacts group"
                + " by split_part(full_name, '.', 2) order by split_part(full_name, '.', 2)");
  }

  private static io.micronaut.json.tree.JsonNode contact(World world) {
    return world
        .as("mentor")
        .made(
            "/rest/v1/contacts",
            Client.object("full_name", NAME, "phone", PHONE, "email", EMAIL, "notes", NOTES));
  }

  private static void asSuperuser(TestServer server, String sql) {
    var login = server.project().admin().login();
    TestPostgres.execute(
        new Login(
            login.url(),
            "supabase_admin",
            server.project().keys().superuserPassword(),
            1,
            login.patience()),
        sql);
  }
}
