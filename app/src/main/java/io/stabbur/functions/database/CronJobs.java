package io.stabbur.functions.database;

import io.stabbur.functions.database.CronRows.Run;
import io.stabbur.functions.settings.FunctionsSettings;
import io.stabbur.platform.db.PlainCommand;
import io.stabbur.platform.db.PlainCommand.Outcome;
import io.stabbur.platform.db.SharedListener;
import io.stabbur.platform.error.ApiException;
import io.stabbur.project.Notifications;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import io.stabbur.project.RoomChores;
import io.stabbur.project.life.Chore;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the jobs of `cron.job`. Every appliance that serves the project looks what is due; each
/// planned time goes to one of them, and a job never runs twice at a time. A planned time that
/// passed while nobody looked is made up for once, unless it is older than the settings say.
@Singleton
final class CronJobs implements RoomChores {
  private static final Logger LOG = LoggerFactory.getLogger(CronJobs.class);
  private static final String CHANNEL = "stabbur_cron";

  /// Often enough that no second is passed over.
  private static final Duration TICK = Duration.ofMillis(400);

  private static final Duration UPKEEP = Duration.ofHours(1);
  private static final Duration KEEP_RUNS = Duration.ofDays(7);

  /// As many as `pg_cron` runs at once.
  private static final int AT_ONCE = 32;

  private final FunctionsSettings settings;
  private final PerProject<Clock> clocks = new PerProject<>(Clock::new);

  CronJobs(FunctionsSettings settings) {
    this.settings = settings;
  }

  @Override
  public List<Chore> chores(Project project) {
    return project.settings().prepare()
        ? List.of(
            Chore.every(TICK, "cron", () -> clocks.of(project).tick(settings.cronCatchUp())),
            Chore.every(UPKEEP, "cron-runs", () -> clocks.of(project).tidy()).byOneAtATime())
        : List.of();
  }

  /// The clock of one project.
  private static final class Clock implements AutoCloseable {
    private final Project project;
    private final CronRows rows;
    private final Semaphore free = new Semaphore(AT_ONCE);
    private final SharedListener.@Nullable Ear listener;
    private final boolean isOurs;
    private volatile boolean isChanged = true;
    private volatile boolean hasJobs;

    Clock(Project project) {
      this.project = project;
      this.rows = new CronRows(project);
      this.isOurs = rows.isOurs();
      this.listener =
          isOurs ? Notifications.of(project).listen(CHANNEL, _ -> isChanged = true) : null;
    }

    /// Starts what is due. Without jobs the database is not asked.
    void tick(Duration catchUp) {
      if (isOurs && isChanged) {
        isChanged = false;
        hasJobs = rows.hasJobs();
      }
      if (hasJobs && free.availablePermits() > 0) {
        for (var run : rows.claim(catchUp)) {
          var _ = Thread.ofVirtual().name("cron job " + run.job()).start(() -> perform(run));
        }
      }
    }

    private void perform(Run run) {
      free.acquireUninterruptibly();
      try {
        rows.ended(run, outcome(run));
      } catch (RuntimeException e) {
        LOG.warn("The outcome of run {} of job {} is not written", run.id(), run.job(), e);
      } finally {
        free.release();
      }
    }

    private Outcome outcome(Run run) {
      try {
        return PlainCommand.run(
            project.admin().login(),
            run.role(),
            run.lock(),
            run.command(),
            pid -> rows.begun(run, pid));
      } catch (ApiException e) {
        return new Outcome(false, "connection failed: " + e.error());
      }
    }

    void tidy() {
      if (isOurs) {
        rows.tidy(KEEP_RUNS);
      }
    }

    @Override
    public void close() {
      if (listener != null) {
        listener.close();
      }
    }
  }
}
