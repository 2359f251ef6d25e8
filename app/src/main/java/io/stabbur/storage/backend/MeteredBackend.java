package io.stabbur.storage.backend;

import io.micrometer.core.instrument.MeterRegistry;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.trace.Traces;
import java.io.InputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Counts what a store is asked: `stabbur_store_calls_total` by project, operation and outcome. A
/// failure is a store that cannot be reached; what a client got wrong is none.
final class MeteredBackend implements Backend {
  private final Backend store;
  private final MeterRegistry registry;
  private final String project;

  MeteredBackend(Backend store, MeterRegistry registry, String project) {
    this.store = store;
    this.registry = registry;
    this.project = project;
  }

  @Override
  public Written write(
      VersionKey key, InputStream bytes, OptionalLong length, String contentType, Tagging tagging) {
    return counted("write", () -> store.write(key, bytes, length, contentType, tagging));
  }

  @Override
  public InputStream read(VersionKey key, Span span) {
    return counted("read", () -> store.read(key, span));
  }

  @Override
  public void copy(VersionKey from, VersionKey to, long size) {
    counted("copy", () -> store.copy(from, to, size));
  }

  @Override
  public void delete(Collection<VersionKey> keys) {
    counted("delete", () -> store.delete(keys));
  }

  @Override
  public boolean exists(VersionKey key) {
    return counted("exists", () -> store.exists(key));
  }

  @Override
  public void each(String tenant, Consumer<VersionKey> visitor) {
    counted("list", () -> store.each(tenant, visitor));
  }

  @Override
  public String begin(VersionKey key, String contentType) {
    return counted("write", () -> store.begin(key, contentType));
  }

  @Override
  public Part part(
      VersionKey key,
      String upload,
      int number,
      InputStream bytes,
      OptionalLong length,
      Tagging tagging) {
    return counted("write", () -> store.part(key, upload, number, bytes, length, tagging));
  }

  @Override
  public Written join(VersionKey key, String upload, List<Part> parts) {
    return counted("write", () -> store.join(key, upload, parts));
  }

  @Override
  public void abandon(VersionKey key, String upload) {
    counted("delete", () -> store.abandon(key, upload));
  }

  @Override
  public void tidy(String tenant, Instant before, Predicate<String> underWay) {
    counted("list", () -> store.tidy(tenant, before, underWay));
  }

  @Override
  public long smallestPart() {
    return store.smallestPart();
  }

  @Override
  public void close() {
    store.close();
  }

  private void counted(String operation, Runnable work) {
    var _ =
        counted(
            operation,
            () -> {
              work.run();
              return true;
            });
  }

  private <T> T counted(String operation, Supplier<T> work) {
    try (var section = Traces.section("store").put("stabbur.store.operation", operation)) {
      try {
        var result = work.get();
        count(operation, "success");
        return result;
      } catch (ApiException e) {
        var outcome = e.error() instanceof Failure.Unavailable ? "failure" : "refused";
        section.fail(outcome);
        count(operation, outcome);
        throw e;
      } catch (Missing e) {
        count(operation, "missing");
        throw e;
      }
    }
  }

  private void count(String operation, String outcome) {
    registry
        .counter(
            "stabbur.store.calls", "project", project, "operation", operation, "outcome", outcome)
        .increment();
  }
}
