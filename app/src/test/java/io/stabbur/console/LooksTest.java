package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.micronaut.data.exceptions.DataAccessException;
import io.stabbur.console.look.LogLooks;
import io.stabbur.console.page.PageChecks;
import io.stabbur.control.operator.OperatorDesk;
import io.stabbur.control.operator.OperatorLogEntry;
import io.stabbur.control.operator.Role;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.testing.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Every page that shows somebody's personal data leaves one entry in the operators' journal.
class LooksTest {
  private static final TestServer SERVER = TestServer.shared();
  private static final ProjectPeople PEOPLE = new ProjectPeople(SERVER);

  /// The journal itself, which has whom an entry is about.
  private static final List<String> JOURNAL = List.of("/activity");

  private static List<OperatorLogEntry> entries(Browser reader) {
    return SERVER.bean(OperatorDesk.class).log(reader.email(), 100).stream()
        .filter(entry -> OperatorLogEntry.isLook(entry.action()))
        .toList();
  }

  @Test
  void everyPageThatShowsAnAddressOrANameIsWrittenDownOnce() {
    var mark = ProjectPeople.fresh("kjennemerke");
    var admin = ProjectPeople.address(mark);
    var organization = PEOPLE.organization("Lag " + mark, admin);
    var email = ProjectPeople.address(mark);
    var person = PEOPLE.member(organization, email, "peer_mentor");
    PEOPLE.run(
        "update auth.users set raw_user_meta_data = jsonb_build_object('full_name', ?::text) where"
            + " id = ?::uuid",
        "Navn " + mark,
        person);
    PEOPLE.run(
        "update public.profiles set display_name = ? where id = ?::uuid", "Navn " + mark, person);
    var row = "/expert/tables/public/profiles?column=id&test=is&value=" + person;
    var pages = new ArrayList<>(PageChecks.pages("owner"));
    pages.removeAll(JOURNAL);
    pages.addAll(
        List.of(
            "/people/default?q=" + mark,
            "/people/default/" + person,
            "/organizations/default/" + organization,
            "/organizations/default/" + organization + "/restore",
            "/organizations/default/" + organization + "/move",
            "/data-requests/default",
            "/data-requests/default/" + person,
            "/expert/users?q=" + mark,
            "/expert/users/" + person,
            row));
    var shown = new ArrayList<String>();
    var owner = Browser.of(SERVER, "owner");
    for (var page : pages) {
      int before = entries(owner).size();
      var body = owner.get(page).body();
      if (body.contains(email) || body.contains(admin) || body.contains("Navn " + mark)) {
        shown.add(page);
        assertThat(entries(owner)).as(page).hasSize(before + 1);
      }
    }
    assertThat(shown)
        .contains(
            "/people/default?q=" + mark,
            "/people/default/" + person,
            "/organizations/default/" + organization,
            "/data-requests/default/" + person,
            "/expert/users?q=" + mark,
            "/expert/users/" + person,
            row)
        .as("asks who it is, and shows nobody")
        .doesNotContain("/data-requests/default");
  }

  /// Names of channels and filters of changes are the clients' own words. The page is loaded anew
  /// with each change.
  @Test
  void theSocketsOfRealtimeAreWrittenDownOnceInAWhile() {
    var operator = Browser.of(SERVER, "operator");
    for (int i = 0; i < 2; i++) {
      assertThat(operator.get("/expert/realtime").statusCode()).isEqualTo(200);
    }
    assertThat(entries(operator))
        .extracting(OperatorLogEntry::action)
        .containsExactly("Realtime (read) in default");
    assertThat(Browser.of(SERVER, "auditor").get("/activity?who=" + operator.email()).body())
        .contains("Looked at the sockets and channels of Realtime in the project default");
  }

  @Test
  void linesAreNotShownWhereTheirEntryCannotBeWritten() {
    var looks = SERVER.bean(LogLooks.class);
    var reader = new SignedIn(null, "reader@example.org", Role.OPERATOR, null, false);
    var action = LogLooks.server("what no text of Postgres holds: \0");
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> looks.page(reader, action, () -> fail("looked")))
          .isInstanceOf(DataAccessException.class);
      assertThatThrownBy(() -> looks.follow(reader, action))
          .isInstanceOf(DataAccessException.class);
    }
  }

  @Test
  void theEntrySaysWhereAndHowMany() {
    var mark = ProjectPeople.fresh("antall");
    var organization = PEOPLE.organization("Lag " + mark, ProjectPeople.address(mark));
    var person = PEOPLE.member(organization, ProjectPeople.address(mark), "peer_mentor");
    var auditor = Browser.of(SERVER, "auditor");
    auditor.get("/people/default?q=" + mark);
    auditor.get("/organizations/default/" + organization);
    auditor.get("/data-requests/default/" + person);
    auditor.get("/people/default/00000000-0000-0000-0000-000000000000");
    assertThat(entries(auditor).reversed())
        .extracting(entry -> entry.action() + " | " + entry.subject() + " | " + entry.status())
        .containsExactly(
            "Accounts (read) in default\n" + mark + " | 2 | 200",
            "Accounts (read) in default / " + organization + " | Lag " + mark + ": 2 | 200",
            "Account (read) in default / " + person + " | null | 200");
    var refused = auditor.post("/people/default/invite", Map.of("email", "x@example.org"));
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(entries(auditor)).as("what is refused shows nothing").hasSize(3);
    var page = Browser.of(SERVER, "auditor").get("/activity?who=" + auditor.email()).body();
    assertThat(page)
        .contains("Looked at accounts of the project default:")
        .doesNotContain(mark + "<");
  }
}
