package io.stabbur.benchmark;

import io.stabbur.testing.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/// What is measured of the data API: requests over the rows of `data.sql`, and the same work as
/// pgbench asks it of Postgres alone, in one pipelined transaction with the same settings.
enum Scene {
  /// One row by its key.
  SINGLE(
      "GET",
      """
      select coalesce(json_agg(t), '[]') from (
       select a.* from api.activities a where a.id = (${row})::uuid) t;\
      """),
  /// Fifty rows of a person, the newest first.
  PAGE(
      "GET",
      """
      select coalesce(json_agg(t), '[]') from (
       select a.id, a.title, a.minutes, a.occurred_at from api.activities a
       where a.user_id = (${person})::uuid order by a.occurred_at desc limit 50) t;\
      """),
  /// Twenty rows with the person of each.
  EMBED(
      "GET",
      """
      select coalesce(json_agg(t), '[]') from (
       select a.id, a.title, a.occurred_at, row_to_json(o) as users from api.activities a
       left join lateral (select u.id, u.name from api.users u where u.id = a.user_id) o on true
       where a.user_id = (${person})::uuid order by a.occurred_at desc limit 20) t;\
      """),
  /// One new row.
  INSERT(
      "POST",
      """
      insert into api.activities (organization_id, user_id, title, minutes)
       values ((${organization})::uuid, (${person})::uuid, 'bench', 30);\
      """);

  static final String SECRET = "a secret of the benchmark that is long enough";
  private static final int REQUESTS = 4000;
  private static final int ROWS = 200_000;
  private static final int ORGANIZATIONS = 50;
  private static final int PEOPLE = 2000;
  private static final List<String> TOKENS = tokens();

  private final String method;
  private final String sql;

  Scene(String method, String sql) {
    this.method = method;
    this.sql = sql;
  }

  String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static List<String> tokens() {
    var tokens = new ArrayList<String>();
    for (int organization = 0; organization < ORGANIZATIONS; organization++) {
      var claims =
          "{\"role\":\"bench_member\",\"sub\":\"%s\",\"organization_id\":\"%s\"}"
              .formatted(id("9000", organization), id("a000", organization));
      tokens.add(Tokens.signed(SECRET, "{\"alg\":\"HS256\",\"typ\":\"JWT\"}", claims));
    }
    return tokens;
  }

  static String id(String kind, int number) {
    return String.format(Locale.ROOT, "00000000-0000-4000-%s-%012d", kind, number);
  }

  /// Whole requests as they go over the wire, each for a row drawn at random.
  List<byte[]> requests() {
    var random = new Random(title().length());
    var requests = new ArrayList<byte[]>();
    for (int i = 0; i < REQUESTS; i++) {
      requests.add(request(random.nextInt(ROWS)).getBytes(StandardCharsets.UTF_8));
    }
    return requests;
  }

  private String request(int row) {
    var head =
        "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n"
            .formatted(method, target(row), TOKENS.get(row % ORGANIZATIONS));
    if (this != INSERT) {
      return head + "\r\n";
    }
    var body =
        "{\"organization_id\":\"%s\",\"user_id\":\"%s\",\"title\":\"bench\",\"minutes\":30}"
            .formatted(id("a000", row % ORGANIZATIONS), id("9000", row % PEOPLE));
    return head
        + "Content-Type: application/json\r\nPrefer: return=minimal\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private String target(int row) {
    return switch (this) {
      case SINGLE -> "/activities?id=eq." + id("8000", row);
      case PAGE ->
          "/activities?select=id,title,minutes,occurred_at&user_id=eq."
              + id("9000", row % PEOPLE)
              + "&order=occurred_at.desc&limit=50";
      case EMBED ->
          "/activities?select=id,title,occurred_at,users(id,name)&user_id=eq."
              + id("9000", row % PEOPLE)
              + "&order=occurred_at.desc&limit=20";
      case INSERT -> "/activities";
    };
  }

  /// A script for `pgbench -M prepared`. The claims are those of the drawn row, so that the
  /// policies let it through.
  String script() {
    return """
    \\set i random(0, %d)
    \\set o :i %% %d
    \\set u :i %% %d
    \\startpipeline
    begin %s;
    select set_config('role', 'bench_member', true),
     set_config('request.jwt.claims', '{"role":"bench_member","organization_id":"'||${organization}||'","sub":"'||${person}||'"}', true),
     set_config('request.method', '%s', true), set_config('request.path', '/activities', true),
     set_config('request.headers', '{"host":"127.0.0.1","accept":"*/*","user-agent":"bench"}', true),
     set_config('search_path', '"api", "public"', true);
    %s
    commit;
    \\endpipeline
    """
        .formatted(
            ROWS - 1,
            ORGANIZATIONS,
            PEOPLE,
            this == INSERT ? "read write" : "read only",
            method,
            sql.replace("\n", ""))
        .replace("${organization}", "'00000000-0000-4000-a000-'||lpad((:o)::text,12,'0')")
        .replace("${person}", "'00000000-0000-4000-9000-'||lpad((:u)::text,12,'0')")
        .replace("${row}", "'00000000-0000-4000-8000-'||lpad((:i)::text,12,'0')")
        .replace(",\n", ",");
  }
}
