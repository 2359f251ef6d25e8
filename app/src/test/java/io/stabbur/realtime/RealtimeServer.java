package io.stabbur.realtime;

import io.stabbur.testing.AtExit;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The server that tests of realtime share: refusals are answered soon, and topics that begin with
/// `both-`, `read-`, `hear-` or `see-` have policies for signed-in users.
final class RealtimeServer {
  private static final String POLICIES =
      """
      create policy t_read on realtime.messages for select to authenticated using (
        realtime.topic() like 'both-%' or realtime.topic() like 'read-%'
        or realtime.topic() like 'hear-%' and extension = 'broadcast'
        or realtime.topic() like 'see-%' and extension = 'presence'
        or realtime.topic() = 'user:' || auth.uid());
      create policy t_write on realtime.messages for insert to authenticated with check (
        realtime.topic() like 'both-%' or realtime.topic() = 'user:' || auth.uid()
        or realtime.topic() like 'say-%' and extension = 'broadcast');
      create function public.t_broken() returns boolean language plpgsql as
        $$ begin raise exception 'broken' using errcode = '22012'; end $$;
      create policy t_broken on realtime.messages for select to authenticated using (
        realtime.topic() like 'broken-%' and public.t_broken());
      """;
  private static @Nullable TestServer shared;

  private RealtimeServer() {}

  static synchronized TestServer shared() {
    if (shared == null) {
      shared = AtExit.close(start(Map.of()));
    }
    return shared;
  }

  /// A server of one's own with these settings of `stabbur.realtime`.
  static TestServer start(Map<String, Object> settings) {
    var all = new HashMap<String, Object>();
    all.put("stabbur.realtime.error-delay", "200ms");
    all.put("stabbur.realtime.refusal-delay", "200ms");
    settings.forEach((name, value) -> all.put("stabbur.realtime." + name, value));
    return startWith(all);
  }

  /// The same with settings of any kind, by their whole names.
  static TestServer startWith(Map<String, Object> settings) {
    var server = TestServer.start(settings);
    execute(server, POLICIES);
    return server;
  }

  static void execute(TestServer server, String sql) {
    TestPostgres.execute(server.project().admin().login(), sql);
  }

  /// A topic of this test alone.
  static String topic(String begin) {
    return begin + UUID.randomUUID();
  }
}
