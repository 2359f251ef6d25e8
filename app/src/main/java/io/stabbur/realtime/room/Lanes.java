package io.stabbur.realtime.room;

import io.netty.util.concurrent.EventExecutor;
import jakarta.inject.Singleton;
import java.util.concurrent.ConcurrentHashMap;

/// The lane of each event loop.
@Singleton
public final class Lanes {
  private final ConcurrentHashMap<EventExecutor, Lane> all = new ConcurrentHashMap<>();

  public Lane of(EventExecutor loop) {
    return all.computeIfAbsent(loop, Lane::new);
  }
}
