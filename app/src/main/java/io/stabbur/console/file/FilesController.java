package io.stabbur.console.file;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.stabbur.console.form.ConsoleForm;
import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Frames;
import io.stabbur.console.page.Pages;
import io.stabbur.console.page.Refusals;
import io.stabbur.console.page.Section;
import io.stabbur.console.project.OpenProjects;
import io.stabbur.console.project.ProjectCallers;
import io.stabbur.console.project.ProjectChoice;
import io.stabbur.console.project.RecoveryPoints;
import io.stabbur.control.operator.OperatorJournal;
import io.stabbur.control.operator.Role;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.control.operator.StepUp;
import io.stabbur.storage.retention.RetentionDesk;
import io.stabbur.storage.upkeep.StorageCounts;
import java.util.Map;
import java.util.Optional;

/// `/console/files`: what takes room, what is public, and how long files are kept.
@Controller("/console/files")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.OPERATORS)
final class FilesController {
  private static final ConsoleForm NOTHING = new ConsoleForm(Map.of());

  private final OpenProjects projects;
  private final StorageCounts counts;
  private final RetentionDesk retention;
  private final StepUp stepUp;
  private final RecoveryPoints points;
  private final OperatorJournal journal;
  private final Pages pages;
  private final Frames frames;

  FilesController(
      OpenProjects projects,
      StorageCounts counts,
      RetentionDesk retention,
      StepUp stepUp,
      RecoveryPoints points,
      OperatorJournal journal,
      Pages pages,
      Frames frames) {
    this.projects = projects;
    this.counts = counts;
    this.retention = retention;
    this.stepUp = stepUp;
    this.points = points;
    this.journal = journal;
    this.pages = pages;
    this.frames = frames;
  }

  @Get
  @Secured(Role.AUDITORS)
  HttpResponse<?> show(HttpRequest<?> request) {
    return pages.show(request, "files", page(frame(request), projects.chosen(request), NOTHING));
  }

  /// Has files of a folder removed after so many days, or keeps them, once the folder's name was
  /// written and a code of the second factor shown.
  @Post("/{project}/keep")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> keep(
      HttpRequest<?> request, SignedIn operator, String project, ConsoleForm form) {
    var open = projects.open(project);
    var folder = form.text("folder");
    var days = days(form.text("days"));
    if (days.isEmpty()) {
      return refused(request, project, form, "files.days-wrong", "days");
    }
    if (!form.confirms(folder)) {
      return refused(request, project, form, "files.confirm-wrong", "confirm");
    }
    var refusal = Refusals.ofCode(stepUp.attempt(operator, form.text("code")));
    if (!refusal.isEmpty()) {
      return refused(request, project, form, refusal, "code");
    }
    journal.about(request, project, folder);
    if (days.get() > 0) {
      points.before(open, "files were to expire");
    }
    retention.keep(ProjectCallers.of(open), folder, days.get() == 0 ? null : days.get());
    return pages.go(frames.at(projects.chosen(open).after("/files", "files-kept")));
  }

  /// 0 where nothing is written; empty where it is no number of days.
  private static Optional<Integer> days(String text) {
    if (text.isEmpty()) {
      return Optional.of(0);
    }
    try {
      return Optional.of(Integer.valueOf(text))
          .filter(days -> days >= 1 && days <= RetentionDesk.MOST_DAYS);
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  private HttpResponse<?> refused(
      HttpRequest<?> request, String project, ConsoleForm form, String key, String field) {
    var frame = frame(request).refused(key, "", field);
    var choice = new ProjectChoice(project, projects.names());
    return pages.show(request, HttpStatus.BAD_REQUEST, "files", page(frame, choice, form));
  }

  private FilesPage page(Frame frame, ProjectChoice choice, ConsoleForm form) {
    return new FilesPage(frame, choice, projects.ask(choice.name(), counts::of), form);
  }

  private Frame frame(HttpRequest<?> request) {
    return frames.of(request, Section.FILES, "files.title");
  }
}
