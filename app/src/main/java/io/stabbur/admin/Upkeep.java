package io.stabbur.admin;

import io.micronaut.context.annotation.Context;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does by the clock what the organisations' tables need: statistics, seals and months of the audit
/// log. Projects with another schema are left alone; of several replicas one does it.
@Context
final class Upkeep {
  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
  private static final Actor OWNER = Actor.of("postgres");
  private static final String FINDINGS = SqlFile.of(Upkeep.class, "findings");
  private static final Statement HAS_SCHEMA =
      Statement.of("select to_regclass('private.org_stats_months') is not null");
  private static final Statement REFRESH =
      Statement.of(
          """
          select public.refresh_org_stats()
          from (select pg_try_advisory_xact_lock(hashtextextended('stabbur.statistics', 0)) as mine) as turn
          where mine""");

  private final Projects projects;
  private final AuditChains chains;
  private final UpkeepSettings settings;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("upkeep").factory());

  Upkeep(Projects projects, AuditChains chains, UpkeepSettings settings) {
    this.projects = projects;
    this.chains = chains;
    this.settings = settings;
    every(settings.statisticsEvery(), this::refreshStatistics);
    every(settings.auditSealEvery(), chains::seal);
    every(Duration.ofDays(1), this::keepAudit);
  }

  /// What an operator should know of, one sentence each.
  List<String> findings(Project project) {
    var found =
        project
            .admin()
            .transaction(
                OWNER,
                Access.READ,
                tx -> tx.list(Statement.of(FINDINGS), rows -> String.valueOf(rows.getString(1))));
    return Stream.concat(found.stream(), project.logComplaint().stream()).toList();
  }

  /// Counts the statistics anew.
  void refreshStatistics(Project project) {
    project.admin().transaction(OWNER, Access.WRITE, tx -> tx.update(REFRESH));
  }

  /// Drops months of the audit log that are not to be kept; how many.
  int keepAudit(Project project) {
    int dropped = chains.keepMonths(project, settings.auditMonths());
    if (dropped > 0) {
      LOG.info("{} months of the audit log of {} were dropped", dropped, project.name());
    }
    return dropped;
  }

  @PreDestroy
  void close() {
    clock.shutdownNow();
  }

  private void every(Duration period, Consumer<Project> task) {
    long first = Math.min(period.toMillis(), Duration.ofMinutes(1).toMillis());
    var _ =
        clock.scheduleWithFixedDelay(
            () -> projects.all().forEach(project -> attempt(project, task)),
            first,
            period.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /// What fails now is tried again the next time.
  private static void attempt(Project project, Consumer<Project> task) {
    try {
      if (hasSchema(project)) {
        task.accept(project);
      }
    } catch (ApiException e) {
      LOG.warn("upkeep of project {} failed: {}", project.name(), e.error());
    }
  }

  private static boolean hasSchema(Project project) {
    return project
        .admin()
        .exchange(OWNER, Access.READ, HAS_SCHEMA, rows -> rows.next() && rows.getBoolean(1));
  }
}
