package io.stabbur.console.expert;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.account.Factor;
import io.stabbur.auth.account.Identity;
import io.stabbur.auth.account.User;
import io.stabbur.auth.people.Account;
import io.stabbur.platform.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An account in all its parts.
public record AccountPage(Account account, Instant now) {
  /// For how many hours an account may be kept out; 876,000 are a hundred years, which clients
  /// write where a ban has no end.
  public static final List<Integer> HOURS = List.of(1, 24, 168, 720, 876_000);

  private static final List<String> TIMES =
      List.of(
          "created_at",
          "updated_at",
          "last_sign_in_at",
          "invited_at",
          "email_confirmed_at",
          "phone_confirmed_at",
          "banned_until",
          "deleted_at");

  /// A time of the account, by the name of its column.
  public record Moment(String column, Instant at) {}

  public User user() {
    return account.user();
  }

  /// What the account is known by: its address, else its number, else its id.
  public String address() {
    var user = user();
    return !user.email().isEmpty()
        ? user.email()
        : !user.phone().isEmpty() ? "+" + user.phone() : user.id().toString();
  }

  public boolean isBanned() {
    return user().banned(now);
  }

  public List<Moment> moments() {
    var moments = new ArrayList<Moment>();
    for (var column : TIMES) {
      var at = user().time(column);
      if (at != null) {
        moments.add(new Moment(column, at));
      }
    }
    return moments;
  }

  public static String text(JsonNode node) {
    return Json.write(node);
  }

  public static @Nullable Instant lastIn(Identity identity) {
    return identity.row().instant("last_sign_in_at");
  }

  /// What a factor is called: its name, else its kind.
  public static String name(Factor factor) {
    return factor.name().isEmpty() ? factor.type().wire() : factor.name();
  }

  public String path(String project) {
    return "/expert/users/" + project + "/" + user().id();
  }
}
