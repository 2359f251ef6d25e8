package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.console.page.PageChecks;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.KeyFolder;
import io.stabbur.testing.TestServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Three hundred projects, ten thousand people in one organization, three hundred organizations, a
/// hundred thousand files and a million entries of what operators did: no page is slower or heavier
/// for it. All projects but one are asleep.
@Tag("nightly")
class ManyPeopleTest {
  private static final int ROUNDS = Integer.getInteger("rounds", 60);
  private static final int WARM = 5;
  private static final int LARGEST = 150_000;
  private static final double SLOWEST_MILLIS = 200;
  private static final String ENTRIES =
      """
      insert into stabbur_control.operator_log (at, operator, action, status, project, subject)
      select now() - make_interval(secs => 1000000 - n), 'operator-' || n % 7 || '@example.org', 'POST /console/people/default/invite',
        200, 'default', 'p' || to_char(n % 10000, 'FM00000') || '@many.example'
      from generate_series(1, 1000000) n\
      """;
  private static final String PROJECTS =
      """
      insert into stabbur_control.projects (name, ref, settings, files, suspended, stays_open, created_at, changed_at)
      select 'lag-' || n, translate(to_char(n, 'FM00000000000000000000'), '0123456789', 'abcdefghij'),
        '{"hosts":"lag-' || n || '.many.example"}', ?, n % 10 = 0, false, now(), now()
      from generate_series(1, ?) n\
      """;

  @Test
  void noPageIsSlowOrHeavy() {
    try (var server = TestServer.start(Map.of())) {
      var people = new ProjectPeople(server);
      var organization = people.organization("Det store", ProjectPeople.address("leder"));
      fill(people, organization);
      Tries.forget(server);
      Tries.run(server, Statement.of(ENTRIES));
      addProjects(server, 299);
      var owner = Browser.of(server, "owner");
      var css = owner.get("/console.css").body().length();
      var verdict = new SoftAssertions();
      for (var page : addresses(owner, people, "/organizations/default/" + organization)) {
        measure(verdict, owner, page, css);
      }
      verdict.assertAll();
    }
  }

  /// Every page, and those of lists that are long, far into them and searched.
  private static List<String> addresses(Browser owner, ProjectPeople people, String inside) {
    var list = "/people/default";
    var activity = "/activity";
    var person =
        people.column("select id from auth.users where email = 'p04242@many.example'").getFirst();
    var pages = new ArrayList<>(PageChecks.pages("owner"));
    pages.addAll(
        List.of(
            list,
            link(owner, deepest(owner, list), list),
            list + "?q=p05",
            list + "?q=Person%209999",
            list + "/" + person,
            link(owner, deepest(owner, activity), activity),
            "/activity?who=p04242",
            "/activity?who=operator-3",
            "/activity?who=nobody",
            "/organizations/default",
            inside,
            link(owner, inside, inside),
            "/data-requests/default/" + person,
            "/projects?after=lag-150",
            "/projects?q=lag-29",
            "/backups?q=default",
            "/expert/tables/public/profiles",
            "/expert/tables/public/memberships?page=100",
            "/expert/tables/public/memberships?column=role&test=contains&value=mentor&page=100",
            "/expert/storage?q=mappe-9",
            "/expert/storage/bucket?bucket=mappe-7",
            "/expert/storage/bucket?bucket=mappe-7&after=bilde-50006.jpg",
            "/expert/storage/file?bucket=mappe-7&name=bilde-50006.jpg",
            "/expert/users?q=p05",
            "/expert/users?after=" + person,
            "/expert/users/" + person));
    return pages;
  }

  /// Adds projects that are asleep, and each tenth of them suspended.
  static void addProjects(TestServer server, int most) {
    Tries.run(server, Statement.of(PROJECTS, files(), most));
  }

  private static String files() {
    var files = new LinkedHashMap<String, JsonNode>();
    KeyFolder.generate(List.of("lag"))
        .forEach(
            (name, text) ->
                files.put(name.substring("lag.".length()), JsonNode.createStringNode(text)));
    return Json.write(JsonNode.createObjectNode(files));
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
    people.run(
        "insert into storage.buckets (id, name) select 'mappe-' || n, 'mappe-' || n from generate_series(1, 100) n");
    people.run(
        """
        insert into storage.objects (bucket_id, name, metadata)
        select 'mappe-' || n % 100 + 1, 'bilde-' || n || '.jpg', jsonb_build_object('size', n, 'mimetype', 'image/jpeg')
        from generate_series(1, 100000) n\
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
        Pattern.compile("href=\"/console(" + list + "\\?(?:after|before)=[^\"]+)\">Next")
            .matcher(browser.get(page).body());
    assertThat(found.find()).as(page).isTrue();
    return found.group(1).replace("&amp;", "&");
  }

  private static void measure(SoftAssertions verdict, Browser browser, String page, int css) {
    var millis = new ArrayList<Double>();
    int bytes = 0;
    for (int i = 0; i < WARM + ROUNDS; i++) {
      long begin = System.nanoTime();
      var answer = browser.get(page);
      if (i >= WARM) {
        millis.add((System.nanoTime() - begin) / 1e6);
      }
      assertThat(answer.statusCode()).as(page).isEqualTo(200);
      bytes = answer.body().getBytes(StandardCharsets.UTF_8).length + css;
    }
    millis.sort(Double::compare);
    double p95 = millis.get(ROUNDS * 95 / 100);
    System.out.printf(
        "%-60s p50 %4.0f ms p95 %4.0f ms %4d kB%n",
        page, millis.get(ROUNDS / 2), p95, bytes / 1000);
    verdict.assertThat(p95).as(page).isLessThan(SLOWEST_MILLIS);
    verdict.assertThat(bytes).as(page).isLessThan(LARGEST);
  }
}
