package io.stabbur.console.expert;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Frames;
import io.stabbur.console.page.Pages;
import io.stabbur.console.page.Section;
import io.stabbur.console.project.Asked;
import io.stabbur.console.project.ProjectChoices;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.function.Function;

/// Answers with pages for experts.
@Singleton
final class ExpertPages {
  private final ProjectChoices choices;
  private final Pages pages;
  private final Frames frames;

  ExpertPages(ProjectChoices choices, Pages pages, Frames frames) {
    this.choices = choices;
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
    var project = choices.of(request);
    var page =
        new ExpertPage<T>(
            frame(request, tool),
            project.map(choices::among).orElseGet(choices::none),
            tool,
            project.flatMap(known -> Asked.of(() -> ask.apply(known))));
    return pages.show(request, template, page);
  }

  /// A page about a project, as the answer to a form.
  <T> HttpResponse<?> answer(
      HttpRequest<?> request, Frame frame, ExpertTool tool, Project project, T shown) {
    var page = new ExpertPage<T>(frame, choices.among(project), tool, java.util.Optional.of(shown));
    return pages.show(request, "expert/" + tool.word(), page);
  }

  Project require(String project) {
    return choices.require(project);
  }

  HttpResponse<?> go(Project project, String path, String done) {
    var query = choices.among(project).query();
    return pages.go(frames.at(path + query + (query.isEmpty() ? "?" : "&") + "done=" + done));
  }
}
