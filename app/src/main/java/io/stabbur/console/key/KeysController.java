package io.stabbur.console.key;

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
import io.stabbur.auth.application.ProjectPrograms;
import io.stabbur.auth.key.ProjectKeys;
import io.stabbur.console.form.ConsoleForm;
import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Frames;
import io.stabbur.console.page.Pages;
import io.stabbur.console.page.Refusals;
import io.stabbur.console.page.Section;
import io.stabbur.console.project.Asked;
import io.stabbur.console.project.OpenProjects;
import io.stabbur.console.project.ProjectChoice;
import io.stabbur.control.operator.Role;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.control.operator.StepUp;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.Uuids;
import io.stabbur.project.ApiKey;
import io.stabbur.project.ApiKeyStore;
import io.stabbur.project.Project;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// `/console/keys`: the keys of apps and programs. Whoever changes one shows a code of the second
/// factor once more.
@Controller("/console/keys")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.OPERATORS)
final class KeysController {
  private static final int LONGEST_NAME = 100;

  private final OpenProjects projects;
  private final ProjectKeys keys;
  private final ProjectPrograms programs;
  private final StepUp stepUp;
  private final Pages pages;
  private final Frames frames;

  KeysController(
      OpenProjects projects,
      ProjectKeys keys,
      ProjectPrograms programs,
      StepUp stepUp,
      Pages pages,
      Frames frames) {
    this.projects = projects;
    this.keys = keys;
    this.programs = programs;
    this.stepUp = stepUp;
    this.pages = pages;
    this.frames = frames;
  }

  @Get
  @Secured(Role.AUDITORS)
  HttpResponse<?> show(HttpRequest<?> request) {
    return pages.show(request, "keys", page(frame(request), projects.chosen(request), null, ""));
  }

  /// Makes a key and shows it, this once.
  @Post("/{project}/make")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> make(
      HttpRequest<?> request, SignedIn operator, String project, ConsoleForm form) {
    var known = projects.open(project);
    var name = form.text("name");
    var kind = ApiKey.Kind.of(form.text("kind")).filter(each -> isMade(each));
    if (name.isEmpty() || name.length() > LONGEST_NAME || name.chars().anyMatch(c -> c < ' ')) {
      return refused(request, known, form, "keys.name-wrong", "name");
    }
    if (kind.isEmpty()) {
      throw new ApiException(new Failure.Malformed("kind"));
    }
    return withCode(
        request,
        operator,
        known,
        form,
        "code",
        () -> made(request, known, keys.create(known, operator.email(), kind.get(), name)));
  }

  private static boolean isMade(ApiKey.Kind kind) {
    return kind == ApiKey.Kind.PUBLISHABLE || kind == ApiKey.Kind.SECRET;
  }

  /// Makes a key in the place of another, which is good until it is revoked.
  @Post("/{project}/{key}/replace")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> replace(
      HttpRequest<?> request, SignedIn operator, String project, String key, ConsoleForm form) {
    var known = projects.open(project);
    var line = require(known, key);
    return withCode(
        request,
        operator,
        known,
        form,
        "replace-" + key,
        () -> made(request, known, keys.replace(known, operator.email(), line.key())));
  }

  /// Revokes a key whose name was written once more.
  @Post("/{project}/{key}/revoke")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> revoke(
      HttpRequest<?> request, SignedIn operator, String project, String key, ConsoleForm form) {
    var known = projects.open(project);
    var line = require(known, key);
    if (!form.confirms(line.confirmation())) {
      return refused(request, known, form, "keys.confirm-wrong", "confirm-" + key);
    }
    return withCode(
        request,
        operator,
        known,
        form,
        "revoke-" + key,
        () ->
            switch (keys.revoke(known, operator.email(), line.key().id())) {
              case DONE -> back(known, "key-revoked");
              case UNKNOWN -> throw missing(key);
              case IN_USE -> refused(request, known, form, "keys.in-use", "");
            });
  }

  /// Shuts a program out.
  @Post("/{project}/programs/{program}/end")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> endProgram(
      HttpRequest<?> request, SignedIn operator, String project, String program, ConsoleForm form) {
    var known = projects.open(project);
    var id = Uuids.parse(program).orElseThrow(() -> missing(program));
    return withCode(
        request,
        operator,
        known,
        form,
        "end-" + id,
        () -> {
          if (!programs.revoke(known, operator.email(), id)) {
            throw missing(program);
          }
          return back(known, "program-ended");
        });
  }

  private HttpResponse<?> withCode(
      HttpRequest<?> request,
      SignedIn operator,
      Project project,
      ConsoleForm form,
      String field,
      Supplier<HttpResponse<?>> act) {
    var refusal = Refusals.ofCode(stepUp.attempt(operator, form.text("code")));
    return refusal.isEmpty() ? act.get() : refused(request, project, form, refusal, field);
  }

  private HttpResponse<?> made(
      HttpRequest<?> request, Project project, Optional<ApiKeyStore.Made> made) {
    if (made.isEmpty()) {
      return refused(request, project, new ConsoleForm(Map.of()), "keys.elsewhere", "");
    }
    var key = made.get().key();
    var shown = new KeysPage.Made(key.name(), !key.kind().isPublic(), made.get().text().reveal());
    return pages.show(request, "keys", page(frame(request), projects.chosen(project), shown, ""));
  }

  private HttpResponse<?> refused(
      HttpRequest<?> request, Project project, ConsoleForm form, String key, String field) {
    var frame = frame(request).refused(key, "", field);
    return pages.show(
        request,
        HttpStatus.BAD_REQUEST,
        "keys",
        page(frame, projects.chosen(project), null, form.text("name")));
  }

  private HttpResponse<?> back(Project project, String done) {
    return pages.go(frames.at(projects.chosen(project).after("/keys", done)));
  }

  private KeyLine require(Project project, String key) {
    return lines(project).stream()
        .filter(line -> line.key().id().toString().equals(key))
        .findFirst()
        .orElseThrow(() -> missing(key));
  }

  private static List<KeyLine> lines(Project project) {
    var store = ApiKeyStore.of(project);
    var uses = Asked.of(store::lastUses).orElse(Map.of());
    return store.now().keys().stream()
        .filter(key -> !key.isRevoked())
        .map(key -> new KeyLine(key, store.isOfTheAppliance(key), uses.get(key.id())))
        .toList();
  }

  private KeysPage page(
      Frame frame, ProjectChoice choice, KeysPage.@Nullable Made made, String name) {
    var lines = projects.opened(choice.name()).map(KeysController::lines).orElse(List.of());
    var acting = projects.ask(choice.name(), programs::list);
    return new KeysPage(
        frame, choice, acting.isEmpty(), lines, acting.orElse(List.of()), made, name);
  }

  private static ApiException missing(String what) {
    return new ApiException(new Failure.NoSuchRoute("/keys/" + what));
  }

  private Frame frame(HttpRequest<?> request) {
    return frames.of(request, Section.KEYS, "keys.title");
  }
}
