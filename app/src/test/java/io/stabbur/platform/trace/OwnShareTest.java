package io.stabbur.platform.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OwnShareTest {
  /// A trace id that sampling by id takes whatever the share is.
  private static final String CHOSEN = "00000000000000000000000000000001";

  private static long sampled(double share, TraceFlags flags) {
    var remote =
        SpanContext.createFromRemoteParent(
            CHOSEN, "00f067aa0ba902b7", flags, TraceState.getDefault());
    var parent = Context.root().with(Span.wrap(remote));
    var sampler = OpenTelemetrySpans.sampler(share);
    return IntStream.range(0, 2_000)
        .mapToObj(
            _ ->
                sampler.shouldSample(
                    parent, CHOSEN, "GET", SpanKind.SERVER, Attributes.empty(), List.of()))
        .filter(result -> result.getDecision() == SamplingDecision.RECORD_AND_SAMPLE)
        .count();
  }

  @Test
  void aClientChoosesNeitherByItsFlagNorByItsTraceId() {
    for (var flags : List.of(TraceFlags.getSampled(), TraceFlags.getDefault())) {
      assertThat(sampled(0, flags)).isZero();
      assertThat(sampled(0.5, flags)).isBetween(700L, 1_300L);
      assertThat(sampled(1, flags)).isEqualTo(2_000);
    }
  }
}
