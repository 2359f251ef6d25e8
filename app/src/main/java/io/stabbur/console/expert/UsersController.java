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
import io.stabbur.auth.people.AccountDesk;
import io.stabbur.auth.people.PeopleDesk;
import io.stabbur.auth.people.PeopleDesk.Search;
import io.stabbur.console.form.ConsoleForm;
import io.stabbur.console.look.PersonLooks;
import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Refusals;
import io.stabbur.console.project.ProjectCallers;
import io.stabbur.control.operator.OperatorJournal;
import io.stabbur.control.operator.Role;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.control.operator.StepUp;
import io.stabbur.identity.Caller;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.Uuids;
import io.stabbur.project.Project;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// `/console/expert/users`: accounts with their identities, factors and sessions, and what can be
/// ended of them. Each act needs a code of the operator's own.
@Controller("/console/expert/users")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(Role.OPERATORS)
final class UsersController {
  private static final int MOST = 50;
  private static final int LONGEST = 254;

  private final ExpertPages expert;
  private final PeopleDesk people;
  private final AccountDesk accounts;
  private final PersonLooks looks;
  private final StepUp stepUp;
  private final OperatorJournal journal;
  private final Clock clock;

  UsersController(
      ExpertPages expert,
      PeopleDesk people,
      AccountDesk accounts,
      PersonLooks looks,
      StepUp stepUp,
      OperatorJournal journal,
      Clock clock) {
    this.expert = expert;
    this.people = people;
    this.accounts = accounts;
    this.looks = looks;
    this.stepUp = stepUp;
    this.journal = journal;
    this.clock = clock;
  }

  /// @param q in the address or the name, or a whole id
  /// @param after the id of the last account of the page before
  @Get
  HttpResponse<?> all(
      HttpRequest<?> request,
      @QueryValue(defaultValue = "") String q,
      @QueryValue(defaultValue = "") String after) {
    var text = q.strip().substring(0, Math.min(q.strip().length(), LONGEST));
    return expert.show(
        request,
        ExpertTool.USERS,
        project ->
            looks.list(
                request,
                project,
                text,
                () -> list(project, text, Uuids.parse(after.strip()).orElse(null)),
                page -> page.people().size()));
  }

  private UsersPage list(Project project, String text, @Nullable UUID after) {
    var caller = ProjectCallers.of(project);
    var also = Uuids.parse(text.strip()).map(List::of).orElse(List.of());
    var found = people.find(caller, new Search(text, also, after), MOST + 1);
    boolean isCut = found.size() > MOST;
    var shown = isCut ? found.subList(0, MOST) : found;
    return new UsersPage(
        text, after == null, shown, isCut ? shown.getLast().id() : null, clock.instant());
  }

  @Get("/{person}")
  HttpResponse<?> one(HttpRequest<?> request, String person) {
    var id = required(person);
    return expert.show(
        request,
        ExpertTool.USERS,
        "expert/account",
        project ->
            looks
                .one(request, project, id, () -> found(project, id))
                .orElseThrow(() -> missing(person)));
  }

  /// Ends one session.
  @Post("/{project}/{person}/sessions/{session}/end")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> endSession(@RequestBean Act act, String session) {
    var id = required(session);
    return run(
        act,
        "end-" + id,
        "session-ended",
        (caller, account) -> accounts.endSession(caller, account, id));
  }

  /// Ends all sessions.
  @Post("/{project}/{person}/end-sessions")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> endSessions(@RequestBean Act act) {
    return run(act, "end-code", "person-end-sessions", people::endSessions);
  }

  /// Removes one second factor.
  @Post("/{project}/{person}/factors/{factor}/remove")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> removeFactor(@RequestBean Act act, String factor) {
    var id = required(factor);
    return run(
        act,
        "factor-" + id,
        "factor-removed",
        (caller, account) -> accounts.removeFactor(caller, account, id));
  }

  /// Keeps the account out for so many `hours`.
  @Post("/{project}/{person}/ban")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> ban(@RequestBean Act act) {
    var hours =
        AccountPage.HOURS.stream()
            .filter(each -> act.form().text("hours").equals(each.toString()))
            .findFirst()
            .orElseThrow(() -> new ApiException(new Failure.Malformed("hours")));
    return run(
        act,
        "ban-code",
        "person-suspend",
        (caller, account) -> accounts.ban(caller, account, Duration.ofHours(hours)));
  }

  @Post("/{project}/{person}/unban")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  HttpResponse<?> unban(@RequestBean Act act) {
    return run(act, "ban-code", "person-resume", people::resume);
  }

  /// What was sent to change an account.
  @Introspected
  record Act(
      HttpRequest<?> request,
      SignedIn by,
      @PathVariable String project,
      @PathVariable String person,
      ConsoleForm form) {}

  /// Does it after a code of the operator's own, tells the journal about whom, and shows the
  /// account again.
  ///
  /// @param field the id of the field with the operator's code
  private HttpResponse<?> run(Act act, String field, String done, BiConsumer<Caller, UUID> change) {
    var project = expert.require(act.project());
    var before = page(project, act.person());
    var id = before.user().id();
    journal.about(act.request(), project.name(), before.address());
    var frame = expert.frame(act.request(), ExpertTool.USERS);
    var refusal = Refusals.ofCode(stepUp.attempt(act.by(), act.form().text("code")));
    if (!refusal.isEmpty()) {
      return refused(act, frame.refused(refusal, "", field), project, before);
    }
    try {
      change.accept(ProjectCallers.of(project), id);
      return expert.go(project, "/expert/users/" + id, done);
    } catch (ApiException e) {
      Refusals.requireToldOnForms(e);
      var now = page(project, act.person());
      return refused(act, frame.refused(e.error(), "people.refused", ""), project, now);
    }
  }

  private HttpResponse<?> refused(Act act, Frame frame, Project project, AccountPage shown) {
    return expert.refuse(act.request(), frame, ExpertTool.USERS, "expert/account", project, shown);
  }

  private AccountPage page(Project project, String person) {
    return Uuids.parse(person.strip())
        .flatMap(id -> found(project, id))
        .orElseThrow(() -> missing(person));
  }

  private Optional<AccountPage> found(Project project, UUID id) {
    return accounts
        .account(ProjectCallers.of(project), id)
        .map(account -> new AccountPage(account, clock.instant()));
  }

  private static UUID required(String id) {
    return Uuids.parse(id.strip()).orElseThrow(() -> missing(id));
  }

  private static ApiException missing(String id) {
    return new ApiException(new Failure.NoSuchRoute("/users/" + id));
  }
}
