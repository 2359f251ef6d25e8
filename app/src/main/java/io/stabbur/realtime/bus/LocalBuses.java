package io.stabbur.realtime.bus;

import io.micronaut.context.annotation.Secondary;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;

/// For a project that one process serves: nothing is carried anywhere.
@Singleton
@Secondary
final class LocalBuses implements Buses {
  @Override
  public Bus open(Project project) {
    return new LocalBus();
  }

  private static final class LocalBus implements Bus {
    @Override
    public boolean reachesOthers() {
      return false;
    }

    @Override
    public void publish(byte[] message) {
      // there is nobody else
    }

    @Override
    public void receive(Receiver receiver) {
      // nothing ever comes
    }

    @Override
    public void close() {
      // nothing is open
    }
  }
}
