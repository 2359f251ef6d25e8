package io.stabbur.console.expert;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.stabbur.console.page.Csv;
import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Frames;
import io.stabbur.console.page.Pages;
import io.stabbur.console.page.Section;
import io.stabbur.console.project.Asked;
import io.stabbur.console.project.OpenProjects;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.function.Function;

/// Answers with pages for experts.
@Singleton
final class ExpertPages {
  private final OpenProjects projects;
  private final Pages pages;
  private final Frames frames;

  ExpertPages(OpenProjects projects, Pages pages, Frames frames) {
    this.projects = projects;
    this.pages = pages;
    this.frames = frames;
  }

  Frame frame(HttpRequest<?> request, ExpertTool tool) {
    return frames.of(request, Section.EXPERT, tool.title());
  }

  /// A page about the project that the request names.
  <T> HttpResponse<?> show(HttpRequest<?> request, ExpertTool tool, Function<Project, T> ask) {
    return show(request, tool, "expert/" + tool.word(), ask);
  }

  /// The same by another template.
  <T> HttpResponse<?> show(
      HttpRequest<?> request, ExpertTool tool, String template, Function<Project, T> ask) {
    return pages.show(request, template, page(request, tool, template, ask));
  }

  /// The page, whose title has the key of its template.
  private <T> ExpertPage<T> page(
      HttpRequest<?> request, ExpertTool tool, String template, Function<Project, T> ask) {
    var choice = projects.chosen(request);
    return new ExpertPage<>(
        frames.of(request, Section.EXPERT, template.replace('/', '.') + ".title"),
        choice,
        tool,
        projects.opened(choice.name()).flatMap(known -> Asked.of(() -> ask.apply(known))));
  }

  /// A page about the project that the request names, with the script of live logs.
  ///
  /// @param mark by which the page names the script
  <T> HttpResponse<?> showLive(
      HttpRequest<?> request,
      ExpertTool tool,
      String template,
      String mark,
      Function<Project, T> ask) {
    return pages.showLive(request, template, page(request, tool, template, ask), mark);
  }

  /// A page about the server itself, with the script of live logs.
  ///
  /// @param mark by which the page names the script
  <T> HttpResponse<?> showOwn(HttpRequest<?> request, ExpertTool tool, String mark, T shown) {
    var page =
        new ExpertPage<>(frame(request, tool), projects.chosen(request), tool, Optional.of(shown));
    return pages.showLive(request, "expert/" + tool.word(), page, mark);
  }

  /// A page about a project that shows what goes on, as it goes on.
  ///
  /// @param live where changes are told, below `/console`, with the mark of what the page shows
  <T> HttpResponse<?> showWatching(
      HttpRequest<?> request, ExpertTool tool, Function<Project, T> ask, Function<T, String> live) {
    var page = page(request, tool, "expert/" + tool.word(), ask);
    var watched =
        page.shown()
            .map(
                shown ->
                    new ExpertPage<>(
                        page.frame().watching(live.apply(shown) + page.choice().also()),
                        page.choice(),
                        tool,
                        page.shown()))
            .orElse(page);
    return pages.show(request, "expert/" + tool.word(), watched);
  }

  /// A page about a project, as the answer to a form.
  ///
  /// @param status by which the journal tells whether the form was carried out
  <T> HttpResponse<?> answer(
      HttpRequest<?> request,
      HttpStatus status,
      Frame frame,
      ExpertTool tool,
      String template,
      Project project,
      T shown) {
    return pages.show(request, status, template, page(frame, tool, project, shown));
  }

  /// The answer to a form that was refused, which the journal counts as such.
  <T> HttpResponse<?> refuse(
      HttpRequest<?> request,
      Frame frame,
      ExpertTool tool,
      String template,
      Project project,
      T shown) {
    return answer(request, HttpStatus.BAD_REQUEST, frame, tool, template, project, shown);
  }

  private <T> ExpertPage<T> page(Frame frame, ExpertTool tool, Project project, T shown) {
    return new ExpertPage<>(frame, projects.chosen(project), tool, Optional.of(shown));
  }

  HttpResponse<?> file(Csv csv, String name) {
    return csv.file(pages, name);
  }

  /// The project that the request names, or the first.
  Project chosen(HttpRequest<?> request) {
    return projects.open(projects.chosen(request).name());
  }

  Project require(String project) {
    return projects.open(project);
  }

  HttpResponse<?> go(Project project, String path, String done) {
    return pages.go(frames.at(projects.chosen(project).after(path, done)));
  }
}
