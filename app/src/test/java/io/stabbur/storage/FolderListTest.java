package io.stabbur.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Login;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// `stabbur_storage.list_folder` reads many rows at once; `storage.search`, which every Supabase
/// project has, says what a folder holds.
class FolderListTest {
  private static final List<String> PARTS =
      List.of("a", "A", "b", "0", "Æ", "%", "_", "-", "folder", "Folder", "file.txt", "İ", ".");
  private static final String BY_SEARCH =
      "select coalesce(json_agg(s)::text, '[]') from storage.search(?, ?, ?, 1, ?, ?, 'name', ?) s";
  private static final String BY_FOLDER =
      "select coalesce(json_agg(s)::text, '[]') from stabbur_storage.list_folder(?, ?, ?, ?, ?, ?)"
          + " s";

  private final TestServer server = TestServer.shared();
  private final StorageHttp http = new StorageHttp(server);
  private final Random dice = new Random(17);

  @Test
  void aFolderHoldsWhatSearchSays() {
    var bucket = http.bucket("");
    var login = server.project().admin().login();
    TestPostgres.execute(login, rows(bucket));
    for (int i = 0; i < 150; i++) {
      var prefix = dice.nextBoolean() ? "" : path(1 + dice.nextInt(2)) + '/';
      var search = dice.nextBoolean() ? "" : part();
      same(login, bucket, prefix, search, 1 + dice.nextInt(40), dice.nextInt(30));
    }
    same(login, bucket, "many/", "", 100, 0);
    same(login, bucket, "many/", "", 100, 150);
    same(login, bucket, "many/", "", 1000, 0);
    same(login, bucket, "many/", "N01", 1000, 3);
    same(login, bucket, "", "", 1000, 0);
  }

  @Test
  void aPageHasNoMoreEntriesInOneOrderThanInAnother() {
    var bucket = http.bucket("");
    TestPostgres.execute(
        server.project().admin().login(),
        "insert into storage.objects (bucket_id, name) select '%s', 'n' || n from generate_series(1, 1510) as n"
            .formatted(bucket));
    for (var order :
        List.of(
            "name", "created_at", "name\", \"order\":\"desc", "created_at\", \"order\":\"desc")) {
      var page =
          http.post(
              "/object/list/" + bucket,
              http.service(),
              "{\"prefix\":\"\",\"limit\":5000,\"sortBy\":{\"column\":\"%s\"}}".formatted(order));
      assertThat(page.status()).as(page.text()).isEqualTo(200);
      assertThat(page.json().size()).as(order).isEqualTo(1500);
    }
  }

  @Test
  void aPageIsReadOnceInEitherOrder() {
    var bucket = http.bucket("");
    var login = server.project().admin().login();
    TestPostgres.execute(
        login,
        "insert into storage.objects (bucket_id, name) select '%s', 'n' || n from generate_series(1, 1510) as n"
            .formatted(bucket));
    for (boolean upwards : new boolean[] {true, false}) {
      var read =
          TestPostgres.value(
              login,
              "select (select count(*) from stabbur_storage.list_folder(?, '', '', 1500, 0, ?)) * 0"
                  + " + (select idx_tup_fetch from pg_stat_xact_all_tables where relid ="
                  + " 'storage.objects'::regclass)",
              bucket,
              upwards);
      // a plan for few rows may read a page whole; one by one it would be more than a million
      assertThat(Integer.parseInt(String.valueOf(read)))
          .as("upwards: %s", upwards)
          .isBetween(1500, 50_000);
    }
  }

  /// `removals_due` tells a moment, and nothing of anybody.
  @Test
  void onlyTheRolesOfTheApiRunItsFunctions() {
    var open =
        """
        select coalesce(string_agg(p.proname, ',' order by p.proname), '') from pg_proc p
        where p.pronamespace = 'stabbur_storage'::regnamespace and p.proname <> 'removals_due'
          and (p.proacl is null or exists (select from aclexplode(p.proacl) a where a.grantee = 0))\
        """;
    assertThat(TestPostgres.value(server.project().admin().login(), open)).isEmpty();
  }

  private void same(Login login, String bucket, String prefix, String search, int page, int skip) {
    boolean upwards = dice.nextBoolean();
    var order = upwards ? "asc" : "desc";
    assertThat(TestPostgres.value(login, BY_FOLDER, bucket, prefix, search, page, skip, upwards))
        .as("'%s' '%s' %d %d %s", prefix, search, page, skip, order)
        .isEqualTo(TestPostgres.value(login, BY_SEARCH, prefix, bucket, page, skip, search, order));
  }

  private String rows(String bucket) {
    var names = new HashSet<String>();
    while (names.size() < 300) {
      names.add(path(1 + dice.nextInt(4)));
    }
    for (int i = 0; i < 320; i++) {
      names.add("many/n%03d".formatted(i));
      if (i % 90 == 0) {
        names.add("many/n%03d/within".formatted(i));
      }
    }
    return "insert into storage.objects (bucket_id, name, metadata) select '%s', name, '{\"size\": 1}' from unnest(array['%s']) as name"
        .formatted(bucket, String.join("','", names));
  }

  private String path(int length) {
    var path = new StringBuilder(part());
    for (int i = 1; i < length; i++) {
      path.append('/').append(part());
    }
    return path.toString();
  }

  private String part() {
    return PARTS.get(dice.nextInt(PARTS.size()));
  }
}
