package io.stabbur.operations.metric;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Asks the database of one project what there is to measure, on a connection of its own that no
/// request waits for, and keeps the answers until the next time. Each question is bounded and fails
/// alone.
final class PostgresSampler implements AutoCloseable {
  /// A question that the database refused (a hosted one gives fewer rights) is asked again so much
  /// later: each refusal is a line in its log.
  private static final Duration REFUSED_FOR = Duration.ofMinutes(10);

  private static final Statement VERSION =
      Statement.of("select current_setting('server_version_num')::int");

  private final Project project;
  private final MetricSettings settings;
  private final Database database;
  private final Actor actor;
  private final Map<PostgresQuery, Long> refused = new HashMap<>();
  private volatile Samples last = Samples.NONE;
  private volatile boolean reachable = true;
  private volatile boolean asked;

  PostgresSampler(Project project, MetricSettings settings) {
    this.project = project;
    this.settings = settings;
    var login = project.admin().login();
    // a server that hangs keeps no promise about statements: the socket has a limit as well
    var limits =
        "connectTimeout=5&loginTimeout=5&socketTimeout=" + (settings.timeout().toSeconds() + 2);
    var url = login.url() + (login.url().contains("?") ? '&' : '?') + limits;
    this.database =
        Database.open(new Login(url, login.user(), login.password(), 1, settings.timeout()));
    this.actor =
        Actor.of(login.user())
            .with("statement_timeout", settings.timeout().toMillis() + "ms")
            .with("lock_timeout", "1s")
            .withoutJit();
  }

  /// The samples of one moment.
  private record Samples(List<Sample> all, long at) {
    static final Samples NONE = new Samples(List.of(), System.nanoTime());
  }

  /// Whether the database answers: known within two seconds, whatever else hangs.
  void probe() {
    reachable = project.api().reachable();
    asked = true;
  }

  void sample() {
    int version = database.exchange(actor, Access.READ, VERSION, PostgresSampler::number);
    var samples = new ArrayList<Sample>();
    for (var query : PostgresQuery.ALL) {
      if (query.worksOn(version)) {
        boolean answered = isWorthAsking(query) && ask(query, samples);
        samples.add(sample("pg_scrape_collector_success", query.prefix(), answered ? 1 : 0));
      }
    }
    samples.addAll(Disk.samples(project));
    samples.addAll(KeyEnds.samples(project));
    last = new Samples(List.copyOf(samples), System.nanoTime());
  }

  private boolean isWorthAsking(PostgresQuery query) {
    var at = refused.get(query);
    return at == null || System.nanoTime() - at > REFUSED_FOR.toNanos();
  }

  private boolean ask(PostgresQuery query, List<Sample> samples) {
    try {
      long before = System.currentTimeMillis();
      var answer =
          database.exchange(actor, Access.READ, query.statement(settings.tables()), query::read);
      samples.addAll(answer);
      if (query.prefix().equals("stabbur_database_clock") && !answer.isEmpty()) {
        double ours = (before + System.currentTimeMillis()) / 2000.0;
        samples.add(
            new Sample(
                "stabbur_database_clock_skew_seconds",
                new LinkedHashMap<>(),
                answer.getFirst().value() - ours));
      }
      refused.remove(query);
      return true;
    } catch (ApiException e) {
      if (e.error() instanceof Failure.Unavailable) {
        throw e;
      }
      refused.put(query, System.nanoTime());
      return false;
    }
  }

  /// What was measured last, without what is too old to be true.
  List<Sample> samples() {
    var known = last;
    var samples = new ArrayList<Sample>();
    if (System.nanoTime() - known.at < settings.lifetime().toNanos()) {
      samples.addAll(known.all);
    }
    if (asked) {
      samples.add(new Sample("pg_up", new LinkedHashMap<>(), reachable ? 1 : 0));
    }
    return samples;
  }

  private static Sample sample(String name, String collector, double value) {
    return new Sample(name, new LinkedHashMap<>(Map.of("collector", collector)), value);
  }

  private static int number(java.sql.ResultSet rows) throws java.sql.SQLException {
    return rows.next() ? rows.getInt(1) : 0;
  }

  @Override
  public void close() {
    database.close();
  }
}
