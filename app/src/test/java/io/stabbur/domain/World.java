package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.json.Json;
import io.stabbur.testing.TestServer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// Organisations and people made through the management API, and the tokens of those who sign in.
final class World {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  final TestServer server;
  final Client service;
  private final Map<String, String> userIds = new LinkedHashMap<>();
  private final Map<String, Client> clients = new LinkedHashMap<>();

  World(TestServer server) {
    this.server = server;
    this.service = Client.service(server);
  }

  /// An organisation of one's own, whose administrator is `admin`; its id.
  String organization(String admin) {
    int number = NUMBER.incrementAndGet();
    var answer =
        service.post(
            "/admin/v1/organizations",
            Client.object(
                "name",
                "Organization " + number,
                "slug",
                "organization-" + number,
                "admin_email",
                email(admin),
                "password",
                Client.PASSWORD));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    var made = Json.parse(answer.body());
    userIds.put(admin, Client.text(made.get("admin"), "user_id"));
    return Client.text(made, "id");
  }

  /// A member; an account is made for a name that is new.
  String member(String organization, String person, String role) {
    var answer =
        service.post(
            "/admin/v1/organizations/" + organization + "/members",
            Client.object("email", email(person), "role", role, "password", Client.PASSWORD));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    var id = Client.text(Json.parse(answer.body()), "user_id");
    userIds.put(person, id);
    return id;
  }

  /// An account that is a member of nothing.
  String account(String person) {
    var answer =
        service.post(
            "/auth/v1/admin/users",
            "{\"email\": \"%s\", \"password\": \"%s\", \"email_confirm\": true}"
                .formatted(email(person), Client.PASSWORD));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    var id = Client.text(Json.parse(answer.body()), "id");
    userIds.put(person, id);
    return id;
  }

  String id(String person) {
    return userIds.getOrDefault(person, "");
  }

  /// The id of whoever has the person's address.
  String accountOf(String person) {
    var answer = service.get("/admin/v1/people?email=" + email(person));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Client.text(Json.parse(answer.body()), "id");
  }

  /// The person's client, signed in on first use.
  Client as(String person) {
    return clients.computeIfAbsent(person, name -> Client.signIn(server, email(name)));
  }

  /// The person's client with a new token.
  Client signedInAgain(String person) {
    clients.remove(person);
    return as(person);
  }

  /// Unlike anybody else's in the run.
  String email(String person) {
    return person + "." + System.identityHashCode(this) + "@people.example";
  }
}
