package io.stabbur.operations.usage;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.stabbur.identity.AnsweredRequest;
import io.stabbur.identity.Caller;
import io.stabbur.identity.RequestObserver;
import io.stabbur.operations.metric.MetricSettings;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// `stabbur_organization_requests_total` by project and organization. The first so many that act
/// since the start are told apart, all others are `other`: a counter must not change what it
/// counts.
@Singleton
final class OrganizationRequests implements RequestObserver {
  private final MetricSettings settings;
  private final OrganizationUsage usage;
  private final MeterRegistry registry;

  /// By the names of projects: one that is opened again goes on with those it had.
  private final Map<String, Map<String, Counter>> counters = new ConcurrentHashMap<>();

  OrganizationRequests(MetricSettings settings, OrganizationUsage usage, MeterRegistry registry) {
    this.settings = settings;
    this.usage = usage;
    this.registry = registry;
  }

  @Override
  public void answered(AnsweredRequest request) {
    request.organization().ifPresent(id -> count(request, id.toString()));
  }

  private void count(AnsweredRequest request, String organization) {
    request
        .caller()
        .map(Caller::project)
        .filter(usage::hasOrganizations)
        .ifPresent(project -> counter(project, organization).increment());
  }

  private Counter counter(Project project, String organization) {
    var known = counters.computeIfAbsent(project.name(), _ -> new ConcurrentHashMap<>());
    var own = known.get(organization);
    if (own != null) {
      return own;
    }
    var label = known.size() < settings.organizations() ? organization : OrganizationUsage.OTHER;
    return known.computeIfAbsent(label, each -> register(project, each));
  }

  private Counter register(Project project, String organization) {
    return Counter.builder("stabbur.organization.requests")
        .description("Requests of callers who act in an organization")
        .tag("project", project.name())
        .tag("organization", organization)
        .register(registry);
  }
}
