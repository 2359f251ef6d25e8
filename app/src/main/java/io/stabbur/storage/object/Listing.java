package io.stabbur.storage.object;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import io.stabbur.storage.Operation;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.bucket.BucketRows;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Lists objects as the caller, so that policies decide what is listed.
@Singleton
public final class Listing {
  private static final int MOST = 1000;

  /// What `storage.search` shows of a folder at most, in whatever order.
  private static final int MOST_OF_FOLDER = 1500;

  private static final Set<String> COLUMNS =
      Set.of("name", "updated_at", "created_at", "last_accessed_at");

  /// A row of a folder as the older list shows it.
  private static final String ROW =
      """
      json_build_object('name', s.name, 'id', s.id, 'updated_at', stabbur_storage.iso(s.updated_at),
        'created_at', stabbur_storage.iso(s.created_at),
        'last_accessed_at', stabbur_storage.iso(s.last_accessed_at), 'metadata', s.metadata)
      """;

  private final BucketRows buckets;

  Listing(BucketRows buckets) {
    this.buckets = buckets;
  }

  /// The older list: one folder, names relative to it.
  String folder(Operation operation, String bucket, Folder folder) {
    var sql = new SqlText();
    sql.add("select coalesce(json_agg(").add(ROW).add("), '[]') from ");
    if (folder.isByName()) {
      sql.add("stabbur_storage.list_folder(").value(bucket);
      sql.add(", ").value(folder.prefix()).add(", ").value(folder.search());
      sql.add(", ").value(folder.limit()).add(", ").value(folder.offset());
      sql.add(", ").value(folder.order().equals("asc"));
    } else {
      sql.add("storage.search(").value(folder.prefix()).add(", ").value(bucket);
      sql.add(", ").value(folder.limit()).add(", ").value(folder.levels());
      sql.add(", ").value(folder.offset()).add(", ").value(folder.search());
      sql.add(", ").value(folder.column()).add(", ").value(folder.order());
    }
    return operation
        .api()
        .exchange(
            operation.actor(),
            Access.READ,
            sql.add(") s").statement(),
            rows -> rows.next() ? rows.getString(1) : "[]");
  }

  /// How a folder is asked for.
  record Folder(String prefix, int limit, int offset, String search, String column, String order) {
    boolean isByName() {
      return column.equals("name");
    }

    int levels() {
      return prefix.split("/", -1).length;
    }

    static Folder read(JsonNode body) {
      var fields = new Fields(body);
      var prefix = fields.requireText("prefix");
      var sort = new Fields(fields.object("sortBy"));
      var column = sort.oneOf("column", COLUMNS, "name");
      var order = sort.oneOf("order", Set.of("asc", "desc"), "asc");
      long limit = fields.number("limit", 100, 1, Integer.MAX_VALUE);
      long offset = fields.number("offset", 0, 0, Integer.MAX_VALUE);
      return new Folder(
          prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + '/',
          (int) Math.min(limit, MOST_OF_FOLDER),
          (int) offset,
          fields.text("search", ""),
          column,
          order);
    }
  }

  /// How a page of keys is asked for.
  ///
  /// @param delimiter `/` groups what lies deeper into folders; empty lists every key
  /// @param after the place the page before ended at, or null
  /// @param startAfter a key that everything listed must follow, or empty
  public record Query(
      String bucket,
      String prefix,
      String delimiter,
      int limit,
      String column,
      boolean descending,
      @Nullable Cursor after,
      String startAfter) {
    static Query read(String bucket, JsonNode body) {
      var fields = new Fields(body);
      var sort = new Fields(fields.object("sortBy"));
      var cursor = fields.text("cursor", "");
      return new Query(
          bucket,
          fields.text("prefix", ""),
          fields.flag("with_delimiter") ? "/" : "",
          (int) Math.min(fields.number("limit", MOST, 1, Integer.MAX_VALUE), MOST),
          sort.oneOf("column", Set.of("name", "updated_at", "created_at"), "name"),
          sort.oneOf("order", Set.of("asc", "desc"), "asc").equals("desc"),
          cursor.isEmpty() ? null : Cursor.decode(cursor),
          "");
    }
  }

  /// Where a page ended: its last key, and the value it was sorted by.
  public record Cursor(String key, String value) {
    public String encode() {
      return Base64.getEncoder()
          .encodeToString(("v:" + value + "\nk:" + key).getBytes(StandardCharsets.UTF_8));
    }

    public static Cursor decode(String text) {
      try {
        var lines = new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
        int end = lines.indexOf("\nk:");
        if (lines.startsWith("v:") && end > 0) {
          return new Cursor(lines.substring(end + 3), lines.substring(2, end));
        }
      } catch (IllegalArgumentException e) {
        // told below
      }
      throw new ApiException(new StorageError.InvalidParameter("The cursor is not one of ours"));
    }
  }

  /// One page of keys and folders in their order.
  public record Page(List<Entry> entries, @Nullable Cursor next) {}

  /// A key, or a folder when `json` is null.
  public record Entry(String name, @Nullable String json, String sortValue) {}

  /// The newer list, as the API writes it.
  String pageAsJson(Operation operation, Query query) {
    buckets.require(operation.project(), query.bucket());
    return json(page(operation, query), query);
  }

  private static String json(Page page, Query query) {
    var folders = new ArrayList<JsonNode>();
    var objects = new ArrayList<JsonNode>();
    for (var entry : page.entries()) {
      if (entry.json() == null) {
        folders.add(folder(entry.name(), key(query, entry)));
      } else {
        var object = Json.parseStored(entry.json());
        objects.add(query.delimiter().isEmpty() ? object : keyed(object, key(query, entry)));
      }
    }
    var out = new LinkedHashMap<String, JsonNode>();
    out.put("hasNext", JsonNode.createBooleanNode(page.next() != null));
    if (page.next() != null) {
      out.put("nextCursor", JsonNode.createStringNode(page.next().encode()));
      out.put("nextCursorKey", JsonNode.createStringNode(page.next().key()));
    }
    out.put("folders", JsonNode.createArrayNode(folders));
    out.put("objects", JsonNode.createArrayNode(objects));
    return Json.write(JsonNode.createObjectNode(out));
  }

  /// The part of a name that lies directly below the prefix.
  private static String key(Query query, Entry entry) {
    int level = query.prefix().split("/", -1).length - 1;
    var segments = entry.name().split("/", -1);
    return level < segments.length ? segments[level] : "";
  }

  private static JsonNode keyed(JsonNode object, String key) {
    var fields = new LinkedHashMap<String, JsonNode>();
    fields.put("key", JsonNode.createStringNode(key));
    object.entries().forEach(each -> fields.put(each.getKey(), each.getValue()));
    return JsonNode.createObjectNode(fields);
  }

  /// A folder has the fields of an object that lists show, all but its names null.
  private static JsonNode folder(String name, String key) {
    var fields = new LinkedHashMap<String, JsonNode>();
    fields.put("key", JsonNode.createStringNode(key));
    fields.put("name", JsonNode.createStringNode(name));
    for (var empty : List.of("id", "updated_at", "created_at", "last_accessed_at", "metadata")) {
      fields.put(empty, JsonNode.nullNode());
    }
    return JsonNode.createObjectNode(fields);
  }

  /// One page of keys, sorted by name or by a time and then by name, in the order of bytes.
  public Page page(Operation operation, Query query) {
    var entries =
        operation
            .api()
            .exchange(
                operation.actor(),
                Access.READ,
                statement(query),
                rows -> {
                  var found = new ArrayList<Entry>();
                  while (rows.next()) {
                    found.add(new Entry(rows.getString(1), rows.getString(2), rows.getString(3)));
                  }
                  return found;
                });
    if (entries.size() <= query.limit()) {
      return new Page(entries, null);
    }
    var shown = List.copyOf(entries.subList(0, query.limit()));
    var last = shown.getLast();
    return new Page(shown, new Cursor(last.name(), last.sortValue()));
  }

  private static Statement statement(Query query) {
    return (query.delimiter().isEmpty() ? flat(query) : grouped(query)).statement();
  }

  /// Every key, straight from the index.
  private static SqlText flat(Query query) {
    var sql = new SqlText();
    sql.add("select k.entry, k.row::text, k.at from (select o.name as entry, ");
    sql.add(ObjectJson.ROW).add(" as row, ");
    sortValue(sql, query).add(" as at from storage.objects o");
    within(sql, query);
    sql.add(") k");
    after(sql, query);
    return ordered(sql, query);
  }

  /// Keys and folders, each folder once.
  private static SqlText grouped(Query query) {
    var sql = new SqlText();
    sql.add("select k.entry, k.row::text, k.at from (select f.entry, ");
    sql.add("case when not bool_or(f.folded) then min(f.row::text) end as row, ");
    sql.add("coalesce(max(f.at), '') as at from (select p.folded, ");
    sql.add("case when p.folded then p.folder else o.name end as entry, ");
    sql.add(ObjectJson.ROW).add(" as row, ");
    sortValue(sql, query).add(" as at from storage.objects o cross join lateral (");
    folder(sql, query);
    sql.add(") p");
    within(sql, query);
    sql.add(") f group by f.entry) k");
    after(sql, query);
    return ordered(sql, query);
  }

  /// The folder a key lies in, below the prefix.
  private static void folder(SqlText sql, Query query) {
    sql.add("select d.at > 0 as folded, ");
    sql.add("left(o.name, d.start + d.at + d.length - 1) as folder from (select length(");
    sql.value(query.prefix()).add(") as start, length(").value(query.delimiter());
    sql.add(") as length, position(").value(query.delimiter()).add(" in substr(o.name, length(");
    sql.value(query.prefix()).add(") + 1)) as at) d");
  }

  private static SqlText sortValue(SqlText sql, Query query) {
    return query.column().equals("name")
        ? sql.add("''")
        : sql.add("to_char(o.")
            .name(query.column())
            .add(" at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US')");
  }

  private static void within(SqlText sql, Query query) {
    sql.add(" where o.bucket_id = ").value(query.bucket());
    if (!query.prefix().isEmpty()) {
      sql.add(" and o.name like ").value(like(query.prefix()) + '%');
      sql.add(" and o.name collate \"C\" >= ").value(query.prefix());
    }
    if (!query.startAfter().isEmpty()) {
      sql.add(" and o.name collate \"C\" > ").value(query.startAfter());
    }
  }

  private static SqlText ordered(SqlText sql, Query query) {
    sql.add(" order by ");
    if (!query.column().equals("name")) {
      sql.add("k.at").add(query.descending() ? " desc, " : ", ");
    }
    return sql.add("k.entry collate \"C\"")
        .add(query.descending() ? " desc" : "")
        .add(" limit ")
        .value(query.limit() + 1);
  }

  private static void after(SqlText sql, Query query) {
    var after = query.after();
    if (after == null) {
      return;
    }
    if (query.column().equals("name")) {
      sql.add(" where k.entry collate \"C\"")
          .add(query.descending() ? " < " : " > ")
          .value(after.key());
      return;
    }
    sql.add(" where (k.at, k.entry collate \"C\")").add(query.descending() ? " < (" : " > (");
    sql.value(after.value()).add(", ").value(after.key()).add(")");
  }

  private static String like(String text) {
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
  }
}
