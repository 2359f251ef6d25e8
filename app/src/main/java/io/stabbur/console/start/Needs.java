package io.stabbur.console.start;

import io.stabbur.console.page.AlertWords;
import io.stabbur.console.page.Frame;
import io.stabbur.console.start.ProjectLine.Keeping;
import io.stabbur.console.start.ProjectLine.State;
import io.stabbur.operations.alert.AlertDesk;
import io.stabbur.operations.alert.OpenAlert;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// What needs a person: alerts that nobody silenced, projects whose database does not answer, and
/// those without backups.
@Singleton
final class Needs {
  private final AlertDesk alerts;

  Needs(AlertDesk alerts) {
    this.alerts = alerts;
  }

  /// The worst first.
  List<Need> of(Frame frame, List<ProjectLine> projects) {
    var needs = new ArrayList<Need>();
    var open = alerts.open();
    open.stream()
        .filter(alert -> alert.quiet().isEmpty())
        .forEach(alert -> needs.add(need(frame, alert)));
    for (var project : projects) {
      if (project.state() == State.SILENT && !isTold(open, project.name())) {
        needs.add(new Need(Light.RED, frame.t("start.silent", project.name()), null, ""));
      }
      if (project.keeping() == Keeping.OFF) {
        needs.add(
            new Need(Light.YELLOW, frame.t("start.no-backups", project.name()), null, "/backups"));
      }
    }
    needs.sort(Comparator.comparing(Need::light).reversed());
    return needs;
  }

  private static boolean isTold(List<OpenAlert> open, String project) {
    return open.stream()
        .anyMatch(
            alert ->
                alert.name().equals("DatabaseDown")
                    && project.equals(alert.labels().get("project")));
  }

  private static Need need(Frame frame, OpenAlert alert) {
    var light = alert.severity() == OpenAlert.Severity.CRITICAL ? Light.RED : Light.YELLOW;
    return new Need(light, AlertWords.sentence(frame.texts(), alert), alert.since(), "/alerts");
  }
}
