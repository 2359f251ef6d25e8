package io.stabbur.attack;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// Judges answers, one by one: nothing of another organisation or person is told, no total counts
/// other organisations' rows, no picture of theirs is drawn, nothing fails on the server's side.
final class Judge {
  /// Answers of the server's side that are meant.
  private record Planned(int status, Pattern text, String reason) {
    boolean covers(Attempt attempt, Answer answer) {
      // an answer to HEAD has no text
      var said =
          attempt.request().method().equals("HEAD") ? attempt.request().target() : answer.text();
      return status == answer.status() && text.matcher(said).find();
    }
  }

  private static final List<Planned> PLANNED =
      List.of(
          new Planned(
              501, Pattern.compile("NotImplemented"), "an operation of S3 that is not offered"),
          new Planned(
              500,
              Pattern.compile("no mail server is set up|/reauthenticate"),
              "as the original answers"),
          new Planned(
              500, Pattern.compile("\"code\":\"21000\""), "one row twice: as PostgREST answers"));

  private static final String READMITTED =
      """
      select o.slug from public.memberships m join public.organizations o on o.id = m.organization_id
      join attack."public.memberships" s on s.id = m.id and s.user_id = m.user_id
      where m.user_id = ?::uuid and m.status = 'active' and s.status = 'suspended'
        and not exists (select from attack."private.membership_invitations" i where i.membership_id = s.id)\
      """;

  private static final Pattern TOTAL = Pattern.compile("/(\\d+)$");
  private static final int TELLING = 1000;
  private final World world;

  /// Canaries that writes of the batch have named, and how many of those writes were not refused:
  /// who wrote a foreign identifier into a row of its own finds it there, and who may read a file
  /// may copy it to where others see its checksum. What it holds is judged in [Aftermath].
  private final Map<String, Integer> written = new ConcurrentHashMap<>();

  Judge(World world) {
    this.world = world;
  }

  /// Takes note of a request before it is sent.
  void begin(Request request) {
    mark(request, 1);
  }

  /// Takes note of its answer.
  void end(Request request, Answer answer) {
    if (!answer.succeeded()) {
      mark(request, -1);
    }
  }

  private void mark(Request request, int more) {
    if (!request.reads()) {
      world.canaries().in(request.said()).forEach(each -> written.merge(each, more, Integer::sum));
    }
  }

  /// Rows are as in the beginning again.
  void forget() {
    written.clear();
  }

  /// What is wrong with an answer.
  ///
  /// @param said what the caller said so far in this try
  List<Find> judge(long number, Surface surface, Attempt attempt, Answer answer, String said) {
    var finds = new ArrayList<Find>();
    var caller = attempt.caller();
    leaks(caller, answer.told(), said)
        .ifPresent(
            leak ->
                finds.add(
                    new Find(number, surface.name(), attempt, "tells of others", leak, answer)));
    if ((answer.status() >= 500 || answer.status() == 0) && !isPlanned(attempt, answer)) {
      finds.add(
          new Find(number, surface.name(), attempt, "fails with " + answer.status(), "", answer));
    }
    if (countsOthers(attempt, answer)) {
      var total = String.valueOf(answer.header("Content-Range"));
      finds.add(new Find(number, surface.name(), attempt, "counts others", total, answer));
    }
    if (answer.header("X-Transformations") != null && !drawsOwn(attempt)) {
      finds.add(new Find(number, surface.name(), attempt, "draws a picture of others", "", answer));
    }
    return finds;
  }

  private static boolean isPlanned(Attempt attempt, Answer answer) {
    return PLANNED.stream().anyMatch(each -> each.covers(attempt, answer));
  }

  private Optional<String> leaks(Caller caller, String told, String said) {
    var foreign = foreign(caller, told);
    if (!foreign.isEmpty()) {
      foreign.removeAll(world.canaries().in(said));
      foreign.removeIf(each -> written.getOrDefault(each, 0) > 0);
      foreign.removeIf(each -> written.getOrDefault(world.canaries().named(each), 0) > 0);
    }
    return foreign.isEmpty()
        ? Optional.empty()
        : Optional.of(
            foreign.stream()
                .limit(5)
                .map(each -> each + " of " + world.canaries().owner(each).orElseThrow())
                .toList()
                .toString());
  }

  private Set<String> foreign(Caller caller, String text) {
    var found = new TreeSet<>(world.canaries().in(text));
    found.removeIf(each -> world.canaries().owner(each).map(caller::maySee).orElse(true));
    if (!found.isEmpty()) {
      var again = readmitted(caller);
      found.removeIf(
          each ->
              world.canaries().owner(each).orElseThrow().organizations().stream()
                  .anyMatch(again::contains));
    }
    return found;
  }

  /// Where an administrator has made a suspended member active again in this batch. Who was asked
  /// to join and has not accepted is none, and is looked for in [Aftermath].
  private Set<String> readmitted(Caller caller) {
    var person = world.people().get(caller.person());
    return person == null ? Set.of() : Set.copyOf(world.database().column(READMITTED, person.id()));
  }

  /// West alone has so many rows in one table.
  private static boolean countsOthers(Attempt attempt, Answer answer) {
    var range = answer.header("Content-Range");
    if (range == null || !attempt.request().path().startsWith("/rest/")) {
      return false;
    }
    var total = TOTAL.matcher(range);
    return total.find() && Long.parseLong(total.group(1)) >= TELLING;
  }

  private boolean drawsOwn(Attempt attempt) {
    var path = attempt.request().path();
    return path.contains("/avatars/")
        || attempt.caller().homes().stream()
            .anyMatch(each -> path.contains(String.valueOf(world.organizations().get(each))));
  }
}
