package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.operations.backup.Backups;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.TestServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// An organization of a schema that has nothing in common with the shipped one is restored by the
/// same contract; rows that others refer to, and tables that are nobody's, are refused. Staff comes
/// back where that is asked for.
@Tag("nightly")
class SchoolRestoreTest {
  private static final String MORE =
      """
      -- two schools in one row: nobody's by a foreign key
      create table public.exchanges (
        id integer primary key, home uuid not null references public.schools, away uuid not null references public.schools);
      -- a pupil's marks, without a column of the school
      create table public.marks (
        pupil uuid references public.pupils, subject text, mark numeric(3, 1), primary key (pupil, subject));
      -- an outing of a class, which another school's class may join
      create table public.outings (
        id integer primary key, school uuid not null references public.schools, class_id uuid references public.classes on delete set null);
      -- a pupil's book, and its loans, which are nobody's
      create table public.books (
        id integer primary key, school uuid not null references public.schools, pupil uuid references public.pupils on delete cascade);
      create table public.loans (
        id integer primary key, book integer not null references public.books on delete cascade,
        home uuid not null references public.schools, away uuid not null references public.schools);
      """;

  @Test
  void aSchoolIsRestored() {
    var folder =
        TestServer.repository().resolve("app/src/test/resources/io/stabbur/domain/schools");
    try (var server =
        TestServer.start(
            Map.of(
                "stabbur.migrations",
                folder.toString(),
                "stabbur.backup.to",
                TestServer.newFolder().resolve("backups").toString(),
                "stabbur.backup.prove-every",
                "0s",
                "stabbur.backup.log-every",
                "1h"))) {
      new School(server).isRestored();
    }
  }

  private record School(TestServer server) {
    private Owner owner() {
      return new Owner(server);
    }

    private Client service() {
      return Client.service(server);
    }

    private String school(String name) {
      return Client.text(
          service()
              .made(
                  "/admin/v1/organizations",
                  Client.object(
                      "name",
                      name,
                      "slug",
                      name,
                      "admin_email",
                      name + "@schools.example.org",
                      "password",
                      Client.PASSWORD)),
          "id");
    }

    private Client principal(String school) {
      return Client.signIn(server, school + "@schools.example.org");
    }

    private String pupil(String school, String id, String name) {
      return Client.text(
          principal(school)
              .made(
                  "/rest/v1/pupils",
                  Client.object("school", id, "full_name", name, "guardian_phone", "+47")),
          "id");
    }

    private List<String> pupils(String school) {
      return principal(school).rows("/rest/v1/pupils?select=full_name&order=id").stream()
          .map(Json::write)
          .sorted()
          .toList();
    }

    void isRestored() {
      owner().run(MORE);
      var hill = school("hill");
      var valley = school("valley");
      for (var school : List.of(hill, valley)) {
        owner().run("insert into classes (school, name) values (?::uuid, '1a')", school);
        owner()
            .run(
                "update staff set class_id = c.id from classes c where c.school = staff.school and staff.school = ?::uuid",
                school);
      }
      var ada = pupil("hill", hill, "Ada");
      var _ = pupil("hill", hill, "Bo");
      var _ = pupil("valley", valley, "Cy");
      owner().run("insert into marks values (?::uuid, 'maths', 5.5)", ada);
      owner().run("insert into exchanges values (1, ?::uuid, ?::uuid)", hill, valley);
      owner().run("insert into books values (1, ?::uuid, ?::uuid)", hill, ada);
      owner().run("insert into loans values (1, 1, ?::uuid, ?::uuid)", hill, valley);
      // an id that another school has chosen, in a table that comes before that of schools
      owner().run("insert into classes values (?::uuid, ?::uuid, 'no school')", hill, valley);
      var backups = server.bean(Backups.class);
      var backup = backups.make(server.project()).id();
      var names = pupils("hill");

      // what a pupil who is removed would take along
      var since = pupil("hill", hill, "Since");
      owner().run("update books set pupil = ?::uuid", since);
      owner().run("delete from marks where pupil = ?::uuid", ada);
      owner().run("delete from pupils where id = ?::uuid", ada);
      owner().run("insert into classes (school, name) values (?::uuid, '2b')", hill);
      // the new class cannot be removed before its teacher has the old one again
      owner()
          .run(
              "update staff set class_id = c.id from classes c where c.name = '2b' and c.school = staff.school");
      var others =
          owner()
              .texts("select p.xmin::text || p::text from pupils p where school = ?::uuid", valley);
      var rest = "{\"backup\": \"%s\", \"apply\": true}".formatted(backup);
      var body = rest.replace("}", ", \"members\": true}");
      var path = "/admin/v1/backups/organizations/" + hill;

      owner()
          .run("insert into outings select 1, ?::uuid, id from classes where name = '2b'", valley);
      var refused = service().post(path, body);
      owner().run("delete from outings");
      var kept = service().post(path, rest);
      var done = service().post(path, body);

      assertThat(refused.statusCode()).isEqualTo(409);
      assertThat(refused.body())
          .contains(
              "1 rows of public.outings, which are not this organization's, refer to rows of public.classes");
      assertThat(kept.statusCode()).isEqualTo(409);
      assertThat(kept.body())
          .contains("1 rows of public.staff, which are left out, refer to rows of public.classes");
      assertThat(done.body()).contains("\"email\":\"hill@schools.example.org\"");
      assertThat(owner().text("select count(*) from loans")).isEqualTo("1");
      assertThat(owner().text("select pupil::text from books")).isEqualTo(ada);
      assertThat(owner().text("select name from classes where id = ?::uuid", hill))
          .isEqualTo("no school");
      assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
      assertThat(done.body())
          .contains("\"public.exchanges\":\"no one foreign key says whose its rows are\"");
      assertThat(pupils("hill")).isEqualTo(names);
      assertThat(owner().text("select mark::text from marks where pupil = ?::uuid", ada))
          .isEqualTo("5.5");
      assertThat(owner().texts("select name from classes where school = ?::uuid", hill))
          .containsExactly("1a");
      assertThat(
              owner()
                  .texts(
                      "select p.xmin::text || p::text from pupils p where school = ?::uuid",
                      valley))
          .isEqualTo(others);
      assertThat(
              owner()
                  .texts(
                      "select action from stabbur_organization.audit_entries where organization_id = ?::uuid and action = 'organization_restored'",
                      hill))
          .hasSize(1);

      isRefusedWhereATriggerKeepsValues(hill, path, rest);

      owner().run("alter table pupils add column nickname text");
      var changed = service().post(path, body);
      assertThat(changed.statusCode()).isEqualTo(409);
      assertThat(changed.body()).contains("public.pupils has other columns");
      assertThat(service().post("/admin/v1/backups/organizations/" + ada, body).statusCode())
          .isEqualTo(404);
    }

    private void isRefusedWhereATriggerKeepsValues(String hill, String path, String rest) {
      owner().run("update classes set name = '1b' where school = ?::uuid", hill);
      owner().run("delete from staff where school = ?::uuid", hill);
      owner()
          .run(
              """
              create function keep() returns trigger language plpgsql as 'begin return old; end';
              create trigger keep before update on classes for each row execute function keep();
              """);
      var refused = service().post(path, rest);
      owner().run("drop trigger keep on classes");
      var done = service().post(path, rest);

      assertThat(refused.statusCode()).isEqualTo(409);
      assertThat(refused.body())
          .contains("1 rows of public.classes were not changed in the columns name");
      assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
      assertThat(done.body()).contains("\"public.staff\":\"members were not asked for\"");
      assertThat(owner().text("select count(*) from staff where school = ?::uuid", hill))
          .as("whoever was dismissed stays so")
          .isEqualTo("0");
    }
  }
}
