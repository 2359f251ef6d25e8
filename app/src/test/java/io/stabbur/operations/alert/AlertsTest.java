package io.stabbur.operations.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.sql.Statement;
import io.stabbur.realtime.Replica;
import io.stabbur.testing.Await;
import io.stabbur.testing.FrozenPostgres;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Alerts that fire and end for real, told by two replicas to a mail server and to an HTTP receiver
/// that refuses at first.
@Tag("nightly")
class AlertsTest {
  private static final Duration LIMIT = Duration.ofSeconds(40);
  private static final String TOKEN = "a long token";
  private static final Pattern SLOW =
      Pattern.compile("Statement -?\\d+ of project default takes 6\\d\\d ms");
  private static final AlertReceiver hook = new AlertReceiver(2);
  private static final GreenMail mails =
      new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

  /// Its database is that of both replicas.
  private static TestServer host;

  private static TestServer first;
  private static TestServer second;

  @BeforeAll
  static void start() {
    mails.start();
    var settings = new HashMap<String, Object>();
    settings.put("stabbur.operations.token", TOKEN);
    settings.put("stabbur.operations.metrics.every", "1s");
    settings.put("stabbur.operations.alerts.every", "1s");
    settings.put("stabbur.operations.advisor.every", "1s");
    settings.put("stabbur.operations.alerts.group-wait", "1s");
    settings.put("stabbur.auth.mail.host", "127.0.0.1");
    settings.put("stabbur.auth.mail.port", mails.getSmtp().getPort());
    settings.put("stabbur.auth.limits.token", 0);
    var to = "stabbur.operations.alerts.receivers.";
    settings.put(to + "hook.kind", "webhook");
    settings.put(to + "hook.url", hook.url() + "/alerts");
    settings.put(to + "hook.token", "shown");
    settings.put(to + "people.kind", "mail");
    settings.put(to + "people.to", List.of("oncall@example.org"));
    for (var quick :
        List.of(
            "database-down",
            "advisor-error",
            "pool-exhausted",
            "invalid-index",
            "slot-inactive",
            "slow-statement")) {
      settings.put("stabbur.operations.alerts.rules." + quick + ".lasting", "0s");
    }
    settings.put("stabbur.operations.alerts.rules.idle-in-transaction.warning", 1);
    settings.put("stabbur.operations.alerts.rules.long-transaction.enabled", false);
    settings.put("stabbur.operations.alerts.rules.sign-in-attack.warning", 3);
    host = TestServer.start(Map.of("stabbur.operations.alerts.enabled", false));
    first = Replica.of(host, settings);
    second = Replica.of(host, settings);
  }

  @AfterAll
  static void stop() {
    second.close();
    first.close();
    host.close();
    mails.stop();
    hook.close();
  }

  private static void sql(String text) {
    var login = first.project().admin().login();
    try (var database =
        Database.open(
            new Login(login.url(), login.user(), login.password(), 1, login.patience()))) {
      database.transaction(
          Actor.of(login.user()), Access.WRITE, tx -> tx.update(Statement.of(text)));
    }
  }

  private static List<String> told(String alert, String... labels) {
    return hook.told(alert, labels);
  }

  private static void fires(String alert, String... labels) {
    Await.until(alert + " fires", LIMIT, () -> told(alert, labels).equals(List.of("firing")));
    assertThat(alerts()).contains("\"alertname\":\"" + alert + "\"");
  }

  private static void ends(String alert, String... labels) {
    Await.until(
        alert + " ends", LIMIT, () -> told(alert, labels).equals(List.of("firing", "resolved")));
  }

  private static String alerts() {
    return Http.get(first.url() + "/alerts", "Authorization", "Bearer " + TOKEN).body();
  }

  /// How many mails tell of an alert. Those of one moment come in one mail, whose subject names the
  /// worst: the body has a line for each.
  private static long mailsOf(String subject) {
    var line = subject.startsWith("Resolved") ? subject : subject.replace(": ", " ");
    return Arrays.stream(mails.getReceivedMessages())
        .filter(mail -> GreenMailUtil.getBody(mail).contains(line))
        .count();
  }

  @Test
  void anExposedTableIsToldOnceToEachByTwoReplicas() throws Exception {
    sql("create table public.open_notes (id int primary key)");
    try {
      fires("AdvisorError", "open_notes");
      Await.until("mail", LIMIT, () -> mailsOf("CRITICAL: AdvisorError") == 1);
      // both replicas judge on: nobody tells it again
      Thread.sleep(4000);
      assertThat(told("AdvisorError", "open_notes")).containsExactly("firing");
      assertThat(mailsOf("CRITICAL: AdvisorError")).isEqualTo(1);
      assertThat(hook.refused()).as("the receiver failed at first").isEqualTo(2);
      assertThat(hook.calls().getFirst().authorization()).isEqualTo("Bearer shown");
      sql("alter table public.open_notes enable row level security");
      ends("AdvisorError", "open_notes");
      Await.until("mail", LIMIT, () -> mailsOf("Resolved: AdvisorError") == 1);
    } finally {
      sql("drop table public.open_notes");
    }
    if (System.getProperty("show") != null) {
      for (var mail : mails.getReceivedMessages()) {
        System.err.println(GreenMailUtil.getWholeMessage(mail));
      }
      System.err.println(hook.calls().getFirst().body());
    }
  }

  @Test
  void aSlowStatement() {
    for (int i = 0; i < 5; i++) {
      sql("select pg_sleep(0.6)");
    }
    // what happened before the first sample counts for nothing
    Await.until(
        "fires",
        LIMIT,
        () -> {
          sql("select pg_sleep(0.6)");
          // beside what a busy machine makes slow
          return SLOW.matcher(alerts()).find();
        });
    Await.until("told", LIMIT, () -> told("SlowStatement").contains("firing"));
  }

  @Test
  void aTransactionLeftOpen() throws Exception {
    var login = first.project().admin().login();
    try (var connection =
        java.sql.DriverManager.getConnection(
            login.url(), login.user(), login.password().reveal())) {
      connection.setAutoCommit(false);
      // a database that another test froze has left transactions open, too
      Await.until("ended", LIMIT, () -> told("IdleInTransaction").size() % 2 == 0);
      int before = told("IdleInTransaction").size();
      connection.createStatement().execute("select 1");
      Await.until("fires", LIMIT, () -> told("IdleInTransaction").size() == before + 1);
    }
    Await.until("ends", LIMIT, () -> told("IdleInTransaction").getLast().equals("resolved"));
  }

  @Test
  void anAbandonedSlot() {
    sql("select pg_create_physical_replication_slot('forgotten', true)");
    fires("SlotInactive", "forgotten");
    sql("select pg_drop_replication_slot('forgotten')");
    ends("SlotInactive", "forgotten");
  }

  @Test
  void anInvalidIndex() throws Exception {
    sql(
        "create table public.doubles (n int); alter table public.doubles enable row level"
            + " security");
    sql("insert into public.doubles values (1), (1)");
    var login = first.project().admin().login();
    try (var connection =
        java.sql.DriverManager.getConnection(
            login.url(), login.user(), login.password().reveal())) {
      connection
          .createStatement()
          .execute("create unique index concurrently doubles_n on public.doubles (n)");
    } catch (java.sql.SQLException expected) {
      assertThat(expected.getSQLState()).isEqualTo("23505");
    }
    fires("InvalidIndex", "doubles_n");
    sql("drop table public.doubles");
    ends("InvalidIndex", "doubles_n");
  }

  @Test
  void aPoolThatIsHeldWhole() throws Exception {
    var pool = first.project().api();
    var actor = Actor.of(pool.login().user());
    var holders =
        java.util.stream.IntStream.range(0, pool.pool().limit() + 6)
            .mapToObj(
                _ ->
                    Thread.ofVirtual()
                        .start(
                            () -> {
                              try {
                                pool.exchange(
                                    actor,
                                    Access.READ,
                                    Statement.of("select pg_sleep(6)"),
                                    _ -> true);
                              } catch (RuntimeException _) {
                                // those that waited in vain
                              }
                            }))
            .toList();
    fires("PoolExhausted", "api");
    for (var holder : holders) {
      holder.join();
    }
    ends("PoolExhausted", "api");
  }

  @Test
  void guessedPasswords() {
    var key = first.project().keys().anonKey().reveal();
    Await.until(
        "fires",
        LIMIT,
        () -> {
          Http.post(
              first.url() + "/auth/v1/token?grant_type=password",
              "{\"email\":\"nobody@example.org\",\"password\":\"guess\"}",
              "apikey",
              key);
          return told("SignInAttack").contains("firing");
        });
    assertThat(alerts()).contains("sign-ins with a password failed in project default");
  }

  @Test
  void aDatabaseThatHangsIsToldFromMemoryAndItsEndFromTheDatabase() throws Exception {
    int before = told("DatabaseDown").size();
    try (var _ = FrozenPostgres.freeze(host.project())) {
      Await.until("fires", LIMIT, () -> told("DatabaseDown").contains("firing"));
      Await.until(
          "shown", LIMIT, () -> alerts().contains("The database of project default does not"));
    }
    assertThat(before).isZero();
    Await.until("ends", LIMIT, () -> told("DatabaseDown").contains("resolved"));
    assertThat(told("DatabaseDown").stream().filter("resolved"::equals)).hasSize(1);
  }

  @Test
  void whatIsSilencedIsShownAndToldToNobody() throws Exception {
    var body =
        """
        {"matchers": {"alertname": "AdvisorError", "relname": "quiet_notes"}, "reason": "a test",
         "endsAt": "%s"}\
        """
            .formatted(Instant.now().plusSeconds(600));
    String[] operator = {"Authorization", "Bearer " + TOKEN};
    var made = Http.post(first.url() + "/alerts/silences", body, operator);
    assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
    sql("create table public.quiet_notes (id int primary key)");
    try {
      Await.until("shown", LIMIT, () -> alerts().contains("quiet_notes"));
      Thread.sleep(3000);
      assertThat(told("AdvisorError", "quiet_notes")).isEmpty();
      assertThat(alerts()).contains("\"silencedBy\":[\"");

      var id = made.body().replaceFirst(".*\"id\":\"([^\"]*)\".*", "$1");
      Http.send("DELETE", first.url() + "/alerts/silences/" + id, null, operator);
      fires("AdvisorError", "quiet_notes");
    } finally {
      sql("drop table public.quiet_notes");
    }
  }
}
