package io.stabbur.console;

import io.stabbur.auth.key.ProjectKeys;
import io.stabbur.cli.demo.Demo;
import io.stabbur.console.page.PageChecks;
import io.stabbur.control.OperatorApi;
import io.stabbur.operations.backup.Backups;
import io.stabbur.operations.probe.ProbeDesk;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.ApiKey;
import io.stabbur.testing.Await;
import io.stabbur.testing.Chromium;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Makes pictures of every page of a full server, to be looked at: `Screenshots FOLDER [PAGE…]`.
final class Screenshots {
  private static final int DESK = 1280;
  private static final int PHONE = 390;
  private static final String ROWS =
      """
      insert into storage.buckets (id, name, public) values ('bilder', 'bilder', true), ('protokoller', 'protokoller', false);
      insert into storage.objects (bucket_id, name, metadata)
      select 'bilder', 'sommerleir/bilde-' || i || '.jpg', jsonb_build_object('size', 1000000 * i) from generate_series(1, 40) i;
      insert into storage.objects (bucket_id, name, metadata)
      select 'protokoller', '2026/styremøte-' || i || '.pdf', jsonb_build_object('size', 90000 + i) from generate_series(1, 11) i;
      insert into stabbur.requests (at, request_id, route, method, status, microseconds, role)
      select now() - interval '14 days' * random(), 'r' || i, '/rest/v1/contacts', 'GET',
        case when i % 97 = 0 then 503 when i % 31 = 0 then 403 else 200 end, 2000 + i, 'authenticated'
      from generate_series(1, 20000) i\
      """;

  private static final String FUNCTION =
      """
      insert into stabbur.functions (slug, name, verify_jwt, active_version, last_version)
      values ('nyhetsbrev', 'nyhetsbrev', true, 3, 3);
      insert into stabbur.function_versions (slug, version, entrypoint, files, sha256, deno_version, bundle_key, bundle_bytes, cache_key, cache_bytes)
      select 'nyhetsbrev', n, 'index.ts', '[]', repeat(n::text, 64), '2.5.0', 'none', 0, 'none', 0 from generate_series(1, 3) n;
      insert into stabbur.function_logs (at, function, version, level, message)
      select now() - make_interval(mins => n), 'nyhetsbrev', '3', case when n % 9 = 0 then 'error' else 'info' end,
        case when n % 9 = 0 then 'TypeError: Cannot read properties of undefined (reading ''email'')' else 'Sent ' || n || ' letters' end
      from generate_series(1, 60) n\
      """;

  private static final String DEVICES =
      """
      insert into auth.sessions (id, user_id, created_at, updated_at, aal, user_agent, ip)
      select gen_random_uuid(), p.id, now() - make_interval(days => d.days), now(), d.level::auth.aal_level, d.agent, d.ip::inet
      from (select ?::uuid as id) p, (values
        (1, 'aal2', 'Mozilla/5.0 (Android 15; Mobile; rv:142.0) Gecko/142.0 Firefox/142.0', '192.0.2.17'),
        (40, 'aal1', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36', '2001:db8::5')
      ) d (days, level, agent, ip)\
      """;

  private Screenshots() {}

  /// A server with backups and mail, on which alerts fire at once.
  static Map<String, Object> settings() {
    var settings = new HashMap<String, Object>();
    settings.put("stabbur.auth.mail.host", "127.0.0.1");
    settings.put("stabbur.auth.mail.port", "1");
    settings.put("stabbur.backup.to", TestServer.newFolder().toString());
    settings.put("stabbur.backup.prove-every", "0s");
    settings.put("stabbur.operations.metrics.every", "5s");
    settings.put("stabbur.operations.alerts.every", "5s");
    settings.put("stabbur.operations.advisor.every", "5s");
    settings.put("stabbur.operations.alerts.rules.advisor-error.lasting", "0s");
    return settings;
  }

  public static void main(String[] arguments) throws IOException {
    var folder = Files.createDirectories(Path.of(arguments[0]));
    var pages =
        arguments.length > 1 ? List.of(arguments).subList(1, arguments.length) : PageChecks.pages();
    try (var server = TestServer.start(settings());
        var chromium = Chromium.start()) {
      fill(server);
      var account = AccessibilityTest.signIn(chromium, server);
      var more = people(server);
      if (arguments.length == 1) {
        pages = with(pages, more);
        for (int width : new int[] {DESK, PHONE}) {
          acts(
              chromium,
              server,
              account,
              width,
              name -> write(folder.resolve(name + "-" + width + ".png"), chromium.picture()));
        }
      }
      for (var page : pages) {
        chromium.lighten();
        chromium.widen(DESK);
        picture(chromium, server, speaking(page, "en"), folder, "light");
        chromium.narrow(PHONE);
        picture(chromium, server, speaking(page, "nb"), folder, "phone");
        chromium.darken();
        write(chromium, page, folder, "phone-dark");
        chromium.widen(DESK);
        write(chromium, page, folder, "dark");
      }
    }
    System.exit(0);
  }

  private static String speaking(String page, String language) {
    return page + (page.contains("?") ? "&" : "?") + "language=" + language;
  }

  private static List<String> with(List<String> pages, List<String> more) {
    return Stream.concat(pages.stream(), more.stream()).toList();
  }

  /// Pages of an organization with people in it, of one of them, and of a table.
  static List<String> people(TestServer server) {
    var people = new ProjectPeople(server);
    var organization = people.organization("Likeperson Bergen", "leder@bergen.example");
    var person = people.member(organization, "kari.nordmann@bergen.example", "peer_mentor");
    people.run(
        "update public.profiles set display_name = 'Kari Nordmann' where id = ?::uuid", person);
    for (int i = 1; i < 12; i++) {
      var _ = people.member(organization, "medlem-" + i + "@bergen.example", "peer_mentor");
    }
    people.addFactor(person);
    people.run(DEVICES, person);
    store(people, person);
    var owner = Browser.of(server, "owner");
    deploy(people, owner);
    compare(server, owner, organization);
    return List.of(
        "/people/default/" + person,
        "/organizations/default/" + organization,
        "/organizations/default/" + organization + "/restore",
        "/organizations/default/" + organization + "/move",
        "/backups/default/copy",
        "/data-requests/default/" + person,
        "/expert/functions/nyhetsbrev",
        "/expert/users/" + person,
        "/expert/storage/bucket?bucket=referater&folder=2026%2F",
        "/expert/storage/file?bucket=referater&name=2026%2Freferat-3.pdf",
        "/expert/tables/public/profiles");
  }

  /// Files of somebody, in a folder of a bucket.
  private static void store(ProjectPeople people, String owner) {
    people.run("insert into storage.buckets (id, name) values ('referater', 'referater')");
    people.run(
        """
        insert into storage.objects (bucket_id, name, owner_id, version, metadata)
        select 'referater', f || i || '.pdf', ?, gen_random_uuid(),
          jsonb_build_object('size', 70000 + 900 * i, 'mimetype', 'application/pdf', 'cacheControl', 'max-age=3600')
        from generate_series(1, 12) i, unnest(array['2026/referat-', '2026/vedlegg/vedlegg-']) f\
        """,
        owner);
  }

  /// Writes down a function and its log as a deployment and the function do.
  private static void deploy(ProjectPeople people, Browser owner) {
    for (var each : FUNCTION.split(";\n", -1)) {
      people.run(each);
    }
    Await.until(
        "the function is known",
        Duration.ofSeconds(40),
        () -> owner.get("/expert/functions/nyhetsbrev").statusCode() == 200);
  }

  /// Compares an organization with the backup, so that its page has a result.
  private static void compare(TestServer server, Browser owner, String organization) {
    var backups = server.bean(Backups.class);
    if (!backups.isEnabled(server.project())) {
      return;
    }
    var backup = backups.make(server.project()).id();
    new ProjectPeople(server)
        .run(
            "insert into public.org_labels (organization_id, key, locale, label) values (?::uuid,"
                + " 'member', 'nb', 'frivillig')",
            organization);
    var page = "/organizations/default/" + organization + "/restore";
    owner.get(page);
    owner.post(page + "/try", Map.of("backup", backup, "members", "no"));
    Await.until(
        "it is compared",
        Duration.ofMinutes(2),
        () -> owner.get(page).body().contains("The backup was compared at"));
  }

  /// What is only shown after a form was sent: a plan, and a row.
  static void acts(
      Chromium chromium,
      TestServer server,
      OperatorApi.Account account,
      int width,
      Consumer<String> each) {
    var plan =
        "select o.name, count(*) from public.organizations o join public.memberships m"
            + " on m.organization_id = o.id group by o.name order by 1";
    widen(chromium, width);
    open(chromium, server, "/expert/statement");
    AccessibilityTest.fill(chromium, "sql", plan);
    AccessibilityTest.fill(chromium, "role", "service_role");
    Tries.forgetCodes(server, account.email());
    AccessibilityTest.fill(chromium, "code", account.code(0));
    chromium.press("button[value=plan]");
    await(chromium, "/console/expert/statement/default/run");
    each.accept("expert-plan");
    open(chromium, server, "/expert/tables/public/profiles");
    chromium.press("table.data button");
    await(chromium, "/console/expert/tables/default/public/profiles/row");
    each.accept("expert-row");
  }

  private static void widen(Chromium chromium, int width) {
    if (width < 400) {
      chromium.narrow(width);
    } else {
      chromium.widen(width);
    }
  }

  private static void await(Chromium chromium, String path) {
    Await.until(
        path, Duration.ofSeconds(20), () -> chromium.evaluate("location.pathname").equals(path));
  }

  private static void open(Chromium chromium, TestServer server, String page) {
    chromium.open(server.url() + "/console" + page);
    chromium.awaitAddress(server.url() + "/console" + page);
  }

  /// The demo, and what a server in use has beside it. Who can see what is tried before there is
  /// much to see, and a backup is proven before there are rows that name files that are nowhere.
  static void fill(TestServer server) {
    leak(server);
    probe(server);
    var _ = Demo.load(URI.create(server.url()), server.project().keys().serviceRoleKey().reveal());
    var backups = server.bean(Backups.class);
    var _ = backups.make(server.project());
    backups.prove(server.project());
    var admin = server.project().admin();
    for (var each : ROWS.split(";\n", -1)) {
      var _ =
          admin.transaction(
              Actor.of(each.contains("storage.") ? "postgres" : admin.login().user()),
              Access.WRITE,
              tx -> tx.update(Statement.of(each)));
    }
    var _ =
        server
            .bean(ProjectKeys.class)
            .create(server.project(), "kari@example.org", ApiKey.Kind.SECRET, "Nyhetsbrev");
    Http.get(server.url() + "/rest/v1/nothing");
    ManyPeopleTest.addProjects(server, 12);
  }

  /// Makes a table that everybody signed in reads.
  private static void leak(TestServer server) {
    var people = new ProjectPeople(server);
    people.run("create table public.notater (organization_id uuid, tekst text)");
    people.run("grant select on public.notater to authenticated");
  }

  private static void probe(TestServer server) {
    var desk = server.bean(ProbeDesk.class);
    desk.begin(server.project(), "kari@example.org");
    Await.until(
        "the trial ends",
        Duration.ofMinutes(4),
        () -> desk.of("default").filter(each -> each.result().isPresent()).isPresent());
  }

  private static void write(Path file, byte[] picture) {
    try {
      Files.write(file, picture);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void picture(
      Chromium chromium, TestServer server, String page, Path folder, String how) {
    open(chromium, server, page);
    write(chromium, page, folder, how);
  }

  private static void write(Chromium chromium, String page, Path folder, String how) {
    var name =
        page.replaceAll("\\?.*", "")
            .replaceAll("[0-9a-f-]{36}", "one")
            .replace('/', '-')
            .replaceFirst("^-", "");
    write(
        folder.resolve((name.isEmpty() ? "start" : name) + "-" + how + ".png"), chromium.picture());
  }
}
