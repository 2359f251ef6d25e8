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
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
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
  private final Map<String, Place> places = new ConcurrentHashMap<>();

  ChannelMeters(MeterRegistry registry, Optional<Feeds> feeds) {
    this.registry = registry;
    this.feeds = feeds;
  }

  /// The channels of the project that has a name now: meters are registered once for each name, and
  /// a project that is opened again has others.
  private static final class Place {
    private volatile WeakReference<ProjectChannels> now = new WeakReference<>(null);

    double value(ToDoubleFunction<ProjectChannels> value) {
      var channels = now.get();
      return channels == null ? 0 : value.applyAsDouble(channels);
    }
  }

  /// Publishes what a project's channels and its feed of changes count from now on.
  void watch(ProjectChannels channels) {
    var name = channels.project().name();
    var tags = Tags.of("project", name);
    places.computeIfAbsent(name, _ -> registered(tags)).now = new WeakReference<>(channels);
    feeds.ifPresent(each -> each.counts(channels.project()).observe(latency(tags)::record));
  }

  private Place registered(Tags tags) {
    var place = new Place();
    gauge("connections", place, each -> each.sockets().size(), tags);
    for (var kind : Room.values()) {
      kind(place, kind, tags.and("kind", kind.name().toLowerCase(Locale.ROOT)));
    }
    counter("joins.refused", place, each -> each.channelTraffic().refusedJoins(), tags);
    counter("errors", place, each -> each.channelTraffic().errors(), tags);
    counter("broadcasts", place, each -> each.room.messages(), tags);
    feeds.ifPresent(each -> changes(each, place, tags));
    return place;
  }

  private void kind(Place place, Room kind, Tags tags) {
    traffic("channels", place, kind, ChannelTraffic.Counts::open, tags, this::gauge);
    traffic("joins", place, kind, ChannelTraffic.Counts::joins, tags, this::counter);
    var in = tags.and("direction", "in");
    var out = tags.and("direction", "out");
    traffic("messages", place, kind, ChannelTraffic.Counts::messagesIn, in, this::counter);
    traffic("messages", place, kind, ChannelTraffic.Counts::messagesOut, out, this::counter);
    traffic("bytes", place, kind, ChannelTraffic.Counts::bytesIn, in, this::counter);
    traffic("bytes", place, kind, ChannelTraffic.Counts::bytesOut, out, this::counter);
  }

  /// Registers a meter.
  private interface Registration {
    void register(String name, Place place, ToDoubleFunction<ProjectChannels> value, Tags tags);
  }

  private static void traffic(
      String name,
      Place place,
      Room kind,
      ToDoubleFunction<ChannelTraffic.Counts> value,
      Tags tags,
      Registration registration) {
    registration.register(
        name, place, each -> value.applyAsDouble(each.channelTraffic().of(kind)), tags);
  }

  private void changes(Feeds feeds, Place place, Tags tags) {
    counter("changes", place, each -> counts(feeds, each).changes(), tags);
    counter("change.deliveries", place, each -> counts(feeds, each).deliveries(), tags);
    counter("change.gaps", place, each -> counts(feeds, each).gaps(), tags);
    counter("policy.failures", place, each -> counts(feeds, each).probeFailures(), tags);
    counter("policy.paused", place, each -> counts(feeds, each).probesPaused(), tags);
    gauge("stream.retained.bytes", place, each -> counts(feeds, each).retained(), tags);
    gauge("stream.running", place, each -> counts(feeds, each).running(), tags);
    FunctionTimer.builder(
            PREFIX + "policy.questions",
            place,
            at -> (long) at.value(each -> counts(feeds, each).probes()),
            at -> at.value(each -> counts(feeds, each).probeNanos()),
            TimeUnit.NANOSECONDS)
        .description("Questions to row policies, and the time that batches waited for them")
        .tags(tags)
        .register(registry);
  }

  private static ChangeCounts counts(Feeds feeds, ProjectChannels channels) {
    return feeds.counts(channels.project());
  }

  private Timer latency(Tags tags) {
    return Timer.builder(PREFIX + "change.latency")
        .description("From the commit of a change until it was handed to a channel")
        .serviceLevelObjectives(LATENCIES)
        .tags(tags)
        .register(registry);
  }

  private void gauge(String name, Place place, ToDoubleFunction<ProjectChannels> value, Tags tags) {
    Gauge.builder(PREFIX + name, place, at -> at.value(value)).tags(tags).register(registry);
  }

  private void counter(
      String name, Place place, ToDoubleFunction<ProjectChannels> value, Tags tags) {
    FunctionCounter.builder(PREFIX + name, place, at -> at.value(value))
        .tags(tags)
        .register(registry);
  }
}
