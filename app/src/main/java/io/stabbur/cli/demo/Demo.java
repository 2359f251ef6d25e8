package io.stabbur.cli.demo;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.password.PasswordHash;
import java.net.URI;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// Fills an instance with three organisations, their people, what these have done and what they
/// claim for it. Doing it again adds nothing; what an interruption left out is added.
public final class Demo {
  /// Everybody's; the reason why a demo is for one's own machine only.
  public static final String PASSWORD = "stabbur-demo";

  private static final int COST = 10;
  private static final int ROWS_AT_ONCE = 1000;
  private final DemoApi api;

  private Demo(DemoApi api) {
    this.api = api;
  }

  /// Loads what is missing, through the APIs at `server` as the service role.
  ///
  /// @return whether anything was missing
  public static boolean load(URI server, String serviceRoleKey) {
    try (var api = new DemoApi(server, serviceRoleKey)) {
      return new Demo(api).load();
    }
  }

  /// Whom to sign in as, for people.
  public static String signIns() {
    return DemoPerson.all().stream()
        .filter(person -> person.number() < 2 || person.number() == DemoPerson.FIRST_MENTOR)
        .map(person -> "  %-12s %s".formatted(person.role(), person.email()))
        .reduce("Demo accounts, all with the password " + PASSWORD + ":", (a, b) -> a + "\n" + b);
  }

  private boolean load() {
    if (api.has("expense_claims", DemoClaim.of(DemoClaim.COUNT - 1).id())) {
      return false;
    }
    insert("organizations", organizations());
    insert("local_associations", associations());
    accounts();
    insert("memberships", DemoPerson.all().stream().map(DemoPerson::membership).toList());
    insert("activities", all(DemoActivity.COUNT, i -> DemoActivity.of(i).row()));
    api.together(
        IntStream.range(0, DemoClaim.COUNT)
            .<Runnable>mapToObj(i -> () -> upload(DemoClaim.of(i)))
            .toList());
    insert("expense_claims", all(DemoClaim.COUNT, i -> DemoClaim.of(i).row()));
    return true;
  }

  private static List<JsonNode> organizations() {
    return Arrays.stream(DemoOrganization.values()).map(DemoOrganization::row).toList();
  }

  private static List<JsonNode> associations() {
    var rows = new ArrayList<JsonNode>();
    for (var organization : DemoOrganization.values()) {
      rows.addAll(organization.associations());
    }
    return rows;
  }

  /// One hash for all, since hashing is made to be slow.
  private void accounts() {
    var hash = PasswordHash.bcrypt(PASSWORD, COST, new SecureRandom()).text();
    api.together(
        DemoPerson.all().stream()
            .<Runnable>map(person -> () -> api.createUser(person.account(hash)))
            .toList());
  }

  private void upload(DemoClaim claim) {
    api.upload("receipts/" + claim.receiptPath(), claim.mediaType(), claim.receipt());
  }

  private void insert(String table, List<JsonNode> rows) {
    for (int from = 0; from < rows.size(); from += ROWS_AT_ONCE) {
      api.insert(table, rows.subList(from, Math.min(from + ROWS_AT_ONCE, rows.size())));
    }
  }

  private static List<JsonNode> all(int count, IntFunction<JsonNode> row) {
    return IntStream.range(0, count).mapToObj(row).toList();
  }
}
