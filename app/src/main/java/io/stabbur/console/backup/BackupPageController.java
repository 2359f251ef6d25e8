package io.stabbur.console.backup;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.server.types.files.StreamedFile;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.stabbur.console.backup.ProjectBackups.Keeping;
import io.stabbur.console.form.ConsoleForm;
import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Frames;
import io.stabbur.console.page.Pages;
import io.stabbur.console.page.Refusals;
import io.stabbur.console.page.Section;
import io.stabbur.console.project.AllTogether;
import io.stabbur.console.project.Window;
import io.stabbur.console.run.RunWatch;
import io.stabbur.console.run.Runs;
import io.stabbur.control.operator.OperatorJournal;
import io.stabbur.control.operator.Role;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.control.operator.StepUp;
import io.stabbur.operations.backup.Backup;
import io.stabbur.operations.backup.Backups;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.error.Refused;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import java.time.Clock;
import java.util.List;

/// `/console/backups`: what there is, making one now, and rehearsing a restore.
@Controller("/console/backups")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.OPERATORS)
final class BackupPageController {
  private static final MediaType TAR = MediaType.of("application/x-tar");

  private final Projects projects;
  private final Backups backups;
  private final Runs<BackupWork, Backup> runs;
  private final StepUp stepUp;
  private final OperatorJournal journal;
  private final RunWatch watch;
  private final Pages pages;
  private final Frames frames;

  BackupPageController(
      Projects projects,
      Backups backups,
      Clock clock,
      StepUp stepUp,
      OperatorJournal journal,
      RunWatch watch,
      Pages pages,
      Frames frames) {
    this.projects = projects;
    this.backups = backups;
    this.runs = new Runs<>(clock);
    this.stepUp = stepUp;
    this.journal = journal;
    this.watch = watch;
    this.pages = pages;
    this.frames = frames;
  }

  @Get
  @Secured(Role.AUDITORS)
  HttpResponse<?> show(HttpRequest<?> request) {
    var window = Window.of(projects.all(), Project::name, request);
    return pages.show(request, "backups", page(frame(request), window));
  }

  private BackupsPage page(Frame frame, Window<Project> asked) {
    var mark = RunWatch.mark(runs.state());
    var told = AllTogether.ask(asked.shown(), this::of, this::silent);
    boolean isBusy = told.stream().anyMatch(ProjectBackups::isBusy);
    var shown = isBusy ? frame.watching("/backups/live?known=" + mark) : frame;
    return new BackupsPage(shown, asked.showing(told));
  }

  /// Tells when a backup or a rehearsal begins or ends.
  @Get("/live")
  @Secured(Role.AUDITORS)
  @Produces(MediaType.ALL)
  HttpResponse<?> live(HttpRequest<?> request, @QueryValue(defaultValue = "") String known)
      throws InterruptedException {
    return watch.changed(request, known, runs::state);
  }

  @Post("/{project}/make")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> make(String project) {
    return begin(project, BackupWork.MAKE);
  }

  @Post("/{project}/rehearse")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> rehearse(String project) {
    return begin(project, BackupWork.REHEARSE);
  }

  /// A backup as it lies in its place, sealed, after a code of the operator's own.
  @Post("/{project}/download")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Secured(Role.OWNERS)
  HttpResponse<?> download(
      HttpRequest<?> request, SignedIn operator, String project, ConsoleForm form) {
    var known = require(project);
    var backup = form.text("backup");
    journal.about(request, project, backup);
    var refusal = Refusals.ofCode(stepUp.attempt(operator, form.text("code")));
    if (!refusal.isEmpty()) {
      var frame = frame(request).refused(refusal, "", "download-code-" + project);
      return refused(request, known, frame);
    }
    try {
      var file = new StreamedFile(backups.download(known, backup), TAR);
      var name = "%s-%s.tar".formatted(project, backup.replaceAll("[^A-Za-z0-9-]", "-"));
      return pages
          .plain(HttpResponse.ok(file))
          .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + name + "\"");
    } catch (ApiException e) {
      if (e.error() instanceof Refused refused && refused.status() < 500) {
        var field = "download-" + project;
        return refused(request, known, frame(request).refused(refused, "people.refused", field));
      }
      throw e;
    }
  }

  private HttpResponse<?> refused(HttpRequest<?> request, Project project, Frame frame) {
    var all = Window.of(projects.all(), Project::name, project.name(), "");
    return pages.show(request, HttpStatus.BAD_REQUEST, "backups", page(frame, all));
  }

  private Frame frame(HttpRequest<?> request) {
    return frames.of(request, Section.BACKUPS, "backups.title");
  }

  private Project require(String name) {
    return projects
        .byName(name)
        .orElseThrow(() -> new ApiException(new Failure.NoSuchRoute("/backups/" + name)));
  }

  private HttpResponse<?> begin(String name, BackupWork work) {
    var project = require(name);
    boolean isBegun = runs.begin(project, work, () -> done(project, work));
    return pages.go(frames.at("/backups" + (isBegun ? "" : "?done=backup-busy")));
  }

  private Backup done(Project project, BackupWork work) {
    return switch (work) {
      case MAKE -> backups.make(project);
      case REHEARSE -> backups.prove(project).backup();
    };
  }

  private ProjectBackups of(Project project) {
    var name = project.name();
    var run = runs.of(name);
    if (!backups.isEnabled(project)) {
      var keeping = backups.isPossible(project) ? Keeping.OFF : Keeping.ELSEWHERE;
      return new ProjectBackups(name, keeping, null, List.of(), run);
    }
    try {
      var status = backups.status(project);
      return new ProjectBackups(name, Keeping.ON, status, backups.list(project).reversed(), run);
    } catch (ApiException _) {
      return silent(project);
    }
  }

  private ProjectBackups silent(Project project) {
    var name = project.name();
    return new ProjectBackups(name, Keeping.SILENT, null, List.of(), runs.of(name));
  }
}
