package io.stabbur.data;

import io.stabbur.data.catalog.Catalog;
import io.stabbur.data.catalog.CatalogReader;
import io.stabbur.data.error.DataError;
import io.stabbur.data.plan.Planner;
import io.stabbur.data.request.RequestParser;
import io.stabbur.data.sql.SqlWriter;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.project.Project;
import java.net.URI;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The data API of one project: its rules and its catalog, both replaced whole. A request takes
/// [#current] once and keeps it to its end.
final class DataRoom implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DataRoom.class);

  private final Project project;
  private final DataSettings settings;
  private final SettingMeters.Told told;
  private final Spool spool;
  private final ReentrantLock reloading = new ReentrantLock();
  private volatile Loads loads = new Loads(0, 0, 0);
  private volatile @Nullable Current current;
  private final CatalogListener listener;

  DataRoom(Project project, DataSettings settings, SettingMeters.Told told) {
    this.project = project;
    this.settings = settings;
    this.told = told;
    this.spool = new Spool(project.folder().resolve("spool"), settings.spoolLimit());
    this.listener = CatalogListener.start(project, settings, this::reload);
  }

  /// How often the catalog was read, how often that failed, and how long the last time took.
  record Loads(long succeeded, long failed, double lastSeconds) {
    Loads success(double seconds) {
      return new Loads(succeeded + 1, failed, seconds);
    }

    Loads failure() {
      return new Loads(succeeded, failed + 1, lastSeconds);
    }
  }

  Loads loads() {
    return loads;
  }

  /// What one request works with.
  record Current(
      DataRules rules,
      Catalog catalog,
      RequestParser parser,
      Planner planner,
      SqlWriter writer,
      Spool spool) {}

  /// The first who asks reads it.
  Current current() {
    var known = current;
    return known != null ? known : first();
  }

  private Current first() {
    reloading.lock();
    try {
      var known = current;
      return known != null ? known : load();
    } catch (ApiException e) {
      throw e.error() instanceof Failure.Unavailable
          ? new DataError.CatalogMissing().exception()
          : e;
    } finally {
      reloading.unlock();
    }
  }

  private Current load() {
    try {
      project.api().renewRoleSettings();
      var read = read();
      project.replicas().schemaChanged();
      current = read;
      return read;
    } catch (RuntimeException e) {
      loads = loads.failure();
      throw e;
    }
  }

  /// The settings as they are now; the previous ones when those in the database are wrong, so that
  /// the catalog is still reloaded. Without previous ones nothing is served: the settings might
  /// have restricted what is.
  private DataRules rules() {
    var keys = PostgrestKeys.of(settings);
    var path = settings.path().equals("/") ? "" : settings.path();
    var address = URI.create(project.publicUrl() + path);
    try {
      if (settings.inDatabase()) {
        keys.database(new DatabaseSettings(settings.preConfig()).read(project.api()));
      }
      var rules = DataRules.of(keys, address);
      told.now(SettingMeters.State.VALID);
      return rules;
    } catch (InvalidSetting e) {
      return previous(e.getMessage(), new DataError.CatalogMissing().exception());
    } catch (ApiException e) {
      if (e.error() instanceof Failure.Database) {
        return previous("they could not be read, " + e.error(), e);
      }
      throw e;
    }
  }

  private DataRules previous(@Nullable String reason, RuntimeException otherwise) {
    var known = current;
    LOG.error(
        "The pgrst settings in the database of project {} are invalid, {}: {}",
        project.name(),
        known == null ? "nothing is served until they are repaired" : "the previous ones stay",
        reason);
    if (known == null) {
      told.now(SettingMeters.State.NOTHING_SERVED);
      throw otherwise;
    }
    told.now(SettingMeters.State.PREVIOUS_STAY);
    return known.rules();
  }

  private Current read() {
    var database = project.api();
    var rules = rules();
    return new Current(
        rules,
        timedCatalog(rules, database),
        new RequestParser(rules.request()),
        new Planner(rules.plan()),
        new SqlWriter(rules.plan().maxRows(), settings.largeBody()),
        spool);
  }

  private Catalog timedCatalog(DataRules rules, Database database) {
    var start = System.nanoTime();
    var catalog = new CatalogReader(rules.scope()).read(database);
    var took = System.nanoTime() - start;
    LOG.info(
        "catalog of project {}: {} relations, {} functions in {} ms",
        project.name(),
        catalog.relations().size(),
        catalog.routines().size(),
        took / 1_000_000);
    loads = loads.success(took / 1e9);
    return catalog;
  }

  /// Reads rules and catalog anew; requests go on with the old ones until both are there.
  void reload() {
    reloading.lock();
    try {
      if (current != null) {
        load();
      }
    } finally {
      reloading.unlock();
    }
  }

  @Override
  public void close() {
    listener.close();
  }
}
