package io.stabbur.console.expert;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.stabbur.console.form.ConsoleForm;
import io.stabbur.console.page.Pages;
import io.stabbur.console.page.Refusals;
import io.stabbur.console.project.Window;
import io.stabbur.control.operator.OperatorJournal;
import io.stabbur.control.operator.Role;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.control.operator.StepUp;
import io.stabbur.identity.Caller;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.project.Project;
import io.stabbur.project.RecoveryPoint;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.browse.BucketLine;
import io.stabbur.storage.browse.FileDesk;
import io.stabbur.storage.browse.FileDesk.Openness;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;

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
  private final Clock clock;
  private final Pages pages;

  StoragePageController(
      ExpertPages expert,
      FileDesk files,
      StorageLooks looks,
      StepUp stepUp,
      OperatorJournal journal,
      Clock clock,
      Pages pages) {
    this.expert = expert;
    this.files = files;
    this.looks = looks;
    this.stepUp = stepUp;
    this.journal = journal;
    this.clock = clock;
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

  /// The bytes of a file, as the role or the person may read them.
  @Post("/{project}/download")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> download(
      HttpRequest<?> request, SignedIn operator, String project, ConsoleForm form) {
    var known = expert.require(project);
    var file = place(known, form);
    var caller = caller(request, known, file);
    try {
      return pages.plain(files.download(request, caller, file.bucket(), file.name()));
    } catch (ApiException e) {
      return refused(request, operator, known, file, e);
    }
  }

  /// Removes a file, once its name was written and a code of the second factor shown.
  @Post("/{project}/delete")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> delete(
      HttpRequest<?> request, SignedIn operator, String project, ConsoleForm form) {
    var known = expert.require(project);
    var file = place(known, form);
    var caller = caller(request, known, file);
    if (!form.raw("confirm").strip().equals(file.last().strip())) {
      return refused(request, operator, known, file, "expert.storage.other-name", "confirm");
    }
    var refusal = Refusals.ofCode(stepUp.attempt(operator, form.text("code")));
    if (!refusal.isEmpty()) {
      return refused(request, operator, known, file, refusal, "code");
    }
    var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    try {
      RecoveryPoint.make(known, "before a file was deleted at " + now);
      files.delete(caller, file.bucket(), file.name());
      return expert.go(known, BUCKET, "file-deleted" + file.folderQuery());
    } catch (ApiException e) {
      return refused(request, operator, known, file, e);
    }
  }

  /// Makes a bucket public or private, once its name was written and a code of the second factor
  /// shown.
  @Post("/{project}/public")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> publish(
      HttpRequest<?> request, SignedIn operator, String project, ConsoleForm form) {
    var known = expert.require(project);
    var bucket = form.raw("bucket");
    var seen = new SeenAs(form.text("as"), form.text("person"));
    var _ = requireBucket(known, bucket);
    var found = looks.require(known, seen);
    journal.about(request, known.name(), bucket);
    if (!form.raw("confirm").strip().equals(bucket.strip())) {
      return refused(
          request, operator, known, seen, bucket, "expert.storage.other-name", "confirm");
    }
    var refusal = Refusals.ofCode(stepUp.attempt(operator, form.text("code")));
    if (!refusal.isEmpty()) {
      return refused(request, operator, known, seen, bucket, refusal, "code");
    }
    var openness = form.text("open").equals("yes") ? Openness.PUBLIC : Openness.PRIVATE;
    try {
      files.publish(found.caller(), bucket, openness);
      var query = BucketPage.query(bucket, "", "") + seen.query();
      return expert.go(known, BUCKET, "files-openness" + query);
    } catch (ApiException e) {
      return refused(request, operator, known, seen, bucket, key(e), "");
    }
  }

  /// The file that a form names, without what is known of it.
  private FilePage place(Project project, ConsoleForm form) {
    var seen = new SeenAs(form.text("as"), form.text("person"));
    var _ = requireBucket(project, form.raw("bucket"));
    return new FilePage(seen, "", form.raw("bucket"), form.raw("name"), null);
  }

  private Caller caller(HttpRequest<?> request, Project project, FilePage file) {
    var found = looks.require(project, file.seen());
    var place = "as " + found.name() + '\n' + file.bucket() + '/' + file.name();
    journal.about(request, project.name(), place);
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
      HttpRequest<?> request, SignedIn operator, Project project, FilePage file, ApiException e) {
    return refused(request, operator, project, file, key(e), "");
  }

  private HttpResponse<?> refused(
      HttpRequest<?> request,
      SignedIn operator,
      Project project,
      FilePage file,
      String key,
      String field) {
    var frame = expert.frame(request, ExpertTool.STORAGE).refused(key, "", field);
    var shown = one(project, operator, file.seen(), file.bucket(), file.name());
    return expert.refuse(request, frame, ExpertTool.STORAGE, "expert/file", project, shown);
  }

  private HttpResponse<?> refused(
      HttpRequest<?> request,
      SignedIn operator,
      Project project,
      SeenAs seen,
      String bucket,
      String key,
      String field) {
    var frame = expert.frame(request, ExpertTool.STORAGE).refused(key, "", field);
    var shown = list(project, operator, seen, bucket, "", "");
    return expert.refuse(request, frame, ExpertTool.STORAGE, "expert/bucket", project, shown);
  }

  /// The words for why the storage refused; an error that is none of its refusals goes on.
  private static String key(ApiException e) {
    return switch (e.error()) {
      case StorageError.Held _ -> "expert.storage.held";
      case StorageError.AccessDenied _, StorageError.LookingRefused _ -> "expert.storage.denied";
      case StorageError.NoSuchKey _, StorageError.NothingThere _, StorageError.NoSuchBucket _ ->
          "expert.storage.gone";
      case Failure.Database database when database.sqlState().equals("SH423") ->
          "expert.storage.held";
      case Failure.Database database when database.sqlState().equals("42501") ->
          "expert.storage.denied";
      default -> throw e;
    };
  }
}
