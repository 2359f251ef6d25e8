package io.stabbur.platform.json;

import io.micronaut.json.tree.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A JSONPath query (RFC 9535): all its selectors, comparisons and logic; of the functions `match`
/// and `search`.
public final class JsonPath {
  /// One step: what it finds below a node.
  interface Segment {
    Stream<JsonNode> below(JsonNode node, JsonNode root);
  }

  private final List<Segment> segments;

  JsonPath(List<Segment> segments) {
    this.segments = List.copyOf(segments);
  }

  /// Reads a query.
  ///
  /// @throws IllegalArgumentException where the text is not a query; the message says from which
  ///   character on
  public static JsonPath parse(String text) {
    return new JsonPathParser(text).query();
  }

  /// All nodes the query finds, in order.
  public Stream<JsonNode> all(JsonNode root) {
    return from(root, root);
  }

  /// The first node the query finds.
  public Optional<JsonNode> first(JsonNode root) {
    return all(root).findFirst();
  }

  /// What this finds when it begins at `node` of the document `root`.
  Stream<JsonNode> from(JsonNode node, JsonNode root) {
    var found = Stream.of(node);
    for (var segment : segments) {
      found = found.flatMap(each -> segment.below(each, root));
    }
    return found;
  }

  // selectors

  static Segment name(String name) {
    return (node, _) -> node.isObject() ? Stream.ofNullable(node.get(name)) : Stream.empty();
  }

  static Segment index(long index) {
    return (node, _) -> {
      var at = node.isArray() ? normal(index, node.size()) : -1;
      return at >= 0 && at < node.size() ? Stream.ofNullable(node.get((int) at)) : Stream.empty();
    };
  }

  static Segment wildcard() {
    return (node, _) -> children(node);
  }

  static Segment filter(JsonTest test) {
    return (node, root) -> children(node).filter(child -> test.holds(child, root));
  }

  static Segment union(List<Segment> selectors) {
    return (node, root) -> selectors.stream().flatMap(each -> each.below(node, root));
  }

  /// The node and all below it, each before its own children.
  static Segment descendants(Segment segment) {
    return (node, root) -> withDescendants(node).stream().flatMap(n -> segment.below(n, root));
  }

  /// @param start null begins at the first node, or at the last where the step is negative
  static Segment slice(@Nullable Long start, @Nullable Long end, long step) {
    return (node, _) -> {
      if (!node.isArray() || step == 0) {
        return Stream.empty();
      }
      long size = node.size();
      if (step > 0) {
        var from = Math.clamp(normal(start == null ? 0 : start, size), 0, size);
        var to = Math.clamp(normal(end == null ? size : end, size), 0, size);
        return LongStream.iterate(from, i -> i < to, i -> i + step)
            .mapToObj(i -> node.get((int) i));
      }
      var from = Math.clamp(start == null ? size - 1 : normal(start, size), -1, size - 1);
      var to = Math.clamp(end == null ? -1 : normal(end, size), -1, size - 1);
      return LongStream.iterate(from, i -> i > to, i -> i + step).mapToObj(i -> node.get((int) i));
    };
  }

  private static long normal(long index, long size) {
    return index < 0 ? size + index : index;
  }

  private static List<JsonNode> withDescendants(JsonNode node) {
    var all = new ArrayList<JsonNode>();
    all.add(node);
    children(node).forEach(child -> all.addAll(withDescendants(child)));
    return all;
  }

  private static Stream<JsonNode> children(JsonNode node) {
    var children = new ArrayList<JsonNode>();
    if (node.isObject() || node.isArray()) {
      node.values().forEach(children::add);
    }
    return children.stream();
  }
}
