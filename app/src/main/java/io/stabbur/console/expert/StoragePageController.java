package io.stabbur.console.expert;

import io.micronaut.core.annotation.Introspected;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.RequestBean;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.stabbur.console.form.ConsoleForm;
import io.stabbur.console.page.Pages;
import io.stabbur.console.page.Refusals;
import io.stabbur.console.project.RecoveryPoints;
import io.stabbur.console.project.Window;
import io.stabbur.control.operator.OperatorJournal;
import io.stabbur.control.operator.Role;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.control.operator.StepUp;
import io.stabbur.identity.Caller;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.project.Project;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.browse.BucketLine;
import io.stabbur.storage.browse.FileDesk;
import io.stabbur.storage.browse.FileDesk.Openness;
import java.util.List;
import java.util.function.Supplier;

/// `/console/expert/storage`: buckets and files as a role or as a person sees and changes them.
@Controller("/console/expert/storage")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.OPERATORS)
final class StoragePageController {
  private static final int LONGEST = 1_024;
  private static final String BUCKET = "/expert/storage/bucket";

  private final ExpertPages expert;
  private final FileDesk files;
  private final StorageLooks looks;
  private final StepUp stepUp;
  private final OperatorJournal journal;
  private final RecoveryPoints points;
  private final Pages pages;

  StoragePageController(
      ExpertPages expert,
      FileDesk files,
      StorageLooks looks,
      StepUp stepUp,
      OperatorJournal journal,
      RecoveryPoints points,
      Pages pages) {
    this.expert = expert;
    this.files = files;
    this.looks = looks;
    this.stepUp = stepUp;
    this.journal = journal;
    this.points = points;
    this.pages = pages;
  }

  @Get
  HttpResponse<?> buckets(
      HttpRequest<?> request,
      SignedIn operator,
      @QueryValue(defaultValue = SeenAs.USUAL) String as,
      @QueryValue(defaultValue = "") String person) {
    var seen = new SeenAs(as, person.strip());
    return expert.show(
        request,
        ExpertTool.STORAGE,
        project -> {
          var found = looks.look(project, operator, seen, "buckets", files::buckets);
          var shown = Window.of(found.shown().orElse(List.of()), BucketLine::id, request);
          return new StoragePage(seen, found.refusal(), shown);
        });
  }

  /// @param folder with the slash at its end; empty for the bucket itself
  /// @param after the last name of the page before
  @Get("/bucket")
  HttpResponse<?> bucket(
      HttpRequest<?> request,
      SignedIn operator,
      @QueryValue(defaultValue = "") String bucket,
      @QueryValue(defaultValue = "") String folder,
      @QueryValue(defaultValue = "") String after,
      @QueryValue(defaultValue = SeenAs.USUAL) String as,
      @QueryValue(defaultValue = "") String person) {
    var seen = new SeenAs(as, person.strip());
    requireShort(bucket, folder, after);
    return expert.show(
        request,
        ExpertTool.STORAGE,
        "expert/bucket",
        project -> list(project, operator, seen, bucket, folder, after));
  }

  private BucketPage list(
      Project project, SignedIn operator, SeenAs seen, String bucket, String folder, String after) {
    var known = requireBucket(project, bucket);
    var found =
        looks.look(
            project,
            operator,
            seen,
            bucket + '/' + folder,
            caller -> files.files(caller, bucket, folder, after));
    var page = found.shown().orElse(new FileDesk.Page(List.of(), null));
    return new BucketPage(
        seen, found.refusal(), known, folder, after.isEmpty(), page.lines(), page.next());
  }

  @Get("/file")
  HttpResponse<?> file(
      HttpRequest<?> request,
      SignedIn operator,
      @QueryValue(defaultValue = "") String bucket,
      @QueryValue(defaultValue = "") String name,
      @QueryValue(defaultValue = SeenAs.USUAL) String as,
      @QueryValue(defaultValue = "") String person) {
    var seen = new SeenAs(as, person.strip());
    requireShort(bucket, name);
    return expert.show(
        request,
        ExpertTool.STORAGE,
        "expert/file",
        project -> one(project, operator, seen, bucket, name));
  }

  private FilePage one(
      Project project, SignedIn operator, SeenAs seen, String bucket, String name) {
    var _ = requireBucket(project, bucket);
    var found =
        looks.look(
            project,
            operator,
            seen,
            bucket + '/' + name,
            caller -> files.file(caller, bucket, name));
    var file = found.shown().flatMap(each -> each).orElse(null);
    return new FilePage(seen, found.refusal(), bucket, name, file);
  }

  /// What was sent about a file or a bucket.
  @Introspected
  record Act(
      HttpRequest<?> request, SignedIn operator, @PathVariable String project, ConsoleForm form) {
    SeenAs seen() {
      return new SeenAs(form.text("as"), form.text("person"));
    }

    String bucket() {
      return form.raw("bucket");
    }
  }

  /// The bytes of a file, as the role or the person may read them.
  @Post("/{project}/download")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> download(@RequestBean Act act) {
    var known = expert.require(act.project());
    var file = place(known, act);
    var caller = caller(act, known, file);
    try {
      return pages.plain(files.download(act.request(), caller, file.bucket(), file.name()));
    } catch (ApiException e) {
      return refused(act, known, file, key(e), "");
    }
  }

  /// Removes a file, once its name was written and a code of the second factor shown.
  @Post("/{project}/delete")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> delete(@RequestBean Act act) {
    var known = expert.require(act.project());
    var file = place(known, act);
    var caller = caller(act, known, file);
    return confirmed(
        act,
        file.asked(),
        (key, field) -> refused(act, known, file, key, field),
        () -> {
          points.before(known, "a file was deleted");
          files.delete(caller, file.bucket(), file.name());
          return expert.go(known, BUCKET, "file-deleted" + file.folderQuery());
        });
  }

  /// Makes a bucket public or private, once its name was written and a code of the second factor
  /// shown.
  @Post("/{project}/public")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> publish(@RequestBean Act act) {
    var known = expert.require(act.project());
    var bucket = act.bucket();
    var _ = requireBucket(known, bucket);
    var found = looks.require(known, act.seen());
    journal.about(act.request(), known.name(), bucket);
    return confirmed(
        act,
        bucket,
        (key, field) -> refused(act, known, bucket, key, field),
        () -> {
          var openness = act.form().text("open").equals("yes") ? Openness.PUBLIC : Openness.PRIVATE;
          files.publish(found.caller(), bucket, openness);
          var query = BucketPage.query(bucket, "", "") + act.seen().query();
          return expert.go(known, BUCKET, "files-openness" + query);
        });
  }

  /// Answers why something was not done.
  private interface Refusing {
    /// @param key of the text
    /// @param field the id of the field that it is about; empty where it is about none
    HttpResponse<?> answer(String key, String field);
  }

  /// Does it once the name was written and a code of the operator's own was given.
  private HttpResponse<?> confirmed(
      Act act, String name, Refusing refusing, Supplier<HttpResponse<?>> work) {
    if (!act.form().confirms(name)) {
      return refusing.answer("expert.storage.other-name", "confirm");
    }
    var refusal = Refusals.ofCode(stepUp.attempt(act.operator(), act.form().text("code")));
    if (!refusal.isEmpty()) {
      return refusing.answer(refusal, "code");
    }
    try {
      return work.get();
    } catch (ApiException e) {
      return refusing.answer(key(e), "");
    }
  }

  /// The file that a form names, without what is known of it.
  private FilePage place(Project project, Act act) {
    var _ = requireBucket(project, act.bucket());
    return new FilePage(act.seen(), "", act.bucket(), act.form().raw("name"), null);
  }

  private Caller caller(Act act, Project project, FilePage file) {
    var found = looks.require(project, file.seen());
    var place = "as " + found.name() + '\n' + file.bucket() + '/' + file.name();
    journal.about(act.request(), project.name(), place);
    return found.caller();
  }

  private BucketLine requireBucket(Project project, String bucket) {
    return files
        .bucket(project, bucket)
        .orElseThrow(() -> new ApiException(new Failure.NoSuchRoute("/storage/" + bucket)));
  }

  private static void requireShort(String... names) {
    for (var name : names) {
      if (name.length() > LONGEST) {
        throw new ApiException(new Failure.Malformed("name"));
      }
    }
  }

  private HttpResponse<?> refused(
      Act act, Project project, FilePage file, String key, String field) {
    var shown = one(project, act.operator(), file.seen(), file.bucket(), file.name());
    return refused(act, project, "expert/file", shown, key, field);
  }

  private HttpResponse<?> refused(
      Act act, Project project, String bucket, String key, String field) {
    var shown = list(project, act.operator(), act.seen(), bucket, "", "");
    return refused(act, project, "expert/bucket", shown, key, field);
  }

  private <T> HttpResponse<?> refused(
      Act act, Project project, String template, T shown, String key, String field) {
    var frame = expert.frame(act.request(), ExpertTool.STORAGE).refused(key, "", field);
    return expert.refuse(act.request(), frame, ExpertTool.STORAGE, template, project, shown);
  }

  /// The words for why the storage refused; an error that is none of its refusals goes on.
  private static String key(ApiException e) {
    return switch (e.error()) {
      case StorageError.Held _ -> "expert.storage.held";
      case StorageError.AccessDenied _, StorageError.SelectDenied _ -> "expert.storage.denied";
      case StorageError.NoSuchKey _,
          StorageError.NotFoundButVisible _,
          StorageError.NoSuchBucket _ ->
          "expert.storage.gone";
      case Failure.Database database when database.sqlState().equals("SH423") ->
          "expert.storage.held";
      case Failure.Database database when database.sqlState().equals("42501") ->
          "expert.storage.denied";
      default -> throw e;
    };
  }
}
