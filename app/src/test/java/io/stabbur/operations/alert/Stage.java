package io.stabbur.operations.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.operations.metric.SampledNow;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import io.stabbur.project.embedded.EmbeddedPostgres;
import io.stabbur.testing.Await;
import io.stabbur.testing.FaultyProxy;
import io.stabbur.testing.Http;
import io.stabbur.testing.S3Store;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A server whose alerts are judged when a test says so, by a clock that the test moves on: what
/// the rules see has really happened, and only the waiting is short.
final class Stage implements AutoCloseable {
  private static final String TOKEN = "a long token";
  private static final Duration LIMIT = Duration.ofSeconds(40);
  private static final Duration SHORTEST_STEP = Duration.ofSeconds(15);
  private static final int STEPS = 4;

  private final GreenMail mails =
      new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
  private final S3Store store = new S3Store();
  private final FaultyProxy storeProxy;
  private final FaultyProxy mailProxy;
  private final AlertReceiver receiver = new AlertReceiver(0);
  private final AlertReceiver hook = new AlertReceiver(0);
  private final TestServer server;
  private final AlertEngine engine;
  private Duration ahead = Duration.ZERO;

  /// @param more settings beside those that all have, by the address of the hook's server
  Stage(Function<String, Map<String, Object>> more) {
    store.start();
    mails.start();
    try {
      storeProxy = new FaultyProxy(store.port());
      mailProxy = new FaultyProxy(mails.getSmtp().getPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var settings = new HashMap<String, Object>();
    settings.put("stabbur.operations.token", TOKEN);
    // judged and sampled by the test alone
    settings.put("stabbur.operations.alerts.enabled", false);
    settings.put("stabbur.operations.metrics.every", "1h");
    settings.put("stabbur.operations.advisor.every", "1s");
    settings.put("stabbur.operations.alerts.receivers.people.kind", "webhook");
    settings.put("stabbur.operations.alerts.receivers.people.url", receiver.url());
    settings.put("stabbur.auth.mail.host", "127.0.0.1");
    settings.put("stabbur.auth.mail.port", mailProxy.port());
    settings.put("stabbur.auth.mail.timeout", "1s");
    for (var limit : List.of("token", "otp", "verify")) {
      settings.put("stabbur.auth.limits." + limit, 0);
    }
    var s3 = store.settings(storeProxy.port());
    var project = "stabbur.projects.default.";
    settings.put(project + "connection-wait", "4s");
    settings.put(project + "store-bucket", s3.bucket());
    settings.put(project + "store-endpoint", String.valueOf(s3.endpoint()));
    settings.put(project + "store-access-key-id", s3.accessKeyId().reveal());
    settings.put(project + "store-secret-access-key", s3.secretAccessKey().reveal());
    settings.putAll(more.apply(hook.url()));
    server = TestServer.start(settings);
    engine = server.bean(AlertEngine.class);
    judge();
  }

  TestServer server() {
    return server;
  }

  FaultyProxy store() {
    return storeProxy;
  }

  FaultyProxy mail() {
    return mailProxy;
  }

  AlertReceiver receiver() {
    return receiver;
  }

  AlertReceiver hook() {
    return hook;
  }

  AlertEngine engine() {
    return engine;
  }

  Instant now() {
    return Instant.now().plus(ahead);
  }

  /// Samples the database and judges every rule; as in a chore, what fails is tried again later.
  void judge() {
    try {
      SampledNow.of(server);
      engine.judge(now());
    } catch (ApiException e) {
      if (!(e.error() instanceof Failure.Unavailable)) {
        throw e;
      }
    }
  }

  /// The same so much later.
  void pass(Duration time) {
    ahead = ahead.plus(time);
    judge();
  }

  /// Waits until an alert is firing in `GET /alerts`, while time passes by quarters of what its
  /// rule waits for.
  void fires(String rule, String... labels) {
    judge();
    var step = longer(lasting(rule).dividedBy(STEPS), SHORTEST_STEP);
    Await.until(rule + " fires", LIMIT, () -> isFiring(rule, labels) || passed(step));
  }

  /// Waits until it is no longer there and in the history with its end, while time passes by
  /// quarters of how far back its rule looks.
  void ends(String rule, String... labels) {
    judge();
    var step = longer(window(rule).dividedBy(STEPS), SHORTEST_STEP);
    Await.until(rule + " ends", LIMIT, () -> !isFiring(rule, labels) || passed(step));
    var newest =
        list("/alerts/history").stream()
            .filter(alert -> is(alert, rule, labels))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no history of " + rule));
    assertThat(text(newest, "status")).as(rule).isEqualTo("resolved");
    assertThat(Instant.parse(text(newest, "endsAt")))
        .as(rule)
        .isAfterOrEqualTo(Instant.parse(text(newest, "startsAt")));
  }

  private boolean passed(Duration step) {
    pass(step);
    return false;
  }

  boolean isFiring(String rule, String... labels) {
    return list("/alerts").stream()
        .anyMatch(alert -> is(alert, rule, labels) && text(alert, "status").equals("firing"));
  }

  /// What is firing at this moment, with its sentence.
  List<String> firing() {
    return list("/alerts").stream().map(Json::write).toList();
  }

  private static boolean is(JsonNode alert, String rule, String... labels) {
    var written = Json.write(Objects.requireNonNull(alert.get("labels")));
    return written.contains("\"alertname\":\"" + rule + "\"")
        && List.of(labels).stream().allMatch(written::contains);
  }

  private List<JsonNode> list(String path) {
    var answer = Http.get(server.url() + path, "Authorization", "Bearer " + TOKEN);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    var alerts = new java.util.ArrayList<JsonNode>();
    Objects.requireNonNull(Json.parse(answer.body()).get("alerts")).values().forEach(alerts::add);
    return alerts;
  }

  private static String text(JsonNode alert, String field) {
    return Objects.requireNonNull(alert.get(field)).coerceStringValue();
  }

  private Duration lasting(String rule) {
    return rules(rule).map(AlertRule::lasting).max(Duration::compareTo).orElseThrow();
  }

  private Duration window(String rule) {
    return rules(rule)
        .flatMap(each -> each.signal().windows().values().stream())
        .max(Duration::compareTo)
        .orElseThrow();
  }

  private java.util.stream.Stream<AlertRule> rules(String name) {
    return server.bean(AlertRules.class).all().stream().filter(rule -> rule.name().equals(name));
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  /// A connection of the superuser, each statement a transaction of its own.
  Connection connection() throws SQLException {
    var login = server.project().admin().login();
    return DriverManager.getConnection(
        login.url(),
        EmbeddedPostgres.SUPERUSER,
        server.project().keys().superuserPassword().reveal());
  }

  void sql(String... statements) {
    try (var connection = connection();
        var statement = connection.createStatement()) {
      for (var sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  /// The status of a call with the secret key.
  int call(String method, String path, @Nullable String body) {
    return Http.send(
            method,
            server.url() + path,
            body,
            "apikey",
            server.project().keys().secretKey().reveal(),
            "Content-Type",
            "application/json")
        .statusCode();
  }

  /// The status of a call to `/auth/v1` as an app makes it.
  int auth(String path, String body) {
    return Http.post(
            server.url() + "/auth/v1" + path,
            body,
            "apikey",
            server.project().keys().anonKey().reveal(),
            "Content-Type",
            "application/json")
        .statusCode();
  }

  /// Runs something so often, eight at a time.
  void often(int times, Runnable work) {
    var threads =
        IntStream.range(0, 8)
            .mapToObj(
                thread ->
                    Thread.ofVirtual()
                        .start(
                            () ->
                                IntStream.range(0, share(times, thread)).forEach(_ -> work.run())))
            .toList();
    try {
      for (var thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static int share(int times, int thread) {
    return times / 8 + (thread < times % 8 ? 1 : 0);
  }

  @Override
  public void close() {
    server.close();
    mails.stop();
    store.close();
    receiver.close();
    hook.close();
    try {
      storeProxy.close();
      mailProxy.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
