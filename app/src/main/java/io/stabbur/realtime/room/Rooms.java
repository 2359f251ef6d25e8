package io.stabbur.realtime.room;

import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import io.stabbur.realtime.bus.Buses;
import jakarta.inject.Singleton;

/// The room of each project.
@Singleton
public final class Rooms {
  private final PerProject<Room> all;

  Rooms(Buses buses) {
    all = new PerProject<>(project -> new Room(buses.open(project)));
  }

  public Room of(Project project) {
    return all.of(project);
  }
}
