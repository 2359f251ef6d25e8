package io.stabbur.data;

import io.stabbur.identity.KeySets;
import io.stabbur.project.Project;
import java.util.Collection;
import java.util.function.ToDoubleFunction;

/// PostgREST's metrics in the text format of Prometheus; with several projects each has its label.
final class DataMetrics {
  private final DataApi api;
  private final KeySets keys;
  private final Collection<Project> projects;
  private final StringBuilder text = new StringBuilder();

  DataMetrics(DataApi api, KeySets keys, Collection<Project> projects) {
    this.api = api;
    this.keys = keys;
    this.projects = projects;
  }

  String text() {
    metric(
        "schema_cache_query_time_seconds", "gauge", "How long the last load of the catalog took");
    each("schema_cache_query_time_seconds", "", p -> api.room(p).loads().lastSeconds());
    metric("schema_cache_loads_total", "counter", "How often the catalog was loaded");
    each("schema_cache_loads_total", "status=\"SUCCESS\"", p -> api.room(p).loads().succeeded());
    each("schema_cache_loads_total", "status=\"FAIL\"", p -> api.room(p).loads().failed());
    metric("db_pool_timeouts_total", "counter", "How often no connection became free in time");
    each("db_pool_timeouts_total", "", p -> p.api().pool().timeouts());
    metric("db_pool_available", "gauge", "Connections nobody uses");
    each("db_pool_available", "", p -> p.api().pool().available());
    metric("db_pool_waiting", "gauge", "Requests that wait for a connection");
    each("db_pool_waiting", "", p -> p.api().pool().waiting());
    metric("db_pool_max", "gauge", "Most connections there may be");
    each("db_pool_max", "", p -> p.api().pool().limit());
    metric("jwt_cache_requests_total", "counter", "How often a token was looked up");
    each("jwt_cache_requests_total", "", p -> keys.of(p).cache().requests());
    metric("jwt_cache_hits_total", "counter", "How often a token was known");
    each("jwt_cache_hits_total", "", p -> keys.of(p).cache().hits());
    metric("jwt_cache_evictions_total", "counter", "How many known tokens made room for others");
    each("jwt_cache_evictions_total", "", p -> keys.of(p).cache().evictions());
    return text.toString();
  }

  private void metric(String name, String type, String help) {
    text.append("# HELP pgrst_").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE pgrst_").append(name).append(' ').append(type).append('\n');
  }

  private void each(String name, String label, ToDoubleFunction<Project> value) {
    for (var project : projects) {
      var of = projects.size() == 1 ? "" : "project=\"" + project.name() + "\"";
      var labels = label.isEmpty() || of.isEmpty() ? label + of : label + "," + of;
      text.append("pgrst_").append(name);
      text.append(labels.isEmpty() ? "" : "{" + labels + "}");
      text.append(' ').append(value.applyAsDouble(project)).append('\n');
    }
  }
}
