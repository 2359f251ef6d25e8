package io.stabbur.attack;

import io.micronaut.web.router.Router;
import io.micronaut.web.router.UriRouteInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Every route of the running product, found in its router: what has no surface of its own yet is
/// tried with identifiers in its path and with the usual names in its body.
final class AnyRoute implements Surface {
  /// One try in so many goes to the next route in turn, so that none is left out by chance.
  private static final int TURN = 16;

  private static final Pattern VARIABLE = Pattern.compile("\\{[^}]*}");

  /// Routes of the tests themselves.
  private static final String PROBES = "/probe/";

  private static final List<String> FIELDS =
      List.of(
          "id",
          "user_id",
          "organization_id",
          "email",
          "name",
          "key",
          "bucket",
          "prefix",
          "channel",
          "topic",
          "event",
          "function",
          "code",
          "token",
          "role");

  /// A route's method and the template of its path.
  record Route(String method, String template) {}

  private final List<Route> routes;

  AnyRoute(World world) {
    this.routes =
        world
            .server()
            .bean(Router.class)
            .uriRoutes()
            .map(AnyRoute::route)
            .filter(each -> !each.template().startsWith(PROBES))
            .distinct()
            .sorted(Comparator.comparing(Route::toString))
            .toList();
  }

  private static Route route(UriRouteInfo<?, ?> info) {
    return new Route(info.getHttpMethodName(), info.getUriMatchTemplate().toString());
  }

  /// Whether this try goes to the next route in turn.
  static boolean isTurn(Dice dice) {
    return dice.number() % TURN == 0;
  }

  List<Route> routes() {
    return routes;
  }

  @Override
  public String name() {
    return "route";
  }

  @Override
  public int weight() {
    return 4;
  }

  @Override
  public Attempt next(Scene scene, Dice dice) {
    var caller = scene.caller(dice);
    var route =
        isTurn(dice) ? routes.get((int) (dice.number() / TURN % routes.size())) : dice.one(routes);
    var path = path(route.template(), scene, caller, dice);
    var request =
        Request.of(route.method(), path + dice.of("", "", "?id=" + scene.anyId(caller, dice)));
    if (!request.reads()) {
      request = request.json(body(scene, caller, dice));
    }
    return Attempt.attack(
        route.method() + ' ' + route.template(), caller, scene.sent(caller, request, dice));
  }

  private static String path(String template, Scene scene, Caller caller, Dice dice) {
    var places = new Places(scene, caller, dice);
    var choices = new ArrayList<String>();
    choices.add(places.bucket());
    choices.add(places.file().key());
    choices.add(scene.organization(caller, dice));
    choices.add(dice.word());
    choices.add("");
    return VARIABLE
        .matcher(template)
        .replaceAll(
            match -> {
              var text = dice.chance(50) ? scene.anyId(caller, dice) : dice.one(choices);
              boolean slash = match.group().startsWith("{/") && !text.startsWith("/");
              return Matcher.quoteReplacement(slash ? '/' + text : text);
            });
  }

  private static String body(Scene scene, Caller caller, Dice dice) {
    var body = new LinkedHashMap<String, Object>();
    for (var field : dice.some(FIELDS, 4)) {
      body.put(
          field, dice.of(scene.anyId(caller, dice), scene.organization(caller, dice), dice.word()));
    }
    return Operator.json(body);
  }
}
