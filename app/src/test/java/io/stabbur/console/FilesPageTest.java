package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.console.page.PageChecks;
import io.stabbur.testing.TestServer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// How long files are kept is changed on their page with a code and the folder's name, and nothing
/// else of the folder's rules.
class FilesPageTest {
  private static final TestServer SERVER = TestServer.shared();
  private static final ProjectPeople PEOPLE = new ProjectPeople(SERVER);
  private static final String KEEP = "/files/default/keep";
  private static final String FOLDER = ProjectPeople.fresh("folder") + " (<b>)";

  @BeforeAll
  static void folder() {
    PEOPLE.run("insert into storage.buckets (id, name) values (?, ?)", FOLDER, FOLDER);
    PEOPLE.run(
        "insert into stabbur_storage.bucket_rules (bucket_id, check_types, legal_hold) values (?,"
            + " true, true)",
        FOLDER);
  }

  @AfterAll
  static void noFolder() {
    PEOPLE.run("delete from stabbur_storage.bucket_rules where bucket_id = ?", FOLDER);
    var path = URLEncoder.encode(FOLDER, StandardCharsets.UTF_8).replace("+", "%20");
    assertThat(PEOPLE.send("DELETE", "/storage/v1/bucket/" + path, null).statusCode())
        .isEqualTo(200);
  }

  private static String moments() {
    return PEOPLE.column("select count(*)::text from stabbur.recovery_points").getFirst();
  }

  private static String rules() {
    return PEOPLE
        .column(
            "select concat_ws(' ', delete_after_days, check_types, legal_hold) from"
                + " stabbur_storage.bucket_rules where bucket_id = ?",
            FOLDER)
        .getFirst();
  }

  @Test
  void howLongFilesAreKeptIsChangedWithNameAndCode() {
    assertThat(Browser.of(SERVER, "auditor").get("/files").body())
        .doesNotContain("<form class=\"card");
    var operator = Browser.of(SERVER, "operator");
    var page = operator.get("/files");
    PageChecks.requireSound("files", page);
    assertThat(page.body()).doesNotContain("<b>)").contains("How long files are kept");
    var form = new HashMap<>(Map.of("folder", FOLDER, "days", "0", "confirm", FOLDER));
    form.put("code", "000000");
    for (var days : new String[] {"0", "36501", "x", "-1"}) {
      form.put("days", days);
      var refused = operator.post(KEEP, form);
      assertThat(refused.statusCode()).as(days).isEqualTo(400);
      assertThat(refused.body()).contains("write a number of days", "href=\"#days\"");
    }
    form.put("days", "365");
    form.put("confirm", "another");
    assertThat(operator.post(KEEP, form).body()).contains("the name that was written is another");
    form.put("confirm", FOLDER);
    assertThat(operator.post(KEEP, form).body()).contains("The code is wrong");
    assertThat(rules()).isEqualTo("t t");
    form.put("code", operator.code());
    assertThat(operator.post(KEEP, form).statusCode()).isEqualTo(303);
    assertThat(rules()).isEqualTo("365 t t");
    var moments = moments();
    form.put("days", "");
    form.put("code", operator.code());
    assertThat(operator.post(KEEP, form).statusCode()).isEqualTo(303);
    assertThat(rules()).isEqualTo("t t");
    assertThat(moments()).as("nothing expires by it, so no moment is named").isEqualTo(moments);
    assertThat(operator.get("/activity").body())
        .contains("Changed how long files are kept in the project default.", "&lt;b&gt;");
    form.putAll(Map.of("folder", "nothing", "confirm", "nothing", "code", operator.code()));
    assertThat(operator.post(KEEP, form).statusCode()).isEqualTo(404);
  }
}
