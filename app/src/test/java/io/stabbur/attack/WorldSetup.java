package io.stabbur.attack;

import static io.stabbur.attack.World.WEST;

import io.stabbur.testing.Node;
import io.stabbur.testing.TestServer;
import java.util.HashMap;
import java.util.Map;

/// Starts a server and makes the [World] in it.
final class WorldSetup {
  private WorldSetup() {}

  /// Limits and costs that would make a million tries slow or refuse them, and what runs by the
  /// clock put off, so that a try alone changes something.
  private static Map<String, Object> settings() {
    var settings = new HashMap<String, Object>();
    for (var limit : new String[] {"token", "verify", "otp", "anonymous", "factor", "sso"}) {
      settings.put("stabbur.auth.limits." + limit, 0);
    }
    settings.put("stabbur.auth.password.cost", 4);
    settings.put("stabbur.auth.token.life", "12h");
    settings.put("stabbur.auth.applications.life", "12h");
    settings.put("stabbur.auth.anonymous", true);
    settings.put("stabbur.auth.manual-linking", true);
    settings.put("stabbur.functions.deno", Node.deno().toString());
    settings.put(
        "stabbur.functions.folder",
        TestServer.repository().resolve("supabase/functions").toString());
    settings.put("stabbur.organizations.membership-check", "database");
    settings.put("stabbur.storage.sweep-every", "24h");
    settings.put("stabbur.upkeep.statistics-every", "24h");
    settings.put("stabbur.upkeep.audit-seal-every", "24h");
    return settings;
  }

  /// Refusals are what attacks are for: the storage room's advice to operators is left out.
  private static void quieten() {
    var logger = org.slf4j.LoggerFactory.getLogger("io.stabbur.storage.Operation");
    ((ch.qos.logback.classic.Logger) logger).setLevel(ch.qos.logback.classic.Level.WARN);
  }

  static World start() {
    quieten();
    var server = TestServer.start(settings());
    var database = new Superuser(server);
    var operator = new Operator(server);
    var canaries = new Canaries();
    var catalog = Catalog.read(database);
    var population = new Population(database, operator, canaries);
    population.settle();
    new Planting(catalog, database, operator, canaries, population).plant();
    var things = new Things();
    var roster = new Roster(server, operator, canaries, population);
    var world =
        new World(
            server,
            database,
            operator,
            canaries,
            catalog,
            population.organizations,
            population.people,
            things,
            roster.callers());
    new Shelf(database, operator, canaries, population, world.serviceSigner()).fill();
    population.invite(roster.administrators()).forEach(each -> things.add(Things.CODE, each));
    fillWest(population, database);
    operator.post("/admin/v1/statistics/refresh", Map.of());
    new Survey(world).read();
    return world;
  }

  /// So many rows that a total which counts them is told from one that does not.
  private static void fillWest(Population population, Superuser database) {
    database.ordinarily(
        "insert into public.activities (organization_id, user_id, status) select ?::uuid, ?::uuid,"
            + " 'submitted' from generate_series(1, 1500)",
        population.organization(WEST),
        population.id("west-mentor"));
    database.ordinarily("analyze public.activities");
  }
}
