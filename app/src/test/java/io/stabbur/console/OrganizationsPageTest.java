package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.console.page.PageChecks;
import io.stabbur.console.project.ProjectCallers;
import io.stabbur.organization.management.OrganizationDesk;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Organizations on the pages: made, named, handed over, suspended, and their members.
class OrganizationsPageTest {
  private static final TestServer SERVER = TestServer.shared();
  private static final ProjectPeople PEOPLE = new ProjectPeople(SERVER);
  private static final String LIST = "/organizations/default";

  @BeforeEach
  void forgetTries() {
    Tries.forget(SERVER);
  }

  private static String location(HttpResponse<String> answer) {
    return answer.headers().firstValue("Location").orElse("");
  }

  private static String id(String name) {
    return PEOPLE.column("select id from public.organizations where name = ?", name).getFirst();
  }

  private static String role(String organization, String email) {
    return PEOPLE
        .column(
            "select m.role || ' ' || m.status from public.memberships m join auth.users u on u.id ="
                + " m.user_id where m.organization_id = ?::uuid and u.email = ?",
            organization,
            email)
        .getFirst();
  }

  @Test
  void anOrganizationIsMadeWithItsAdministrator() {
    var operator = Browser.of(SERVER, "operator");
    operator.get(LIST);
    var name = ProjectPeople.fresh("Laget for nye");
    var email = ProjectPeople.address("styreleder");
    var slug = ProjectPeople.fresh("laget");

    var wrong = operator.post(LIST, Map.of("name", name, "slug", "Store Ord", "email", email));
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(wrong.body())
        .contains("The short name may have", "id=\"slug-wrong\"", "value=\"" + email + "\"");
    PageChecks.requireSound("wrong", wrong);

    var made = operator.post(LIST, Map.of("name", name, "slug", slug, "email", email));
    assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
    assertThat(made.body()).contains(name + " is made", email, "/verify?");
    PageChecks.requireSound("made", made);
    assertThat(operator.get(LIST + "?q=" + slug).body()).contains(name, "In use");
    assertThat(role(id(name), email)).isEqualTo("org_admin active");

    var again = operator.post(LIST, Map.of("name", name, "slug", slug, "email", email));
    assertThat(again.statusCode()).isEqualTo(400);
    assertThat(again.body()).contains("That is there already", "href=\"#slug\"");
    assertThat(operator.get("/activity?who=" + name.replace(" ", "%20")).body())
        .contains("Made an organisation", name);
  }

  @Test
  void nameAndOwnWordsAreChangedAndItIsSuspendedByItsNameAlone() {
    var name = ProjectPeople.fresh("Ord");
    var organization = PEOPLE.organization(name, ProjectPeople.address("leder"));
    var operator = Browser.of(SERVER, "operator");
    var page = LIST + "/" + organization;
    operator.get(page);

    var words =
        Map.of(
            "key-0",
            "likeperson",
            "locale-0",
            "nb",
            "label-0",
            "frivillig <b>",
            "key-1",
            "",
            "locale-1",
            "nb",
            "label-1",
            "nothing");
    assertThat(location(operator.post(page + "/labels", words)))
        .endsWith("?done=organization-labels");
    assertThat(operator.get(page).body())
        .contains("value=\"likeperson\"", "value=\"frivillig &lt;b>")
        .doesNotContain("value=\"nothing\"");
    assertThat(location(operator.post(page + "/labels", Map.of("key-0", "likeperson"))))
        .endsWith("?done=organization-labels");
    assertThat(operator.get(page).body()).doesNotContain("value=\"likeperson\"");

    var newName = name + " og Melodi";
    assertThat(location(operator.post(page + "/rename", Map.of("name", newName))))
        .endsWith("?done=organization-rename");
    var nameless = operator.post(page + "/rename", Map.of("name", " "));
    assertThat(nameless.statusCode()).isEqualTo(400);
    assertThat(nameless.body()).contains("id=\"name-wrong\"");

    var unsure = operator.post(page + "/suspend", Map.of("confirm", name));
    assertThat(unsure.statusCode()).isEqualTo(400);
    assertThat(unsure.body()).contains("Nothing was suspended", "confirm-wrong");
    assertThat(location(operator.post(page + "/suspend", Map.of("confirm", newName))))
        .endsWith("?done=organization-suspend");
    assertThat(operator.get(page).body()).contains("Suspended", "Let the organisation in");
    assertThat(location(operator.post(page + "/resume", Map.of())))
        .endsWith("?done=organization-resume");
    assertThat(operator.get(LIST + "/" + new UUID(0, 3)).statusCode()).isEqualTo(404);
    assertThat(operator.get(LIST + "/nonsense").statusCode()).isEqualTo(404);
  }

  @Test
  void manyWordsStayAndOneIsWrittenOnce() {
    var organization =
        PEOPLE.organization(ProjectPeople.fresh("Ordrikt"), ProjectPeople.address("leder"));
    PEOPLE.run(
        """
        insert into public.org_labels (organization_id, key, locale, label)
        select ?::uuid, 'word' || n, 'nb', 'mine' from generate_series(1, 130) n\
        """,
        organization);
    var operator = Browser.of(SERVER, "operator");
    var page = LIST + "/" + organization;
    operator.get(page);
    assertThat(location(operator.post(page + "/labels", words(130, "yours"))))
        .endsWith("?done=organization-labels");
    assertThat(count(organization, "yours")).isEqualTo("130");

    var many = operator.post(page + "/labels", words(501, "theirs"));
    assertThat(many.statusCode()).isEqualTo(400);
    assertThat(many.body()).contains("too many words");
    var twice = words(2, "theirs");
    twice.put("key-1", "word0");
    twice.put("label-1", "another");
    var refused = operator.post(page + "/labels", twice);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("two meanings", "value=\"another\"");
    PageChecks.requireSound("twice", refused);
    assertThat(count(organization, "yours")).isEqualTo("130");

    twice.put("label-1", "theirs0");
    assertThat(location(operator.post(page + "/labels", twice)))
        .endsWith("?done=organization-labels");
    assertThat(count(organization, "theirs")).isEqualTo("1");
  }

  private static Map<String, String> words(int number, String label) {
    var fields = new HashMap<String, String>();
    for (int i = 0; i < number; i++) {
      fields.put("key-" + i, "word" + i);
      fields.put("locale-" + i, "nb");
      fields.put("label-" + i, label + i);
    }
    return fields;
  }

  private static String count(String organization, String label) {
    return PEOPLE
        .column(
            "select count(*) from public.org_labels where organization_id = ?::uuid and label like"
                + " ?",
            organization,
            label + "%")
        .getFirst();
  }

  @Test
  void aNameWithOuterSpacesIsSuspendedToo() {
    var name = ProjectPeople.fresh("Rom");
    var organization = PEOPLE.organization(name, ProjectPeople.address("leder"));
    PEOPLE.run(
        "update public.organizations set name = ' ' || name || ' ' where id = ?::uuid",
        organization);
    var operator = Browser.of(SERVER, "operator");
    var page = LIST + "/" + organization;
    operator.get(page);
    assertThat(location(operator.post(page + "/suspend", Map.of("confirm", name))))
        .endsWith("?done=organization-suspend");
  }

  @Test
  void aNameThatNobodyCanWriteIsConfirmedByAnother() {
    var organization =
        PEOPLE.organization(ProjectPeople.fresh("Usynlig"), ProjectPeople.address("leder"));
    var email = ProjectPeople.address("unseen");
    var person = PEOPLE.member(organization, email, "peer_mentor");
    PEOPLE.run("update public.profiles set display_name = E'\\u200b' where id = ?::uuid", person);
    PEOPLE.run(
        "update public.organizations set name = E'\\u200b' where id = ?::uuid", organization);
    var operator = Browser.of(SERVER, "operator");
    var page = LIST + "/" + organization;
    assertThat(operator.get(page).body())
        .contains("Write " + email + " to confirm", "Write " + organization + " to confirm");

    var member =
        PEOPLE
            .column("select id from public.memberships where user_id = ?::uuid", person)
            .getFirst();
    var removal = page + "/members/" + member + "/remove";
    assertThat(operator.post(removal, Map.of("confirm", "\u200b")).statusCode()).isEqualTo(400);
    for (var act : new String[] {removal, page + "/suspend"}) {
      assertThat(operator.post(act, Map.of()).statusCode()).as(act).isEqualTo(400);
    }
    assertThat(location(operator.post(removal, Map.of("confirm", email))))
        .endsWith("?done=member-remove");
    assertThat(location(operator.post(page + "/suspend", Map.of("confirm", organization))))
        .endsWith("?done=organization-suspend");
  }

  @Test
  void itIsHandedOverToAMemberAlone() {
    var before = ProjectPeople.address("before");
    var after = ProjectPeople.address("after");
    var organization = PEOPLE.organization(ProjectPeople.fresh("Styreskifte"), before);
    var _ = PEOPLE.member(organization, after, "peer_mentor");
    var stranger = ProjectPeople.address("stranger");
    var _ = PEOPLE.account(stranger, "");
    var operator = Browser.of(SERVER, "operator");
    var page = LIST + "/" + organization;
    operator.get(page);
    for (var nobody : new String[] {stranger, "nobody@example.org", ""}) {
      var refused = operator.post(page + "/hand-over", Map.of("successor", nobody));
      assertThat(refused.statusCode()).as(nobody).isEqualTo(400);
      assertThat(refused.body()).contains("Invite the person first.", "successor-wrong");
    }
    assertThat(role(organization, before)).isEqualTo("org_admin active");

    assertThat(location(operator.post(page + "/hand-over", Map.of("successor", after))))
        .endsWith("?done=organization-hand-over");
    assertThat(role(organization, after)).isEqualTo("org_admin active");
    assertThat(role(organization, before)).isEqualTo("coordinator active");
  }

  @Test
  void twoHandOversAtOnceLeaveOneAdministrator() throws Exception {
    var organization =
        PEOPLE.organization(ProjectPeople.fresh("Kappestrid"), ProjectPeople.address("before"));
    var persons = new ArrayList<UUID>();
    for (int i = 0; i < 4; i++) {
      var member = PEOPLE.member(organization, ProjectPeople.address("rival"), "peer_mentor");
      persons.add(UUID.fromString(member));
    }
    var desk = SERVER.bean(OrganizationDesk.class);
    var caller = ProjectCallers.of(SERVER.project());
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < 5; round++) {
        var works = new ArrayList<Future<?>>();
        for (var person : persons) {
          works.add(
              threads.submit(() -> desk.handOver(caller, UUID.fromString(organization), person)));
        }
        for (var work : works) {
          work.get();
        }
        assertThat(
                PEOPLE.column(
                    "select user_id from public.memberships where organization_id = ?::uuid and"
                        + " role = 'org_admin'",
                    organization))
            .hasSize(1);
      }
    }
  }

  @Test
  void membersAreListedPageByPageAndChanged() {
    var organization =
        PEOPLE.organization(ProjectPeople.fresh("Stort lag"), ProjectPeople.address("leder"));
    var word = ProjectPeople.fresh("many");
    PEOPLE.run(
        """
        insert into auth.users (id, aud, role, email, created_at, updated_at, email_confirmed_at)
        select gen_random_uuid(), 'authenticated', 'authenticated', ? || to_char(n, 'FM000') || '@people.example', now(), now(), now()
        from generate_series(0, 69) n\
        """,
        word + "-");
    PEOPLE.run(
        """
        insert into public.memberships (user_id, organization_id, role, status)
        select id, ?::uuid, 'peer_mentor', 'active' from auth.users where email like ?\
        """,
        organization,
        word + "%");
    var auditor = Browser.of(SERVER, "auditor");
    var page = LIST + "/" + organization;
    var first = auditor.get(page).body();
    var next = first.split("\\?after=", -1)[1].split("\"", -1)[0];
    var second = auditor.get(page + "?after=" + next).body();
    assertThat(first.split(word, -1).length + second.split(word, -1).length - 2).isEqualTo(70);
    assertThat(second).doesNotContain(">Next<");
    PageChecks.requireNoForms("organization", first);

    var email = ProjectPeople.address("changed");
    var person = PEOPLE.member(organization, email, "peer_mentor");
    var member =
        PEOPLE
            .column("select id from public.memberships where user_id = ?::uuid", person)
            .getFirst();
    var operator = Browser.of(SERVER, "operator");
    operator.get(page);
    var path = page + "/members/" + member;
    assertThat(location(operator.post(path + "/role", Map.of("role", "coordinator"))))
        .endsWith("?done=member-role");
    assertThat(role(organization, email)).isEqualTo("coordinator active");
    assertThat(location(operator.post(path + "/suspend", Map.of())))
        .endsWith("?done=member-suspend");
    assertThat(role(organization, email)).isEqualTo("coordinator suspended");
    assertThat(location(operator.post(path + "/resume", Map.of()))).endsWith("?done=member-resume");
    var unsure = operator.post(path + "/remove", Map.of("confirm", "another name"));
    assertThat(unsure.statusCode()).isEqualTo(400);
    assertThat(unsure.body()).contains("Nobody was removed");
    var sure = Map.of("confirm", " " + email + " ");
    assertThat(location(operator.post(path + "/remove", sure))).endsWith("?done=member-remove");
    assertThat(operator.post(path + "/remove", sure).statusCode()).isEqualTo(404);
    assertThat(operator.get("/activity?who=" + email).body())
        .contains("another role", "Suspended a member", "Let a member in again", "Ended somebody");
  }

  @Test
  void whoHasNotAcceptedIsNotLetInByAnybodyElse() {
    var admin = ProjectPeople.address("leder");
    var organization = PEOPLE.organization(ProjectPeople.fresh("Venter"), admin);
    var email = ProjectPeople.address("waits");
    var operator = Browser.of(SERVER, "operator");
    var page = LIST + "/" + organization;
    operator.get(page);
    var member = asked(organization, email);
    assertThat(operator.get(page).body()).contains(email, "has not accepted yet");
    assertThat(operator.post(page + "/members/" + member + "/resume", Map.of()).statusCode())
        .isEqualTo(400);
    assertThat(
            location(
                operator.post(page + "/members/" + member + "/remove", Map.of("confirm", email))))
        .endsWith("?done=member-remove");
    assertThat(operator.get(page).body()).doesNotContain(email);
  }

  /// A membership that waits for its person, as an organization's own administrator makes it.
  private static String asked(String organization, String email) {
    var person = PEOPLE.account(email, "");
    PEOPLE.run(
        """
        with made as (insert into public.memberships (user_id, organization_id, role, status)
          values (?::uuid, ?::uuid, 'peer_mentor', 'suspended') returning id)
        insert into private.membership_invitations (membership_id, code_hash, ends_at, email)
        select id, sha256('code'::bytea), now() + interval '1 day', ? from made\
        """,
        person,
        organization,
        email);
    return PEOPLE
        .column("select id from public.memberships where user_id = ?::uuid", person)
        .getFirst();
  }
}
