package io.stabbur.console;

import io.stabbur.auth.key.ProjectKeys;
import io.stabbur.console.page.PageChecks;
import io.stabbur.control.OperatorApi;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Makes pictures of every page, to be looked at: `Screenshots FOLDER [PAGE…]`.
final class Screenshots {
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

  private Screenshots() {}

  public static void main(String[] arguments) throws IOException {
    var folder = Files.createDirectories(Path.of(arguments[0]));
    var pages =
        arguments.length > 1 ? List.of(arguments).subList(1, arguments.length) : PageChecks.pages();
    try (var server =
            TestServer.start(
                Map.of("stabbur.auth.mail.host", "127.0.0.1", "stabbur.auth.mail.port", "1"));
        var chromium = Chromium.start()) {
      fill(server);
      var account = AccessibilityTest.signIn(chromium, server);
      if (arguments.length == 1) {
        pages = with(pages, people(server));
        for (int width : new int[] {1280, 320}) {
          acts(
              chromium,
              server,
              account,
              width,
              name -> write(folder.resolve(name + "-" + width + ".png"), chromium.picture()));
        }
      }
      for (var page : pages) {
        chromium.widen(1280);
        picture(chromium, server, page, folder, "wide");
        chromium.narrow(320);
        picture(chromium, server, page, folder, "narrow");
      }
      chromium.darken();
      for (var page : pages) {
        chromium.widen(1280);
        picture(chromium, server, page + "?language=nb", folder, "dark");
      }
    }
    System.exit(0);
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
    return List.of(
        "/people/default/" + person,
        "/organizations/default/" + organization,
        "/organizations/default/" + organization + "/restore",
        "/data-requests/default/" + person,
        "/expert/tables/public/profiles");
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

  static void fill(TestServer server) {
    var admin = server.project().admin();
    for (var each : ROWS.split(";\n", -1)) {
      var _ =
          admin.transaction(
              Actor.of(each.contains("storage.") ? "postgres" : admin.login().user()),
              Access.WRITE,
              tx -> tx.update(Statement.of(each)));
    }
    var _ =
        admin.transaction(
            Actor.of("postgres"),
            Access.WRITE,
            tx ->
                tx.update(
                    Statement.of(
                        "create table public.notater (organization_id uuid, tekst text)")));
    var _ =
        admin.transaction(
            Actor.of("postgres"),
            Access.WRITE,
            tx -> tx.update(Statement.of("grant select on public.notater to authenticated")));
    server
        .bean(ProjectKeys.class)
        .create(server.project(), "kari@example.org", ApiKey.Kind.SECRET, "Nyhetsbrev");
    Http.get(server.url() + "/rest/v1/nothing");
    var desk = server.bean(ProbeDesk.class);
    desk.begin(server.project(), "kari@example.org");
    Await.until(
        "the trial ends",
        Duration.ofMinutes(2),
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
      Chromium chromium, TestServer server, String page, Path folder, String how)
      throws IOException {
    open(chromium, server, page);
    var name =
        page.replaceAll("\\?.*", "")
            .replaceAll("[0-9a-f-]{36}", "one")
            .replace('/', '-')
            .replaceFirst("^-", "");
    Files.write(
        folder.resolve((name.isEmpty() ? "start" : name) + "-" + how + ".png"), chromium.picture());
  }
}
