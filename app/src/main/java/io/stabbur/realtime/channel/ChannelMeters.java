package io.stabbur.realtime.channel;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.stabbur.realtime.change.BroadcastSink.Room;
import io.stabbur.realtime.change.ChangeCounts;
import io.stabbur.realtime.change.Feeds;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/// The metrics of realtime, by project: `stabbur_realtime_…`. Those of channels are told apart by
/// kind, public or private.
@Singleton
final class ChannelMeters {
  private static final String PREFIX = "stabbur.realtime.";
  private static final Duration[] LATENCIES = {
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5)
  };

  private final MeterRegistry registry;
  private final Optional<Feeds> feeds;

  ChannelMeters(MeterRegistry registry, Optional<Feeds> feeds) {
    this.registry = registry;
    this.feeds = feeds;
  }

  /// Publishes what a project's channels and its feed of changes count from now on.
  void watch(ProjectChannels channels) {
    var tags = Tags.of("project", channels.project().name());
    gauge("connections", channels, each -> each.sockets().size(), tags);
    var traffic = channels.channelTraffic();
    for (var kind : Room.values()) {
      kind(traffic.of(kind), tags.and("kind", kind.name().toLowerCase(Locale.ROOT)));
    }
    counter("joins.refused", traffic, ChannelTraffic::refusedJoins, tags);
    counter("errors", traffic, ChannelTraffic::errors, tags);
    counter("broadcasts", channels.room, room -> room.messages(), tags);
    feeds.ifPresent(each -> changes(each.counts(channels.project()), tags));
  }

  private void kind(ChannelTraffic.Counts counts, Tags tags) {
    gauge("channels", counts, ChannelTraffic.Counts::open, tags);
    counter("joins", counts, ChannelTraffic.Counts::joins, tags);
    var in = tags.and("direction", "in");
    var out = tags.and("direction", "out");
    counter("messages", counts, ChannelTraffic.Counts::messagesIn, in);
    counter("messages", counts, ChannelTraffic.Counts::messagesOut, out);
    counter("bytes", counts, ChannelTraffic.Counts::bytesIn, in);
    counter("bytes", counts, ChannelTraffic.Counts::bytesOut, out);
  }

  private void changes(ChangeCounts counts, Tags tags) {
    counter("changes", counts, ChangeCounts::changes, tags);
    counter("change.deliveries", counts, ChangeCounts::deliveries, tags);
    counter("change.gaps", counts, ChangeCounts::gaps, tags);
    counter("policy.failures", counts, ChangeCounts::probeFailures, tags);
    counter("policy.paused", counts, ChangeCounts::probesPaused, tags);
    gauge("stream.retained.bytes", counts, ChangeCounts::retained, tags);
    gauge("stream.running", counts, ChangeCounts::running, tags);
    FunctionTimer.builder(
            PREFIX + "policy.questions",
            counts,
            ChangeCounts::probes,
            ChangeCounts::probeNanos,
            TimeUnit.NANOSECONDS)
        .description("Questions to row policies, and the time that batches waited for them")
        .tags(tags)
        .register(registry);
    var latency =
        Timer.builder(PREFIX + "change.latency")
            .description("From the commit of a change until it was handed to a channel")
            .serviceLevelObjectives(LATENCIES)
            .tags(tags)
            .register(registry);
    counts.observe(latency::record);
  }

  private <T> void gauge(String name, T of, ToDoubleFunction<T> value, Tags tags) {
    Gauge.builder(PREFIX + name, of, value).tags(tags).register(registry);
  }

  private <T> void counter(String name, T of, ToDoubleFunction<T> value, Tags tags) {
    FunctionCounter.builder(PREFIX + name, of, value).tags(tags).register(registry);
  }
}
