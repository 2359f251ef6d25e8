package io.stabbur.platform.trace;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// Samples a share of the requests by a number of our own: the trace id can be a client's choice.
///
/// @param share from 0 to 1
record OwnShare(double share) implements Sampler {
  @Override
  public SamplingResult shouldSample(
      Context parent,
      String trace,
      String name,
      SpanKind kind,
      Attributes attributes,
      List<LinkData> links) {
    return ThreadLocalRandom.current().nextDouble() < share
        ? SamplingResult.recordAndSample()
        : SamplingResult.drop();
  }

  @Override
  public String getDescription() {
    return "OwnShare{" + share + "}";
  }
}
