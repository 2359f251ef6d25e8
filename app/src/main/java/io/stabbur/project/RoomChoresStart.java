package io.stabbur.project;

import io.micronaut.context.annotation.Context;
import jakarta.annotation.PreDestroy;
import java.util.List;

/// Starts the chores of every room for every project, and ends all chores before the rooms they
/// work for are closed.
@Context
final class RoomChoresStart {
  private final Projects projects;

  RoomChoresStart(Projects projects, List<RoomChores> rooms) {
    this.projects = projects;
    projects.eachProject(
        project -> rooms.forEach(room -> room.chores(project).forEach(project.chores()::start)));
  }

  @PreDestroy
  void stop() {
    projects.all().forEach(project -> project.chores().close());
  }
}
