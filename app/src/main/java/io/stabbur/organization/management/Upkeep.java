package io.stabbur.organization.management;

import io.stabbur.organization.OrganizationSchemas;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import io.stabbur.project.RoomChores;
import io.stabbur.project.life.Chore;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Periodic work on the organisations' tables: statistics, seals and retention of the audit log.
/// Projects with another schema are skipped; of several replicas one works at a time.
@Singleton
final class Upkeep implements RoomChores {
  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
  private static final Actor OWNER = Actor.of("postgres");

  /// Of several replicas one counts at a time.
  private static final Statement TURN =
      Statement.of("select pg_try_advisory_xact_lock(hashtextextended('stabbur.statistics', 0))");

  private final OrganizationSchemas schemas;
  private final AuditChains chains;
  private final UpkeepSettings settings;

  Upkeep(OrganizationSchemas schemas, AuditChains chains, UpkeepSettings settings) {
    this.schemas = schemas;
    this.chains = chains;
    this.settings = settings;
  }

  @Override
  public List<Chore> chores(Project project) {
    return List.of(
        chore(settings.statisticsEvery(), "statistics", project, this::refreshStatistics),
        chore(settings.auditSealEvery(), "audit-seals", project, chains::seal),
        chore(Duration.ofDays(1), "audit-retention", project, this::keepAudit));
  }

  private Chore chore(Duration period, String name, Project project, Consumer<Project> work) {
    return Chore.every(
            period,
            name,
            () -> {
              if (schemas.of(project).schema().isPresent()) {
                work.accept(project);
              }
            })
        .byOneAtATime();
  }

  /// Why keys of personal data are withheld, one sentence each.
  List<String> findings(Project project) {
    var organizations = schemas.of(project);
    organizations.followLog();
    return organizations.keys().withheld().stream().toList();
  }

  /// Counts the statistics anew.
  void refreshStatistics(Project project) {
    var refresh = schemas.require(project).call("refresh_statistics");
    project
        .admin()
        .transaction(
            OWNER,
            Access.WRITE,
            tx -> tx.first(TURN, row -> row.getBoolean(1)).orElse(false) ? tx.update(refresh) : 0);
  }

  /// Drops months of the audit log that are not to be kept; how many.
  int keepAudit(Project project) {
    int dropped = chains.keepMonths(project, settings.auditMonths());
    if (dropped > 0) {
      LOG.info("{} months of the audit log of {} were dropped", dropped, project.name());
    }
    return dropped;
  }
}
