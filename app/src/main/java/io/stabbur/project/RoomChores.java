package io.stabbur.project;

import io.stabbur.project.life.Chore;
import java.util.List;

/// The background work that a room brings for each project. A bean: adding one edits nothing else.
public interface RoomChores {
  /// Chores to start for a project; none where the room has no work there. Called once at the
  /// start, on the main thread: asks the database nothing.
  List<Chore> chores(Project project);
}
