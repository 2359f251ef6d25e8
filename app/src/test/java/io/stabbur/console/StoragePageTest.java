package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.console.page.PageChecks;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Buckets and files are seen and changed with the rights of the role or the person that is chosen.
class StoragePageTest {
  private static final TestServer SERVER = TestServer.shared();
  private static final ProjectPeople PEOPLE = new ProjectPeople(SERVER);
  private static final String BUCKET = ProjectPeople.fresh("papers");
  private static final String OWNER = ProjectPeople.address("owner");
  private static final String STRANGER = ProjectPeople.address("stranger");
  private static final String PATH = "/expert/storage";
  private static final String FILE = "2026/minutes of may.txt";
  private static String owner = "";

  @BeforeAll
  static void files() {
    owner = PEOPLE.account(OWNER, "Owner");
    var _ = PEOPLE.account(STRANGER, "Stranger");
    PEOPLE.run("insert into storage.buckets (id, name) values (?, ?)", BUCKET, BUCKET);
    for (var each : List.of("read for select", "remove for delete")) {
      var name = BUCKET + " " + each.substring(0, each.indexOf(' '));
      PEOPLE.run(
          "create policy \"%s\" on storage.objects %s to authenticated using (bucket_id = '%s' and owner_id = auth.uid()::text)"
              .formatted(name, each.substring(each.indexOf(' ') + 1), BUCKET));
    }
    store("2026/minutes%20of%20may.txt", "what was said");
    store("2026/deep/er.txt", "deeper");
    store("top.txt", "top");
    PEOPLE.run(
        "update storage.objects set owner_id = ? where bucket_id = ? and name = ?",
        owner,
        BUCKET,
        FILE);
  }

  private static void store(String name, String text) {
    var key = SERVER.project().keys().serviceRoleKey().reveal();
    var answer =
        Http.post(
            SERVER.url() + "/storage/v1/object/" + BUCKET + "/" + name,
            text,
            "Authorization",
            "Bearer " + key,
            "apikey",
            key,
            "Content-Type",
            "text/plain");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  @AfterAll
  static void noFiles() {
    PEOPLE.run("drop policy if exists \"" + BUCKET + " read\" on storage.objects");
    PEOPLE.run("drop policy if exists \"" + BUCKET + " remove\" on storage.objects");
    assertThat(PEOPLE.send("POST", "/storage/v1/bucket/" + BUCKET + "/empty", "{}").statusCode())
        .isEqualTo(200);
    assertThat(PEOPLE.send("DELETE", "/storage/v1/bucket/" + BUCKET, null).statusCode())
        .isEqualTo(200);
  }

  private static Map<String, String> form(String name, String person, String... more) {
    var form = new HashMap<>(Map.of("bucket", BUCKET, "name", name, "person", person));
    form.put("as", "service_role");
    for (int i = 0; i < more.length; i += 2) {
      form.put(more[i], more[i + 1]);
    }
    return form;
  }

  @Test
  void policiesDecideWhatARoleOrAPersonSeesAndDownloads() {
    var operator = Browser.of(SERVER, "operator");
    assertThat(operator.get(PATH + "?q=" + BUCKET).body()).contains(">" + BUCKET + "<");
    assertThat(operator.get(PATH + "?as=anon").body()).doesNotContain(BUCKET);
    var bucket = PATH + "/bucket?bucket=" + BUCKET;
    var top = operator.get(bucket);
    PageChecks.requireSound("bucket", top);
    assertThat(top.body()).contains(">2026/<", ">top.txt<", "text/plain");
    var folder = operator.get(bucket + "&folder=2026%2F").body();
    assertThat(folder).contains(">minutes of may.txt<", ">deep/<", owner).doesNotContain("top.txt");
    var file = PATH + "/file?bucket=" + BUCKET + "&name=2026%2Fminutes%20of%20may.txt";
    assertThat(operator.get(bucket + "&folder=2026%2F&person=" + OWNER).body())
        .contains("minutes of may.txt")
        .doesNotContain("deep/");
    assertThat(operator.get(bucket + "&person=" + STRANGER).body())
        .contains("There is nothing here that this role or person may see");
    assertThat(operator.get(bucket + "&as=anon").body()).contains("There is nothing here");
    assertThat(operator.get(bucket + "&person=nobody@example.org").body())
        .contains("There is nobody with this address");
    assertThat(operator.get(bucket + "&as=owner").statusCode()).isEqualTo(400);
    assertThat(operator.get(PATH + "/bucket?bucket=nothing").statusCode()).isEqualTo(404);
    var shown = operator.get(file);
    PageChecks.requireSound("file", shown);
    assertThat(shown.body()).contains("13 B", "/console/expert/users/" + owner);
    assertThat(operator.get(file + "&person=" + STRANGER).body()).contains("There is no such file");

    var bytes = operator.post(PATH + "/default/download", form(FILE, OWNER));
    assertThat(bytes.statusCode()).isEqualTo(200);
    assertThat(bytes.body()).isEqualTo("what was said");
    assertThat(bytes.headers().allValues("Content-Security-Policy")).hasSize(1);
    assertThat(bytes.headers().firstValue("Content-Disposition").orElse(""))
        .startsWith("attachment; filename=\"minutes of may.txt\"");
    assertThat(bytes.headers().allValues("Cache-Control")).containsExactly("no-store");
    var hidden = operator.post(PATH + "/default/download", form(FILE, STRANGER));
    assertThat(hidden.statusCode()).isEqualTo(400);
    assertThat(hidden.body()).doesNotContain("what was said");
    assertThat(operator.get("/activity").body())
        .contains("Files (read) in default as the person " + owner, BUCKET + "/2026/")
        .contains("Downloaded a file of the project default.")
        .contains("as the person " + owner + "\n" + BUCKET + "/" + FILE);
    assertThat(Browser.of(SERVER, "auditor").get("/activity").body())
        .contains("Files (read) in default as the person " + owner)
        .contains("Downloaded a file of the project default.")
        .contains(">as the person " + owner + "<")
        .doesNotContain("\n" + BUCKET, BUCKET + "/");
  }

  @Test
  void aFileIsDeletedWithItsNameAndACodeWherePoliciesLetThePerson() {
    store("gone/me.txt", "x");
    var operator = Browser.of(SERVER, "operator");
    var delete = PATH + "/default/delete";
    operator.get(PATH);
    var form = new HashMap<>(form("gone/me.txt", STRANGER, "confirm", "me", "code", "000000"));
    assertThat(operator.post(delete, form).body()).contains("the name that was written is another");
    form.put("confirm", "me.txt");
    assertThat(operator.post(delete, form).body()).contains("The code is wrong");
    form.put("code", operator.code());
    assertThat(operator.post(delete, form).statusCode()).as("policies").isEqualTo(400);
    form.put("code", operator.code());
    form.put("person", "");
    var done = operator.post(delete, form);
    assertThat(done.statusCode()).isEqualTo(303);
    var place = done.headers().firstValue("Location").orElse("").substring("/console".length());
    assertThat(operator.get(place).body())
        .contains("The file is deleted.", "There is nothing here");
    form.put("code", operator.code());
    assertThat(operator.post(delete, form).body()).contains("There is no such file");
    assertThat(operator.get("/activity").body())
        .contains("as service_role\n" + BUCKET + "/gone/me.txt");
    var auditor = Browser.of(SERVER, "auditor");
    assertThat(auditor.get("/activity").body())
        .contains("Deleted a file of the project default.", ">as service_role<")
        .doesNotContain("gone/me.txt");
  }

  @Test
  void aBucketIsMadePublicAndPrivateWithItsNameAndACode() {
    var operator = Browser.of(SERVER, "operator");
    var act = PATH + "/default/public";
    operator.get(PATH);
    var form = new HashMap<>(form("", "", "open", "yes", "confirm", "x", "code", "000000"));
    assertThat(operator.post(act, form).body()).contains("the name that was written is another");
    form.put("confirm", BUCKET);
    assertThat(operator.post(act, form).body()).contains("The code is wrong");
    form.put("as", "anon");
    form.put("code", operator.code());
    assertThat(operator.post(act, form).statusCode()).as("policies").isEqualTo(400);
    form.put("as", "service_role");
    form.put("code", operator.code());
    assertThat(operator.post(act, form).statusCode()).isEqualTo(303);
    var open = SERVER.url() + "/storage/v1/object/public/" + BUCKET + "/top.txt";
    assertThat(Http.get(open).body()).isEqualTo("top");
    assertThat(operator.get(PATH + "/bucket?bucket=" + BUCKET).body())
        .contains("Make the bucket private");
    form.putAll(Map.of("open", "no", "code", operator.code()));
    assertThat(operator.post(act, form).statusCode()).isEqualTo(303);
    assertThat(Http.get(open).statusCode()).isBetween(400, 404);
  }
}
