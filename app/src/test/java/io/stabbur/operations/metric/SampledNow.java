package io.stabbur.operations.metric;

import io.stabbur.testing.TestServer;

/// Samples a database at the moment that a test chooses.
public final class SampledNow {
  private SampledNow() {}

  /// Asks whether the database of a server's first project answers, and if so everything else.
  public static void of(TestServer server) {
    var sampler = server.bean(Samplers.class).of(server.project());
    sampler.probe();
    boolean isUp =
        sampler.samples().stream()
            .anyMatch(sample -> sample.name().equals("pg_up") && sample.value() == 1);
    if (isUp) {
      sampler.sample();
      server.bean(SlowSamples.class).sample(server.project());
    }
  }
}
