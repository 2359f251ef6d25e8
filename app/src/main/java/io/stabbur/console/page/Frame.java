package io.stabbur.console.page;

import io.stabbur.control.operator.Role;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.error.ApiError;
import org.jspecify.annotations.Nullable;

/// What surrounds a page: who looks at it, in which language, and where it stands.
///
/// @param operator absent before the sign-in
/// @param title its key
/// @param base what a proxy puts before `/console`
/// @param path of the page itself, for links that come back
/// @param csrf what each form sends along
/// @param done the key of what was just done; absent where nothing was
/// @param refused what was refused; absent where nothing was
/// @param watch where the page asks how work goes on; absent where none does
public record Frame(
    Texts texts,
    Moments times,
    @Nullable SignedIn operator,
    Section section,
    String title,
    String base,
    String path,
    String csrf,
    @Nullable String done,
    @Nullable Refused refused,
    @Nullable Watch watch) {

  /// Where a page with the script of ours asks how work goes on.
  ///
  /// @param mark by which the page names the script, made for this answer alone
  /// @param address below `/console`
  public record Watch(String mark, String address) {}

  private static final int MARK = 18;

  /// A refusal in words.
  ///
  /// @param key of the text
  /// @param reason in English as the facade words it; empty where the text says all
  /// @param field the id of the field that it is about; empty where it is about none
  public record Refused(String key, String reason, String field) {}

  public String t(String key, Object... values) {
    return texts.of(key, values);
  }

  /// The address of a page below `/console`.
  public String at(String page) {
    return base + "/console" + page;
  }

  /// This page in a language.
  public String in(Language language) {
    return at(path) + "?" + Language.PARAMETER + "=" + language.tag();
  }

  /// Whether the operator may do what this role may.
  public boolean may(Role role) {
    return operator != null && operator.rights().contains(role.text());
  }

  /// Whether the operator may change something.
  public boolean mayChange() {
    return may(Role.OPERATOR);
  }

  public boolean isOwner() {
    return may(Role.OWNER);
  }

  /// Whether pages are open: after sign-in and second factor.
  public boolean isOpen() {
    return may(Role.AUDITOR);
  }

  /// Whether what was refused is about this field, as `aria-invalid` has it; absent where not.
  public @Nullable String invalid(String field) {
    return isWrong(field) ? "true" : null;
  }

  public boolean isWrong(String field) {
    return refused != null && refused.field().equals(field);
  }

  /// What describes a field: its hint, and what was wrong with what was filled in.
  ///
  /// @param hint the id of the hint; empty where there is none
  public @Nullable String described(String field, String hint) {
    var ids = (hint + (isWrong(field) ? " " + field + "-wrong" : "")).strip();
    return ids.isEmpty() ? null : ids;
  }

  /// The same frame, in which an error of a facade is told in the reader's words where there are
  /// some.
  ///
  /// @param otherwise the key of what stands above an error that is shown as it is
  /// @param field that the error is about where it names none itself
  public Frame refused(ApiError error, String otherwise, String field) {
    var words = Refusals.of(error, texts, otherwise);
    return refused(
        words.key(), words.reason(), error instanceof Unfit unfit ? unfit.field() : field);
  }

  public Frame refused(String key, String reason, String field) {
    return new Frame(
        texts,
        times,
        operator,
        section,
        title,
        base,
        path,
        csrf,
        null,
        new Refused(key, reason, field),
        watch);
  }

  /// The same frame of a page that shows work under way.
  ///
  /// @param address below `/console`, where changes are told
  public Frame watching(String address) {
    return new Frame(
        texts,
        times,
        operator,
        section,
        title,
        base,
        path,
        csrf,
        done,
        refused,
        new Watch(Crypto.randomText(MARK), address));
  }
}
