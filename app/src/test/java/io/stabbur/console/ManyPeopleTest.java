package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.TestServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Ten thousand people in one organization, three hundred organizations and a million entries of
/// what operators did: no page is slower or heavier for it.
@Tag("nightly")
class ManyPeopleTest {
  private static final int ROUNDS = 60;
  private static final int LARGEST = 150_000;
  private static final double SLOWEST_MILLIS = 200;
  private static final String ENTRIES =
      """
      insert into stabbur_control.operator_log (at, operator, action, status, project, subject)
      select now() - make_interval(secs => 1000000 - n), 'operator-' || n % 7 || '@example.org', 'POST /console/people/default/invite',
        200, 'default', 'p' || to_char(n % 10000, 'FM00000') || '@many.example'
      from generate_series(1, 1000000) n\
      """;

  @Test
  void pagesOfPeopleStayFastAndLight() {
    try (var server = TestServer.start(Map.of())) {
      var people = new ProjectPeople(server);
      var organization = people.organization("Det store", ProjectPeople.address("leder"));
      fill(people, organization);
      Tries.run(server, Statement.of(ENTRIES));
      var auditor = Browser.of(server, "auditor");
      var list = "/people/default";
      var deep = link(auditor, deepest(auditor, list), list);
      var inside = "/organizations/default/" + organization;
      for (var page :
          List.of(
              "",
              list,
              deep,
              list + "?q=p05",
              list + "?q=Person%209999",
              "/activity",
              "/activity?who=p04242",
              "/activity?who=operator-3",
              "/activity?who=nobody",
              "/organizations/default",
              inside,
              link(auditor, inside, inside))) {
        assertFast(auditor, page);
      }
    }
  }

  private static void fill(ProjectPeople people, String organization) {
    people.run(
        """
        insert into auth.users (id, aud, role, email, created_at, updated_at, email_confirmed_at)
        select gen_random_uuid(), 'authenticated', 'authenticated', 'p' || to_char(n, 'FM00000') || '@many.example', now(), now(), now()
        from generate_series(1, 10000) n\
        """);
    people.run(
        """
        insert into public.profiles (id, display_name)
        select id, 'Person ' || substr(email, 2, 5)::int from auth.users where email like 'p%@many.example'
        on conflict (id) do update set display_name = excluded.display_name\
        """);
    people.run(
        """
        insert into public.memberships (user_id, organization_id, role, status)
        select id, ?::uuid, 'peer_mentor', 'active' from auth.users where email like 'p%@many.example'\
        """,
        organization);
    people.run(
        """
        insert into public.organizations (slug, name)
        select 'lag-' || n, 'Lag ' || n from generate_series(1, 300) n\
        """);
  }

  private static String deepest(Browser browser, String list) {
    var page = list;
    for (int i = 0; i < 20; i++) {
      page = link(browser, page, list);
    }
    return page;
  }

  /// The next page after one.
  private static String link(Browser browser, String page, String list) {
    var found =
        Pattern.compile("href=\"/console(" + list + "\\?after=[^\"]+)\">Next")
            .matcher(browser.get(page).body());
    assertThat(found.find()).as(page).isTrue();
    return found.group(1).replace("&amp;", "&");
  }

  private static void assertFast(Browser browser, String page) {
    var millis = new ArrayList<Double>();
    for (int i = 0; i < ROUNDS; i++) {
      long begin = System.nanoTime();
      var answer = browser.get(page);
      millis.add((System.nanoTime() - begin) / 1e6);
      assertThat(answer.statusCode()).as(page).isEqualTo(200);
      assertThat(answer.body().getBytes(StandardCharsets.UTF_8).length)
          .as(page)
          .isLessThan(LARGEST);
    }
    millis.sort(Double::compare);
    double p95 = millis.get(ROUNDS * 95 / 100);
    System.out.printf("%s p50 %.0f ms p95 %.0f ms%n", page, millis.get(ROUNDS / 2), p95);
    assertThat(p95).as(page).isLessThan(SLOWEST_MILLIS);
  }
}
