package io.stabbur.console.copy;

import io.micronaut.core.annotation.Introspected;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.RequestBean;
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
import io.stabbur.console.run.Run;
import io.stabbur.console.run.RunWatch;
import io.stabbur.console.run.Runs;
import io.stabbur.control.operator.OperatorJournal;
import io.stabbur.control.operator.Role;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.control.operator.StepUp;
import io.stabbur.control.project.ProjectDesk;
import io.stabbur.operations.backup.Backup;
import io.stabbur.operations.backup.Backups;
import io.stabbur.project.Project;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// `/console/backups/PROJECT/copy`: restores a backup as a new project of this Stabbur, beside the
/// one that people use.
@Controller("/console/backups/{project}/copy")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.OWNERS)
final class CopyPageController {
  private static final ConsoleForm NOTHING = new ConsoleForm(Map.of());

  private final OpenProjects projects;
  private final Backups backups;
  private final ProjectDesk desk;
  private final StepUp stepUp;
  private final OperatorJournal journal;
  private final RunWatch watch;
  private final Runs<CopyWork, String> runs;
  private final Pages pages;
  private final Frames frames;

  CopyPageController(
      OpenProjects projects,
      Backups backups,
      ProjectDesk desk,
      StepUp stepUp,
      OperatorJournal journal,
      RunWatch watch,
      Clock clock,
      Pages pages,
      Frames frames) {
    this.projects = projects;
    this.backups = backups;
    this.desk = desk;
    this.stepUp = stepUp;
    this.journal = journal;
    this.watch = watch;
    this.runs = new Runs<>(clock);
    this.pages = pages;
    this.frames = frames;
  }

  /// A form that was sent.
  @Introspected
  record Act(
      HttpRequest<?> request, SignedIn operator, @PathVariable String project, ConsoleForm form) {}

  @Get
  @Secured(Role.AUDITORS)
  HttpResponse<?> show(HttpRequest<?> request, String project) {
    return pages.show(request, "copy", page(frame(request), projects.open(project), NOTHING));
  }

  /// Tells when a copy begins, goes on or ends.
  @Get("/live")
  @Secured(Role.AUDITORS)
  @Produces(MediaType.ALL)
  HttpResponse<?> live(HttpRequest<?> request, @QueryValue(defaultValue = "") String known)
      throws InterruptedException {
    return watch.changed(request, known, runs::state);
  }

  /// Begins it, once the new project's name was written twice and a code of the operator's own was
  /// given.
  @Post("/make")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> make(@RequestBean Act act) {
    var open = projects.open(act.project());
    var form = act.form();
    var work = new CopyWork(form.text("backup"), form.text("name"));
    journal.about(act.request(), act.project(), work.backup() + " → " + work.name());
    if (backups(open).stream().noneMatch(each -> each.id().equals(work.backup()))) {
      return refused(act, open, "error.backup_missing", "backup");
    }
    if (work.name().isEmpty() || !form.confirms(work.name())) {
      return refused(act, open, "restore.confirm-wrong", "confirm");
    }
    var refusal = Refusals.ofCode(stepUp.attempt(act.operator(), form.text("code")));
    if (!refusal.isEmpty()) {
      return refused(act, open, refusal, "code");
    }
    var hosts = form.text("hosts");
    boolean isBegun = runs.begin(open, work, tell -> made(open, work, hosts, tell));
    return pages.go(
        frames.at("/backups/" + open.name() + "/copy" + (isBegun ? "" : "?done=backup-busy")));
  }

  private String made(Project project, CopyWork work, String hosts, Consumer<Run.Step> tell) {
    var row =
        desk.addFilled(
            work.name(),
            Map.of("hosts", hosts),
            folder -> {
              tell.accept(new Run.Step("restore", ""));
              var _ = backups.copy(project, work.backup(), work.name(), folder);
              tell.accept(new Run.Step("open", ""));
            });
    return row.name();
  }

  private HttpResponse<?> refused(Act act, Project project, String key, String field) {
    var frame = frame(act.request()).refused(key, "", field);
    return pages.show(
        act.request(), HttpStatus.BAD_REQUEST, "copy", page(frame, project, act.form()));
  }

  private CopyPage page(Frame frame, Project project, ConsoleForm form) {
    var name = project.name();
    var mark = RunWatch.mark(runs.state());
    var run = runs.of(name);
    var live = "/backups/" + name + "/copy/live?known=" + mark;
    return new CopyPage(
        run.filter(Run::runs).isPresent() ? frame.watching(live) : frame,
        name,
        backups(project),
        run,
        form);
  }

  private List<Backup> backups(Project project) {
    return backups.isEnabled(project) && backups.isPossible(project)
        ? backups.list(project).reversed().stream().filter(each -> !each.isDump()).toList()
        : List.of();
  }

  private Frame frame(HttpRequest<?> request) {
    return frames.of(request, Section.BACKUPS, "copy.title");
  }
}
