package io.stabbur.attack;

import static io.stabbur.attack.World.NORTH;
import static io.stabbur.attack.World.SOUTH;
import static io.stabbur.attack.World.WEST;

import io.stabbur.attack.Canaries.Owner;
import io.stabbur.attack.World.Person;
import io.stabbur.platform.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Makes the organisations and their people, each with a role and a story.
final class Population {
  static final String PASSWORD = "en lang nok passfrase 42";

  /// A membership: of whom, where, as what.
  record Member(String person, String organization, String role) {}

  private static final List<Member> MEMBERS =
      List.of(
          new Member("north-admin", NORTH, "org_admin"),
          new Member("north-coordinator", NORTH, "coordinator"),
          new Member("north-mentor", NORTH, "peer_mentor"),
          new Member("north-mentor2", NORTH, "peer_mentor"),
          new Member("north-suspended", NORTH, "coordinator"),
          new Member("north-banned", NORTH, "coordinator"),
          new Member("south-admin", SOUTH, "org_admin"),
          new Member("south-coordinator", SOUTH, "coordinator"),
          new Member("south-mentor", SOUTH, "peer_mentor"),
          new Member("south-waiting", SOUTH, "peer_mentor"),
          new Member("west-admin", WEST, "org_admin"),
          new Member("west-coordinator", WEST, "coordinator"),
          new Member("west-mentor", WEST, "peer_mentor"),
          new Member("west-mentor2", WEST, "peer_mentor"),
          new Member("west-target", WEST, "peer_mentor"),
          new Member("west-target2", WEST, "coordinator"),
          new Member("west-waiting", WEST, "peer_mentor"),
          new Member("traveller", NORTH, "peer_mentor"),
          new Member("traveller", SOUTH, "coordinator"),
          new Member("leaver", NORTH, "peer_mentor"),
          new Member("leaver", WEST, "coordinator"));

  /// People who were asked to join and have not accepted: who, where.
  static final List<Member> WAITING =
      List.of(
          new Member("waiting", NORTH, "peer_mentor"),
          new Member("south-waiting", NORTH, "coordinator"),
          new Member("west-waiting", NORTH, "peer_mentor"),
          new Member("west-waiting", SOUTH, "peer_mentor"));

  /// Those whose address an administrator of another organisation knows, since it types it.
  static final Set<String> KNOWN_BY_ADDRESS =
      Set.of("waiting", "south-waiting", "west-waiting", "west-target", "west-target2");

  private static final List<String> WITHOUT_ORGANIZATION = List.of("waiting", "outsider");

  private final Superuser database;
  private final Operator operator;
  private final Canaries canaries;
  final Map<String, String> organizations = new LinkedHashMap<>();
  final Map<String, Person> people = new LinkedHashMap<>();

  Population(Superuser database, Operator operator, Canaries canaries) {
    this.database = database;
    this.operator = operator;
    this.canaries = canaries;
  }

  void settle() {
    for (var slug : List.of(NORTH, SOUTH, WEST)) {
      var word = canaries.text(Owner.of(slug));
      database.ordinarily(
          "insert into public.organizations (slug, name, settings) values (?, ?,"
              + " jsonb_build_object('word', ?))",
          slug,
          canaries.text(Owner.of(slug)),
          word);
      organizations.put(
          slug,
          database.value(
              "select id from public.organizations where settings ->> 'word' = ?", word));
    }
    MEMBERS.stream().map(Member::person).distinct().forEach(this::account);
    WITHOUT_ORGANIZATION.forEach(this::account);
    for (var member : MEMBERS) {
      database.ordinarily(
          "insert into public.memberships (user_id, organization_id, role) values (?::uuid,"
              + " ?::uuid, ?::public.app_role)",
          id(member.person()),
          organization(member.organization()),
          member.role());
    }
  }

  private void account(String name) {
    var owner = owner(name);
    var address = KNOWN_BY_ADDRESS.contains(name) ? name : canaries.text(owner);
    var made =
        operator.post(
            "/auth/v1/admin/users",
            Map.of(
                "email",
                address + "@people.example",
                "password",
                PASSWORD,
                "email_confirm",
                true,
                "user_metadata",
                Map.of("display_name", canaries.text(owner), "note", canaries.text(owner))));
    var person = new Person(name, Operator.text(made, "id"), Operator.text(made, "email"));
    people.put(name, person);
    var phone = Request.of("PATCH", "/rest/v1/profiles?id=eq." + person.id());
    operator.ask(
        operator.service(), phone.json(Operator.json(Map.of("phone", canaries.text(owner)))));
  }

  /// What is told of a person is for the organisations it is an active member of, and for itself.
  static Owner owner(String person) {
    var where =
        MEMBERS.stream()
            .filter(each -> each.person().equals(person))
            .map(Member::organization)
            .filter(each -> !(person.equals("leaver") && each.equals(WEST)))
            .collect(java.util.stream.Collectors.toUnmodifiableSet());
    return new Owner(where, person);
  }

  String id(String person) {
    return person(person).id();
  }

  Person person(String name) {
    return java.util.Objects.requireNonNull(people.get(name), name);
  }

  String organization(String slug) {
    return java.util.Objects.requireNonNull(organizations.get(slug), slug);
  }

  /// The people of an organisation with one of its roles, in the order they came.
  List<Person> members(String organization, String role) {
    return MEMBERS.stream()
        .filter(each -> each.organization().equals(organization) && each.role().equals(role))
        .map(each -> person(each.person()))
        .toList();
  }

  /// An access token of a new session.
  String signIn(String person) {
    var key = operator.service().headers().getFirst();
    var answer =
        operator.ask(
            Request.of("POST", "/auth/v1/token?grant_type=password")
                .with(key.name(), key.value())
                .json(
                    Operator.json(Map.of("email", person(person).email(), "password", PASSWORD))));
    return Operator.text(Json.parse(answer.text()), "access_token");
  }

  /// Ends what stories end: a suspension, a ban.
  void turn() {
    for (var left : List.of(List.of("north-suspended", NORTH), List.of("leaver", WEST))) {
      database.ordinarily(
          "update public.memberships set status = 'suspended' where user_id = ?::uuid and"
              + " organization_id = ?::uuid",
          id(left.getFirst()),
          organization(left.getLast()));
    }
    operator.ask(
        operator.service(),
        Request.of("PUT", "/auth/v1/admin/users/" + id("north-banned"))
            .json("{\"ban_duration\": \"10000h\"}"));
  }

  /// Has administrators ask people to join; their codes.
  List<Things.Thing> invite(Map<String, Caller> administrators) {
    return WAITING.stream()
        .map(
            each -> {
              var path =
                  "/admin/v1/organizations/" + organization(each.organization()) + "/members";
              var admin = administrators.get(each.organization());
              var body = Map.of("email", person(each.person()).email(), "role", each.role());
              var answer = operator.post(java.util.Objects.requireNonNull(admin), path, body);
              return new Things.Thing(
                  each.organization(),
                  Map.of(
                      "code", Operator.text(answer, "acceptance_code"), "person", each.person()));
            })
        .toList();
  }
}
