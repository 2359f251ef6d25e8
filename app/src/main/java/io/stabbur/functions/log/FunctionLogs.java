package io.stabbur.functions.log;

import io.stabbur.functions.settings.FunctionsSettings;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import io.stabbur.project.RoomChores;
import io.stabbur.project.life.Chore;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/// The log of each project, and its upkeep. In a database that belongs to something else there is
/// none.
@Singleton
public final class FunctionLogs implements RoomChores {
  private static final Duration UPKEEP = Duration.ofMinutes(10);

  private final FunctionsSettings settings;
  private final PerProject<LogSink> logs;

  FunctionLogs(FunctionsSettings settings) {
    this.settings = settings;
    UnaryOperator<LogLine> change =
        switch (settings.logPersonal()) {
          // the line of a request has nothing that the function wrote
          case CUT ->
              line -> line.request() == null ? line.with(PersonalText.cut(line.message())) : line;
          case KEPT -> line -> line;
        };
    this.logs =
        new PerProject<>(
            project ->
                project.settings().prepare()
                    ? new FunctionLog(project, change, settings.logSingle())
                    : _ -> {});
  }

  public LogSink of(Project project) {
    return logs.of(project);
  }

  @Override
  public List<Chore> chores(Project project) {
    return project.settings().prepare()
        ? List.of(
            Chore.every(
                    UPKEEP,
                    "function-logs",
                    () -> new LogRows(project).tidy(settings.logAge(), settings.logRows()))
                .byOneAtATime())
        : List.of();
  }
}
