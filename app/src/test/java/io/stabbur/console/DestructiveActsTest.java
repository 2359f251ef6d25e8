package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.http.HttpMethod;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// By which forms something is lost, that each of those asks for a name, and that the moment before
/// is named.
class DestructiveActsTest {
  private static final TestServer SERVER = TestServer.shared();
  private static final ProjectPeople PEOPLE = new ProjectPeople(SERVER);

  /// What a form does, and which forms do.
  private enum Act {
    /// Is kept by the server itself, in no project.
    APPLIANCE(
        """
        /account/password /account/programs /account/programs/x/end /alerts/silences/x/end /alerts/x/x/silence
        /invitation /second-factor /second-factor/confirm /sign-in /sign-out
        /operators /operators/x/role /operators/x/reset-factor /operators/x/invite /operators/x/remove
        """),
    /// Changes nothing that people have.
    READS(
        """
        /backups/x/download /backups/x/rehearse /data-requests/x/x/export /expert/storage/x/download /expert/tables/x/x/x/row
        /mail/test /organizations/x/x/move/try /organizations/x/x/restore/try /visibility/x/try
        """),
    /// Adds something.
    ADDS(
        """
        /backups/x/copy/make /backups/x/make /keys/x/make /organizations/x /organizations/x/x/invite /people/x/invite /projects
        """),
    /// Changes a name or a word that stays on the page.
    EDITS(
        """
        /organizations/x/x/labels /organizations/x/x/rename
        """),
    /// Is taken back by another form.
    STATE(
        """
        /data-requests/x/x/withdraw /expert/functions/x/x/roll-back /expert/storage/x/public
        /organizations/x/x/hand-over /organizations/x/x/members/x/resume /organizations/x/x/members/x/role
        /organizations/x/x/members/x/suspend /organizations/x/x/move/withdraw
        /organizations/x/x/restore/withdraw /organizations/x/x/resume /organizations/x/x/suspend /people/x/x/resume /people/x/x/role /people/x/x/suspend
        /projects/x/resume /projects/x/suspend
        """),
    /// Ends a session, a factor or a key, and loses no data.
    ACCESS(
        """
        /expert/users/x/x/ban /expert/users/x/x/end-sessions /expert/users/x/x/factors/x/remove
        /expert/users/x/x/sessions/x/end /expert/users/x/x/unban /keys/x/programs/x/end /keys/x/x/replace
        /keys/x/x/revoke /people/x/x/end-sessions /people/x/x/reset-factor
        """),
    /// Asks for a name, and names the moment before.
    POINT(
        """
        /data-requests/x/x/erase /expert/statement/x/run /expert/storage/x/delete
        /expert/tables/x/x/x/change /files/x/keep /organizations/x/x/members/x/remove
        /organizations/x/x/move/apply /organizations/x/x/restore/apply /people/x/x/leave /projects/x/remove
        """);

    private final String forms;

    Act(String forms) {
      this.forms = forms;
    }

    Stream<String> forms() {
      return Arrays.stream(forms.strip().split("\\s+"));
    }
  }

  /// Their own tests look for the moment: [MovePageTest], [RestorePageTest], [ProjectPageTest].
  private static final List<String> ELSEWHERE =
      List.of(
          "/organizations/x/x/move/apply",
          "/organizations/x/x/restore/apply",
          "/projects/x/remove");

  @BeforeAll
  static void forgetTries() {
    Tries.forget(SERVER);
  }

  @Test
  void ofEveryFormItIsSaidWhetherSomethingIsLostByIt() {
    assertThat(Arrays.stream(Act.values()).flatMap(Act::forms))
        .containsExactlyInAnyOrderElementsOf(ConsoleRoutesTest.routes(HttpMethod.POST));
  }

  @Test
  void theMomentBeforeSomethingIsLostIsNamed() {
    var owner = Browser.of(SERVER, "owner");
    var tried = new TreeMap<String, Runnable>();
    var organization =
        PEOPLE.organization(ProjectPeople.fresh("Lag"), ProjectPeople.address("leder"));
    for (var form : List.of("/people/x/x/leave", "/organizations/x/x/members/x/remove")) {
      var person = PEOPLE.member(organization, ProjectPeople.address("member"), "peer_mentor");
      tried.put(form, () -> remove(owner, form, organization, person));
    }
    tried.put("/data-requests/x/x/erase", () -> erase(owner));
    tried.put("/files/x/keep", () -> keep(owner));
    tried.put("/expert/statement/x/run", () -> write(owner));
    tried.put("/expert/tables/x/x/x/change", () -> changeRow(owner));
    tried.put("/expert/storage/x/delete", () -> deleteFile(owner));
    assertThat(Stream.concat(tried.keySet().stream(), ELSEWHERE.stream()))
        .containsExactlyInAnyOrderElementsOf(Act.POINT.forms().toList());
    tried.forEach(
        (form, act) -> {
          long before = points();
          act.run();
          assertThat(points()).as(form).isEqualTo(before + 1);
        });
  }

  @Test
  void whatOnlyReadsNamesNoMoment() {
    var owner = Browser.of(SERVER, "owner");
    owner.get("/expert/statement");
    long before = points();
    var form = new HashMap<>(Map.of("role", "owner", "person", "", "sql", "select 1"));
    form.put("code", owner.code());
    assertThat(owner.post("/expert/statement/default/run", form).statusCode()).isEqualTo(200);
    form.put("write", "yes");
    form.put("confirm", "default");
    form.put("code", "000000");
    assertThat(owner.post("/expert/statement/default/run", form).statusCode()).isEqualTo(400);
    assertThat(points()).isEqualTo(before);
  }

  private static long points() {
    return Long.parseLong(
        PEOPLE.column("select count(*)::text from stabbur.recovery_points").getFirst());
  }

  private static void done(Browser owner, String form, Map<String, String> fields) {
    done(303, owner, form, fields);
  }

  /// Does it, after another name was refused and the moment before not named.
  private static void done(int status, Browser owner, String form, Map<String, String> fields) {
    long before = points();
    var other = new HashMap<>(fields);
    other.put("confirm", "something else");
    assertThat(owner.post(form, other).statusCode()).as(form).isEqualTo(400);
    assertThat(points()).as(form).isEqualTo(before);
    var answer = owner.post(form, fields);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
  }

  private static void remove(Browser owner, String form, String organization, String person) {
    var member =
        PEOPLE
            .column("select id::text from public.memberships where user_id = ?::uuid", person)
            .getFirst();
    owner.get("/people");
    if (form.startsWith("/people")) {
      var fields =
          Map.of("organization", organization, "member", member, "confirm", name(organization));
      done(owner, "/people/default/" + person + "/leave", fields);
    } else {
      var members = "/organizations/default/" + organization + "/members/";
      done(owner, members + member + "/remove", Map.of("confirm", address(person)));
    }
  }

  private static String name(String organization) {
    return PEOPLE
        .column("select name from public.organizations where id = ?::uuid", organization)
        .getFirst();
  }

  private static String address(String person) {
    return PEOPLE.column("select email from auth.users where id = ?::uuid", person).getFirst();
  }

  private static void erase(Browser owner) {
    var email = ProjectPeople.address("erased");
    var person = PEOPLE.account(email, "Erased");
    owner.get("/data-requests");
    var fields = Map.of("confirm", email, "code", owner.code());
    done(200, owner, "/data-requests/default/" + person + "/erase", fields);
  }

  private static String bucket() {
    var name = ProjectPeople.fresh("box");
    var body = "{\"id\":\"%1$s\",\"name\":\"%1$s\"}".formatted(name);
    var _ = PEOPLE.made("/storage/v1/bucket", body);
    return name;
  }

  private static void keep(Browser owner) {
    var bucket = bucket();
    owner.get("/files");
    done(
        owner,
        "/files/default/keep",
        Map.of("folder", bucket, "days", "30", "confirm", bucket, "code", owner.code()));
  }

  private static void write(Browser owner) {
    owner.get("/expert/statement");
    var form = new HashMap<>(Map.of("role", "owner", "write", "yes", "person", ""));
    form.put("confirm", "default");
    form.put("sql", "create table public.lost_soon (id int)");
    form.put("code", owner.code());
    done(200, owner, "/expert/statement/default/run", form);
    PEOPLE.run("drop table public.lost_soon");
  }

  private static void changeRow(Browser owner) {
    PEOPLE.run("create table public.changed_row (id int primary key, note text)");
    PEOPLE.run("grant select, update on public.changed_row to service_role");
    PEOPLE.run("insert into public.changed_row values (1, 'before')");
    var row = "/expert/tables/default/public/changed_row";
    var form = new HashMap<>(Map.of("as", "service_role", "person", "", "key-0", "1"));
    owner.get("/expert/tables/public/changed_row");
    var opened = owner.post(row + "/row", form).body();
    form.put("version", hidden(opened, "version"));
    form.put("columns", hidden(opened, "columns"));
    form.put("value-1", "after");
    form.put("confirm", "changed_row");
    form.put("code", owner.code());
    done(owner, row + "/change", form);
    PEOPLE.run("drop table public.changed_row");
  }

  private static String hidden(String body, String name) {
    var found = Pattern.compile("name=\"" + name + "\" value=\"([^\"]*)\"").matcher(body);
    assertThat(found.find()).as(name).isTrue();
    return found.group(1);
  }

  private static void deleteFile(Browser owner) {
    var bucket = bucket();
    var key = SERVER.project().keys().serviceRoleKey().reveal();
    var stored =
        Http.post(
            SERVER.url() + "/storage/v1/object/" + bucket + "/lost.txt",
            "text",
            "Authorization",
            "Bearer " + key,
            "apikey",
            key,
            "Content-Type",
            "text/plain");
    assertThat(stored.statusCode()).as(stored.body()).isEqualTo(200);
    owner.get("/expert/storage");
    var form = new HashMap<>(Map.of("as", "service_role", "person", "", "bucket", bucket));
    form.putAll(Map.of("name", "lost.txt", "confirm", "lost.txt", "code", owner.code()));
    done(owner, "/expert/storage/default/delete", form);
  }
}
