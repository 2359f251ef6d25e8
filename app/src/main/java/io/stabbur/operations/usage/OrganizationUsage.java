package io.stabbur.operations.usage;

import io.stabbur.operations.metric.MetricSettings;
import io.stabbur.operations.metric.Sample;
import io.stabbur.operations.metric.SampleSource;
import io.stabbur.organization.OrganizationSchema;
import io.stabbur.organization.OrganizationSchemas;
import io.stabbur.platform.error.ApiException;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import io.stabbur.project.RoomChores;
import io.stabbur.project.life.Chore;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `stabbur_organization_rows`, `_storage_bytes` and `_active_users` of the organizations with the
/// most rows, and of all others together as `other`. Asked every quarter of an hour.
@Singleton
final class OrganizationUsage implements RoomChores, SampleSource {
  private static final Duration EVERY = Duration.ofMinutes(15);
  private static final String PREFIX = "stabbur_organization_";
  static final String OTHER = "other";
  private static final Logger LOG = LoggerFactory.getLogger(OrganizationUsage.class);

  private final MetricSettings settings;
  private final OrganizationSchemas schemas;
  private final PerProject<Kept> kept = new PerProject<>(Kept::new);

  OrganizationUsage(MetricSettings settings, OrganizationSchemas schemas) {
    this.settings = settings;
    this.schemas = schemas;
  }

  /// The newest samples of a project.
  private static final class Kept {
    private final UsageStore store;
    private volatile List<Sample> samples = List.of();
    private volatile boolean hasOrganizations;

    private Kept(Project project) {
      this.store = new UsageStore(project);
    }
  }

  @Override
  public List<Chore> chores(Project project) {
    return settings.organizations() > 0 && project.settings().prepare()
        ? List.of(Chore.every(EVERY, "organization-usage", () -> sample(project)))
        : List.of();
  }

  /// Whether the schema of a project has organizations, as of the last time it was asked.
  boolean hasOrganizations(Project project) {
    return kept.of(project).hasOrganizations;
  }

  void sample(Project project) {
    var known = kept.of(project);
    try {
      var functions = known.store.functions();
      known.hasOrganizations = functions.isPresent();
      var schema = schemas.of(project).schema();
      known.samples =
          functions.isPresent() && schema.isPresent()
              ? samples(known.store, functions.get(), schema.get())
              : List.of();
    } catch (ApiException e) {
      LOG.warn("Usage of organizations of project {} is not known: {}", project.name(), e.error());
      known.samples = List.of();
    }
  }

  private List<Sample> samples(UsageStore store, String functions, OrganizationSchema schema) {
    var all = store.organizations(functions);
    var rows = store.rows(schema);
    var ranked =
        all.stream()
            .sorted((a, b) -> Double.compare(rows.getOrDefault(b, 0.0), rows.getOrDefault(a, 0.0)))
            .toList();
    var told = ranked.subList(0, Math.min(settings.organizations(), ranked.size()));
    var samples = new ArrayList<Sample>();
    add(samples, "rows", told, all, rows);
    add(samples, "storage_bytes", told, all, store.bytes(all));
    told.forEach(
        organization ->
            samples.add(
                sample("active_users", organization, store.active(functions, organization))));
    return List.copyOf(samples);
  }

  private static void add(
      List<Sample> samples,
      String name,
      List<String> told,
      List<String> all,
      Map<String, Double> values) {
    told.forEach(each -> samples.add(sample(name, each, values.getOrDefault(each, 0.0))));
    if (told.size() < all.size()) {
      double rest =
          all.stream()
              .filter(each -> !told.contains(each))
              .mapToDouble(each -> values.getOrDefault(each, 0.0))
              .sum();
      samples.add(sample(name, OTHER, rest));
    }
  }

  private static Sample sample(String name, String organization, double value) {
    return new Sample(
        PREFIX + name, new LinkedHashMap<>(Map.of("organization", organization)), value);
  }

  @Override
  public List<Sample> of(Project project) {
    return kept.of(project).samples;
  }
}
