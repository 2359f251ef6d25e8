package io.stabbur.attack;

import static io.stabbur.attack.World.NORTH;
import static io.stabbur.attack.World.SOUTH;
import static io.stabbur.attack.World.WEST;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.attack.Canaries.Owner;
import io.stabbur.attack.Request.Header;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.TestServer;
import io.stabbur.testing.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Everybody who sends requests: members, people whose membership ended or has not begun, programs,
/// strangers, and forgers.
final class Roster {
  private final TestServer server;
  private final Operator operator;
  private final Canaries canaries;
  private final Population population;
  private final List<Caller> callers = new ArrayList<>();
  private final Map<String, Caller> administrators = new LinkedHashMap<>();

  Roster(TestServer server, Operator operator, Canaries canaries, Population population) {
    this.server = server;
    this.operator = operator;
    this.canaries = canaries;
    this.population = population;
    var old =
        Map.of(
            "north-suspended", population.signIn("north-suspended"),
            "north-banned", population.signIn("north-banned"),
            "leaver", population.signIn("leaver"));
    population.turn();
    members();
    // tokens from before a suspension or a ban
    add("north-suspended, old token", Set.of(), "north-suspended", value(old, "north-suspended"));
    add("north-banned, old token", Set.of(), "north-banned", value(old, "north-banned"));
    add("leaver, old token", Set.of(NORTH), "leaver", value(old, "leaver"));
    programs();
    strangers();
    forgers();
  }

  List<Caller> callers() {
    return List.copyOf(callers);
  }

  /// An administrator of each organisation, for the set-up.
  Map<String, Caller> administrators() {
    return administrators;
  }

  private static String value(Map<String, String> map, String key) {
    return java.util.Objects.requireNonNull(map.get(key));
  }

  private String anonKey() {
    return server.project().keys().anonKey().reveal();
  }

  private Caller add(String name, Set<String> homes, String person, String token) {
    var caller = new Caller(name, homes, person, Operator.headers(anonKey(), token), token);
    callers.add(caller);
    return caller;
  }

  private void members() {
    for (var role : List.of("admin", "coordinator", "mentor")) {
      for (var slug : List.of(NORTH, SOUTH)) {
        var name = slug + '-' + role;
        var caller = add(name, Set.of(slug), name, population.signIn(name));
        if (role.equals("admin")) {
          administrators.put(slug, caller);
        }
      }
    }
    add("north-mentor2", Set.of(NORTH), "north-mentor2", population.signIn("north-mentor2"));
    var south =
        add("south-waiting", Set.of(SOUTH), "south-waiting", population.signIn("south-waiting"));
    add("traveller", Set.of(NORTH, SOUTH), "traveller", population.signIn("traveller"));
    add("leaver", Set.of(NORTH), "leaver", population.signIn("leaver"));
    add("north-suspended", Set.of(), "north-suspended", population.signIn("north-suspended"));
    add("waiting", Set.of(), "waiting", population.signIn("waiting"));
    add("outsider", Set.of(), "outsider", population.signIn("outsider"));
    var stolen = "Bearer " + south.token();
    callers.add(
        new Caller(
            "south-waiting, token alone",
            Set.of(SOUTH),
            "south-waiting",
            List.of(new Header("Authorization", stolen)),
            south.token()));
  }

  private void programs() {
    for (var each :
        List.of(
            List.of(NORTH, "coordinator"),
            List.of(SOUTH, "org_admin"),
            List.of(WEST, "org_admin"))) {
      var slug = each.getFirst();
      var made =
          operator.post(
              "/auth/v1/admin/application-tokens",
              Map.of(
                  "name",
                  canaries.text(Owner.of(slug)),
                  "organization_id",
                  population.organization(slug),
                  "role",
                  each.getLast()));
      var token =
          Operator.text(
              operator.post(
                  "/auth/v1/token?grant_type=application_token",
                  Map.of("token", Operator.text(made, "token"))),
              "access_token");
      if (slug.equals(WEST)) {
        operator.post(
            "/auth/v1/admin/application-tokens/" + Operator.text(made, "id") + "/revoke", Map.of());
        add("revoked program of west", Set.of(), "", token);
      } else {
        add("program of " + slug, Set.of(slug), "", token);
      }
    }
  }

  private void strangers() {
    var keys = server.project().keys();
    add("anon", Set.of(), "", anonKey());
    var publishable = keys.publishableKey().reveal();
    callers.add(
        new Caller(
            "publishable key", Set.of(), "", Operator.headers(publishable, publishable), null));
    callers.add(new Caller("nobody", Set.of(), "", List.of(), null));
    callers.add(
        new Caller("anon key alone", Set.of(), "", List.of(new Header("apikey", anonKey())), null));
    var wrong = keys.secretKey().reveal();
    wrong = wrong.substring(0, wrong.length() - 1) + (wrong.endsWith("a") ? 'b' : 'a');
    callers.add(
        new Caller("almost the secret key", Set.of(), "", Operator.headers(wrong, wrong), null));
  }

  /// Tokens that claim to be west's administrator or the service role, each wrong in one way.
  private void forgers() {
    var secret = server.project().keys().jwtSecret().reveal();
    var real = String.valueOf(callers.getFirst().token());
    var west = claims(real, WEST, population.id("west-admin"), "authenticated", 3600);
    var service = claims(real, WEST, population.id("west-admin"), "service_role", 3600);
    var header = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
    var none = "{\"alg\":\"none\",\"typ\":\"JWT\"}";
    var signature = real.substring(real.lastIndexOf('.'));
    forged("no algorithm", Tokens.part(none) + '.' + Tokens.part(west) + '.');
    forged("no signature", Tokens.part(header) + '.' + Tokens.part(service) + '.');
    forged("claims changed", real.split("\\.", -1)[0] + '.' + Tokens.part(west) + signature);
    forged("role changed", real.split("\\.", -1)[0] + '.' + Tokens.part(service) + signature);
    forged("the anon key as secret", Tokens.signed(anonKey(), header, service));
    forged("an empty secret", Tokens.signed(" ", header, service));
    forged("another secret", Tokens.signed(secret + "x", header, west));
    forged(
        "expired",
        Tokens.signed(
            secret, header, claims(real, WEST, population.id("west-admin"), "authenticated", -60)));
    forged(
        "a key of its own",
        Tokens.signed(
            "mine",
            "{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"bWluZQ\"},\"kid\":\"../../dev/null\"}",
            west));
  }

  private void forged(String how, String token) {
    add("forger: " + how, Set.of(), "", token);
    callers.add(
        new Caller("forged key: " + how, Set.of(), "", Operator.headers(token, token), token));
  }

  /// The claims of a real token, made another's.
  private String claims(String real, String slug, String sub, String role, int life) {
    var payload =
        new String(Base64.getUrlDecoder().decode(real.split("\\.", -1)[1]), StandardCharsets.UTF_8);
    var claims = new LinkedHashMap<String, Object>();
    Json.parse(payload).entries().forEach(each -> claims.put(each.getKey(), each.getValue()));
    var organization = population.organization(slug);
    claims.put("sub", sub);
    claims.put("role", role);
    claims.put("user_role", "org_admin");
    claims.put("organization_id", organization);
    claims.put("organizations", List.of(Map.of("id", organization, "role", "org_admin")));
    claims.put("exp", java.time.Instant.now().getEpochSecond() + life);
    claims.values().removeIf(each -> each instanceof JsonNode node && node.isNull());
    return Operator.json(claims);
  }
}
