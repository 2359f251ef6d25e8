package io.stabbur.console.activity;

import io.stabbur.console.page.Texts;
import io.stabbur.control.operator.OperatorLogEntry;
import io.stabbur.control.operator.Role;
import io.stabbur.control.operator.SignedIn;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// Something that an operator did.
///
/// @param sentence what, such as `silenced the alert DiskFull`
/// @param about whom or what; empty where the sentence says it all
/// @param action as it was noted
/// @param isOther whether there is no sentence for it
public record Deed(
    Instant at,
    String operator,
    String sentence,
    String about,
    String action,
    Outcome outcome,
    boolean isOther) {
  /// How it ended.
  public enum Outcome {
    DONE,
    REFUSED,
    FAILED,
    /// It runs, or the server was stopped meanwhile.
    OPEN;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// What is done with a request.
  private record Kind(Pattern pattern, String key) {
    static Kind of(String pattern, String key) {
      return new Kind(Pattern.compile(pattern), "activity.deed." + key);
    }
  }

  private static final String OPERATORS = "/admin/v1/operators";
  private static final String PROJECTS = "/admin/v1/projects";
  private static final List<Kind> KINDS =
      List.of(
          Kind.of("sign-in", "sign-in"),
          Kind.of("POST /console/sign-out|DELETE " + OPERATORS + "/session", "sign-out"),
          Kind.of("POST /console/second-factor|POST " + OPERATORS + "/me/factor", "factor-begin"),
          Kind.of(
              "POST /console/second-factor/confirm|POST " + OPERATORS + "/me/factor/confirm",
              "factor"),
          Kind.of("POST /console/account/password|PUT " + OPERATORS + "/me/password", "password"),
          Kind.of("POST /console/account/programs|POST " + OPERATORS + "/me/tokens", "program"),
          Kind.of(
              "POST /console/account/programs/[^/]+/end|DELETE " + OPERATORS + "/me/tokens/.+",
              "program-end"),
          Kind.of("POST /console/alerts/([^/]+)/[^/]+/silence", "silence"),
          Kind.of("POST /alerts/silences|POST /admin/v1/alerts/silences", "silence-some"),
          Kind.of(
              "POST /console/alerts/silences/[^/]+/end|DELETE /(?:admin/v1/)?alerts/silences/.+",
              "silence-end"),
          Kind.of("POST /(?:admin/v1/)?alerts/test", "alert-test"),
          Kind.of("POST /console/backups/([^/]+)/make", "backup"),
          Kind.of("POST /console/backups/([^/]+)/rehearse", "rehearse"),
          Kind.of("POST /console/backups/([^/]+)/download", "backup-download"),
          Kind.of("POST /console/backups/([^/]+)/copy/make", "backup-copy"),
          Kind.of("POST /console/operators|POST " + OPERATORS, "operator-new"),
          Kind.of(
              "POST /console/operators/[^/]+/role|PATCH " + OPERATORS + "/[^/]+", "operator-role"),
          Kind.of("POST /(?:console|admin/v1)/operators/[^/]+/reset-factor", "operator-factor"),
          Kind.of("POST /(?:console|admin/v1)/operators/[^/]+/invite", "operator-invite"),
          Kind.of(
              "POST /console/operators/[^/]+/remove|DELETE " + OPERATORS + "/[^/]+",
              "operator-remove"),
          Kind.of("POST /console/projects|POST " + PROJECTS, "project-new"),
          Kind.of("PATCH " + PROJECTS + "/(.+)", "project-change"),
          Kind.of("POST /(?:console|admin/v1)/projects/([^/]+)/suspend", "project-suspend"),
          Kind.of("POST /(?:console|admin/v1)/projects/([^/]+)/resume", "project-resume"),
          Kind.of("POST /console/projects/([^/]+)/remove", "project-remove"),
          Kind.of("DELETE " + PROJECTS + "/(.+)", "project-remove"),
          Kind.of(
              "POST /console/(?:people/([^/]+)|organizations/([^/]+)/[^/]+)/invite",
              "person-invite"),
          Kind.of("POST /console/people/([^/]+)/[^/]+/reset-factor", "person-factor"),
          Kind.of(
              "POST /console/(?:people|expert/users)/([^/]+)/[^/]+/end-sessions",
              "person-sessions"),
          Kind.of(
              "POST /console/(?:people/([^/]+)/[^/]+/suspend|expert/users/([^/]+)/[^/]+/ban)",
              "person-suspend"),
          Kind.of(
              "POST /console/(?:people/([^/]+)/[^/]+/resume|expert/users/([^/]+)/[^/]+/unban)",
              "person-resume"),
          Kind.of("POST /console/expert/users/([^/]+)/[^/]+/sessions/[^/]+/end", "session-end"),
          Kind.of("POST /console/expert/users/([^/]+)/[^/]+/factors/[^/]+/remove", "factor-remove"),
          Kind.of(
              "POST /console/(?:people/([^/]+)/[^/]+|organizations/([^/]+)/.+)/role",
              "person-role"),
          Kind.of(
              "POST /console/(?:people/([^/]+)/[^/]+/leave|organizations/([^/]+)/.+/remove)",
              "person-leave"),
          Kind.of("POST /console/organizations/([^/]+)", "organization-new"),
          Kind.of("POST /console/organizations/([^/]+)/[^/]+/rename", "organization-rename"),
          Kind.of("POST /console/organizations/([^/]+)/[^/]+/labels", "organization-labels"),
          Kind.of("POST /console/organizations/([^/]+)/[^/]+/suspend", "organization-suspend"),
          Kind.of("POST /console/organizations/([^/]+)/[^/]+/resume", "organization-resume"),
          Kind.of("POST /console/organizations/([^/]+)/[^/]+/hand-over", "organization-hand-over"),
          Kind.of("POST /console/organizations/([^/]+)/.+/suspend", "member-suspend"),
          Kind.of("POST /console/organizations/([^/]+)/.+/resume", "member-resume"),
          Kind.of("POST /console/organizations/([^/]+)/[^/]+/restore/try", "restore-try"),
          Kind.of("POST /console/organizations/([^/]+)/[^/]+/restore/apply", "restore"),
          Kind.of(
              "POST /console/organizations/([^/]+)/[^/]+/restore/apply, asked for", "restore-ask"),
          Kind.of("POST /console/organizations/([^/]+)/[^/]+/restore/withdraw", "restore-withdraw"),
          Kind.of("POST /console/organizations/([^/]+)/[^/]+/move/try", "move-try"),
          Kind.of("POST /console/organizations/([^/]+)/[^/]+/move/apply", "move"),
          Kind.of("POST /console/organizations/([^/]+)/[^/]+/move/apply, asked for", "move-ask"),
          Kind.of("POST /console/organizations/([^/]+)/[^/]+/move/withdraw", "move-withdraw"),
          Kind.of("POST /console/data-requests/([^/]+)/[^/]+/export", "request-export"),
          Kind.of("POST /console/data-requests/([^/]+)/[^/]+/erase", "request-erase"),
          Kind.of("POST /console/data-requests/([^/]+)/[^/]+/erase, asked for", "request-ask"),
          Kind.of("POST /console/data-requests/([^/]+)/[^/]+/withdraw", "request-withdraw"),
          Kind.of("POST /console/mail/test", "mail-test"),
          Kind.of("POST /console/visibility/([^/]+)/try", "probe"),
          Kind.of("POST /console/keys/([^/]+)/make", "key-new"),
          Kind.of("POST /console/keys/([^/]+)/[^/]+/replace", "key-replace"),
          Kind.of("POST /console/keys/([^/]+)/[^/]+/revoke", "key-revoke"),
          Kind.of("POST /console/keys/([^/]+)/programs/[^/]+/end", "key-program-end"),
          Kind.of("POST /console/expert/functions/([^/]+)/[^/]+/roll-back", "roll-back"),
          Kind.of("POST /console/files/([^/]+)/keep", "files-keep"),
          Kind.of("POST /console/expert/tables/([^/]+)/[^/]+/[^/]+/row", "row-open"),
          Kind.of("POST /console/expert/tables/([^/]+)/[^/]+/[^/]+/change", "row-change"),
          Kind.of("POST /console/expert/storage/([^/]+)/download", "file-download"),
          Kind.of("POST /console/expert/storage/([^/]+)/delete", "file-delete"),
          Kind.of("POST /console/expert/storage/([^/]+)/public", "files-openness"),
          Kind.of("POST /console/expert/statement/([^/]+)/run", "statement-form"),
          Kind.of("(?s)Files \\(read\\) in (\\S+) as .*", "file-look"),
          Kind.of("(?s)Accounts? \\(read\\) in (\\S+).*", "account-look"),
          Kind.of("(?s)Log \\(read\\) in (\\S+) / .*", "function-log-look"),
          Kind.of("(?s)Log \\(read\\).*", "log-look"),
          Kind.of("Realtime \\(read\\) in (.+)", "realtime-look"),
          Kind.of("(?s)SQL \\(read\\) in (\\S+) as .*", "read"),
          Kind.of("(?s)SQL \\(write\\) in (\\S+) as .*", "write"));

  /// @param reader whose role decides how much is told
  static Deed of(OperatorLogEntry entry, Texts texts, Role reader) {
    var sentence = sentence(entry.action(), texts);
    return new Deed(
        entry.at(),
        SignedIn.isCommand(entry.operator()) ? command(texts) : entry.operator(),
        sentence.orElseGet(() -> texts.of("activity.deed.other")),
        Objects.requireNonNullElse(entry.subjectFor(reader), ""),
        entry.actionFor(reader),
        outcome(entry),
        sentence.isEmpty());
  }

  /// What is shown for the command on the server's own machine.
  static String command(Texts texts) {
    return texts.of("activity.command");
  }

  private static Optional<String> sentence(String action, Texts texts) {
    for (var kind : KINDS) {
      var matcher = kind.pattern().matcher(action);
      if (matcher.matches()) {
        return Optional.of(texts.of(kind.key(), name(matcher.toMatchResult()).orElse("")));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> name(MatchResult found) {
    return IntStream.rangeClosed(1, found.groupCount())
        .mapToObj(found::group)
        .filter(Objects::nonNull)
        .findFirst();
  }

  private static Outcome outcome(OperatorLogEntry entry) {
    var status = entry.status();
    if (status == null) {
      return Outcome.OPEN;
    }
    return status < 400 ? Outcome.DONE : status < 500 ? Outcome.REFUSED : Outcome.FAILED;
  }

  /// Whether the sentence does not say all.
  public boolean isTold() {
    return !OperatorLogEntry.isLook(action) && !isOther;
  }

  static List<String> keys() {
    return KINDS.stream().map(Kind::key).toList();
  }
}
