package io.stabbur.console.expert;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.stabbur.console.look.LogLooks;
import io.stabbur.console.page.Frames;
import io.stabbur.console.page.Pages;
import io.stabbur.console.page.PlainPage;
import io.stabbur.console.page.Section;
import io.stabbur.console.run.RunWatch;
import io.stabbur.control.operator.Role;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.operations.advisor.ProjectAdvisor;
import io.stabbur.operations.metric.MetricList;
import io.stabbur.operations.request.RequestReport;
import io.stabbur.operations.statement.Statements;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.project.Migrations;
import io.stabbur.project.Project;
import io.stabbur.project.ServerSettings;
import io.stabbur.realtime.channel.ChannelsOfProjects;
import io.stabbur.realtime.channel.SocketViews;
import java.time.Duration;
import java.util.List;

/// `/console/expert`: what an engineer reads of a project. Nothing is changed here; a look at the
/// sockets of Realtime is written to the operators' journal before it is done.
@Controller("/console/expert")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.OPERATORS)
final class ExpertController {
  private static final int STATEMENTS = 50;
  private static final int LINES = 200;
  private static final int SOCKETS = 200;
  private static final int LONGEST_MINUTES = 60 * 24 * 31;

  private final ExpertPages expert;
  private final ProjectAdvisor advisor;
  private final Statements statements;
  private final RequestReport requests;
  private final ChannelsOfProjects channels;
  private final MetricList metrics;
  private final ServerSettings server;
  private final LogLooks looks;
  private final RunWatch watch;
  private final Pages pages;
  private final Frames frames;

  ExpertController(
      ExpertPages expert,
      ProjectAdvisor advisor,
      Statements statements,
      RequestReport requests,
      ChannelsOfProjects channels,
      MetricList metrics,
      ServerSettings server,
      LogLooks looks,
      RunWatch watch,
      Pages pages,
      Frames frames) {
    this.expert = expert;
    this.advisor = advisor;
    this.statements = statements;
    this.requests = requests;
    this.channels = channels;
    this.metrics = metrics;
    this.server = server;
    this.looks = looks;
    this.watch = watch;
    this.pages = pages;
    this.frames = frames;
  }

  @Get
  HttpResponse<?> tools(HttpRequest<?> request) {
    return pages.show(
        request, "expert/tools", new PlainPage(frames.of(request, Section.EXPERT, "expert.title")));
  }

  @Get("/policies")
  HttpResponse<?> policies(HttpRequest<?> request) {
    return expert.show(request, ExpertTool.POLICIES, advisor::lately);
  }

  @Get("/statements")
  HttpResponse<?> statements(HttpRequest<?> request) {
    return expert.show(
        request, ExpertTool.STATEMENTS, project -> statements.top(project, STATEMENTS));
  }

  @Get("/requests")
  HttpResponse<?> requests(
      HttpRequest<?> request,
      @QueryValue(defaultValue = "60") int minutes,
      @QueryValue(defaultValue = "400") int status) {
    int back = Math.clamp(minutes, 1, LONGEST_MINUTES);
    return expert.show(request, ExpertTool.REQUESTS, project -> requests(project, back, status));
  }

  private Requests requests(Project project, int minutes, int status) {
    if (!requests.isKept(project)) {
      return new Requests(minutes, status, false, List.of(), List.of());
    }
    var back = Duration.ofMinutes(minutes);
    return new Requests(
        minutes,
        status,
        true,
        requests.routes(project, back, status, LINES),
        requests.lines(project, back, status, LINES));
  }

  @Get("/realtime")
  HttpResponse<?> realtime(HttpRequest<?> request, SignedIn operator) {
    return expert.showWatching(
        request,
        ExpertTool.REALTIME,
        project -> {
          looks.follow(operator, LogLooks.sockets(project));
          return sockets(project);
        },
        shown -> "/expert/realtime/live?known=" + RunWatch.mark(shown.uncounted().toString()));
  }

  private SocketViews sockets(Project project) {
    return SocketViews.of(channels.of(project).sockets(), 0, SOCKETS);
  }

  /// Tells when a socket opens or ends, somebody joins or leaves a channel, or an error is new;
  /// each message would load the page anew.
  @Get("/realtime/live")
  @Produces(MediaType.ALL)
  HttpResponse<?> realtimeLive(HttpRequest<?> request, @QueryValue(defaultValue = "") String known)
      throws InterruptedException {
    var project = expert.chosen(request);
    return watch.changed(request, known, () -> sockets(project).uncounted().toString());
  }

  /// @param name a part of a metric's name; a whole one shows all its numbers
  @Get("/metrics")
  HttpResponse<?> metrics(HttpRequest<?> request, @QueryValue(defaultValue = "") String name) {
    return expert.show(
        request, ExpertTool.METRICS, project -> MetricsPage.of(metrics.of(project), name.strip()));
  }

  @Get("/replicas")
  HttpResponse<?> replicas(HttpRequest<?> request) {
    return expert.show(request, ExpertTool.REPLICAS, Project::replicas);
  }

  @Get("/migrations")
  HttpResponse<?> migrations(HttpRequest<?> request) {
    return expert.show(request, ExpertTool.MIGRATIONS, this::migrations);
  }

  private MigrationList migrations(Project project) {
    if (!project.settings().prepare()) {
      return new MigrationList(false, List.of());
    }
    try {
      var all = new Migrations(project.admin(), server.migrations()).status();
      return new MigrationList(true, all.reversed());
    } catch (StartFailure e) {
      throw new ApiException(new Failure.Unavailable(String.valueOf(e.getMessage())));
    }
  }
}
