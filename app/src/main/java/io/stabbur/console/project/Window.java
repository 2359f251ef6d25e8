package io.stabbur.console.project;

import io.micronaut.http.HttpRequest;
import io.stabbur.console.page.Paging;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Some of many things that have a name: those of one page of a list.
///
/// @param all how many there are that fit
/// @param text what is looked for in names; empty for all
/// @param isFirst whether the list begins with the first that fits
/// @param next the name after which the next page begins; absent on the last one
public record Window<T>(
    List<T> shown, int all, String text, boolean isFirst, @Nullable String next) {
  private static final int MOST = 50;

  public Window {
    shown = List.copyOf(shown);
  }

  /// What an address asks for: `?q=` is looked for, and `?after=` says where the page begins.
  public static <T> Window<T> of(List<T> all, Function<T, String> name, HttpRequest<?> request) {
    var asked = request.getParameters();
    return of(
        all,
        name,
        Objects.requireNonNullElse(asked.get("q"), "").strip(),
        Objects.requireNonNullElse(asked.get("after"), ""));
  }

  /// Those whose name has a text in it.
  ///
  /// @param after the last one of the page before; empty on the first one
  public static <T> Window<T> of(List<T> all, Function<T, String> name, String text, String after) {
    var wanted = text.toLowerCase(Locale.ROOT);
    var fitting =
        all.stream()
            .filter(each -> name.apply(each).toLowerCase(Locale.ROOT).contains(wanted))
            .toList();
    int from = fitting.stream().map(name).toList().indexOf(after) + 1;
    int to = Math.min(fitting.size(), from + MOST);
    var shown = fitting.subList(from, to);
    var next = to < fitting.size() ? name.apply(shown.getLast()) : null;
    return new Window<>(shown, fitting.size(), text, from == 0, next);
  }

  /// The same page with something else for each thing.
  public <R> Window<R> showing(List<R> others) {
    return new Window<>(others, all, text, isFirst, next);
  }

  /// Whether there is more than a page shows.
  public boolean isPart() {
    return !text.isEmpty() || paging().isPart();
  }

  public Paging paging() {
    return new Paging(text, isFirst, next);
  }
}
