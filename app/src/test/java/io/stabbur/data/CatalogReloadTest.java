package io.stabbur.data;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.MeterRegistry;
import io.stabbur.platform.db.Login;
import io.stabbur.project.embedded.EmbeddedPostgres;
import io.stabbur.testing.Await;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// What `notify pgrst` brings while the settings in the database are wrong.
class CatalogReloadTest {
  private static final Logger LOGGER = (Logger) LoggerFactory.getLogger("io.stabbur");
  private static TestServer server;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeAll
  static void start() {
    server = TestServer.start(Map.of());
    execute(
        "create table public.many as select n from generate_series(1, 50) n; alter table"
            + " public.many enable row level security; create policy p on public.many using (true);"
            + " grant select on public.many to anon; notify pgrst, 'reload schema'");
    Await.until("the table is served", () -> status("many") == 200);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void listenToTheLog() {
    log.start();
    LOGGER.addAppender(log);
  }

  @AfterEach
  void reset() {
    LOGGER.detachAppender(log);
    execute("alter role authenticator reset all; notify pgrst, 'reload config'");
    Await.until("the limit is the usual one", () -> rows() == 50);
    Await.until("the metric is well", () -> invalid() == 0);
  }

  @Test
  void aWrongSettingInTheDatabaseIsLoggedAndThePreviousSettingsStayInForce() {
    set("pgrst.db_max_rows", "7");
    Await.until("the limit holds", () -> rows() == 7);

    for (var wrong :
        List.of(
            Map.entry("pgrst.db_max_rows", "many"),
            Map.entry("pgrst.openapi_server_proxy_uri", "not an address"),
            Map.entry("pgrst.db_tx_end", "perhaps"),
            Map.entry("pgrst.openapi_mode", "sometimes"),
            Map.entry("pgrst.client_error_verbosity", "chatty"))) {
      log.list.clear();
      set(wrong.getKey(), wrong.getValue());
      Await.until("a complaint about " + wrong, () -> complaints(wrong.getValue()) > 0);

      assertThat(rows()).as("%s", wrong).isEqualTo(7);
      assertThat(complaints(wrong.getValue())).as("%s", wrong).isEqualTo(1);
      Await.until("the metric tells", () -> invalid() == 1);
      execute("alter role authenticator reset " + wrong.getKey());
      set("pgrst.db_max_rows", "7");
    }
  }

  @Test
  void aNewTableIsServedAlthoughASettingIsWrongAndAfterItWasRepaired() {
    set("pgrst.db_max_rows", "many");
    Await.until("a complaint", () -> complaints("many") > 0);

    execute(
        "create table public.later (n int); grant select on public.later to anon;"
            + " notify pgrst, 'reload schema'");
    Await.until("the new table is served", () -> status("later") == 200);

    set("pgrst.db_max_rows", "9");
    Await.until("the repaired limit holds", () -> rows() == 9);
  }

  private long complaints(String value) {
    return List.copyOf(log.list).stream()
        .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
        .filter(event -> event.getFormattedMessage().contains(value))
        .count();
  }

  private static void set(String setting, String value) {
    execute(
        "alter role authenticator set %s = '%s'; notify pgrst, 'reload config'"
            .formatted(setting, value));
  }

  private static void execute(String sql) {
    var login = server.project().admin().login();
    var password = server.project().keys().superuserPassword();
    TestPostgres.execute(
        new Login(login.url(), EmbeddedPostgres.SUPERUSER, password, 1, login.patience()), sql);
  }

  private static int status(String table) {
    return Http.get(server.url() + "/rest/v1/" + table, "apikey", key()).statusCode();
  }

  private static int rows() {
    return Http.get(server.url() + "/rest/v1/many?select=n", "apikey", key())
            .body()
            .split("\\{", -1)
            .length
        - 1;
  }

  private static double invalid() {
    return server.bean(MeterRegistry.class).get("stabbur.rest.settings.invalid").gauge().value();
  }

  private static String key() {
    return server.project().keys().anonKey().reveal();
  }
}
