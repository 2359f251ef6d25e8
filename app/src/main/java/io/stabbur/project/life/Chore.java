package io.stabbur.project.life;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One piece of background work of one project, run again and again by [Chores]. A run that throws
/// is retried with back-off, unless it throws [SkippedRun].
///
/// @param name unique within its project, a label in metrics and log lines, such as `audit-seals`
/// @param every longest time between two runs; absent for work that only [Chores.Handle#wake] runs
/// @param gather how long wakes are collected before the run that answers them all
/// @param replicas which processes of a project run it
public record Chore(
    String name, @Nullable Duration every, Duration gather, Replicas replicas, Runnable work) {

  /// Which of the processes that serve a project run a chore.
  public enum Replicas {
    EACH,
    /// One at a time, chosen by an advisory lock in the project's database; the others skip the
    /// run.
    ONE_AT_A_TIME
  }

  /// Periodic work of each process: first after one period or a minute, whichever is shorter.
  public static Chore every(Duration period, String name, Runnable work) {
    return new Chore(name, period, Duration.ZERO, Replicas.EACH, work);
  }

  /// Work of each process that runs when it is woken.
  ///
  /// @param gather how long further wakes are awaited before a run
  public static Chore onWake(Duration gather, String name, Runnable work) {
    return new Chore(name, null, gather, Replicas.EACH, work);
  }

  /// The same work, by one process at a time.
  public Chore byOneAtATime() {
    return new Chore(name, every, gather, Replicas.ONE_AT_A_TIME, work);
  }
}
