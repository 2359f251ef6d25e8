package io.stabbur.auth.account;

import java.lang.Character.UnicodeScript;
import java.net.IDN;
import java.text.Normalizer;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Finds addresses that look like others. Each label is judged alone, by the rules of Unicode's UTS
/// 39: letters of one script (with the usual company of Chinese, Japanese and Korean), in their
/// plain form, and not all of them letters that look like ASCII.
public final class LookAlikes {
  // lower-case letters of Unicode's confusables.txt whose look is one ASCII letter
  private static final String LETTERS = "аɑαсϲᴄԁеһհіιıɩɪјϳյӏкκĸոпоοօσᴏрρԛզгѕꜱτսυʋᴜνѵᴠԝᴡхуγʏᴢɡցьƅſ";
  private static final List<Set<UnicodeScript>> TOGETHER =
      List.of(
          EnumSet.of(
              UnicodeScript.LATIN,
              UnicodeScript.HAN,
              UnicodeScript.HIRAGANA,
              UnicodeScript.KATAKANA),
          EnumSet.of(UnicodeScript.LATIN, UnicodeScript.HAN, UnicodeScript.BOPOMOFO),
          EnumSet.of(UnicodeScript.LATIN, UnicodeScript.HAN, UnicodeScript.HANGUL));

  private LookAlikes() {}

  /// Whether a part of the address could be read as another; "" is none.
  public static boolean isOne(String email) {
    int at = email.lastIndexOf('@');
    if (at < 0) {
      return false;
    }
    var domain = IDN.toUnicode(email.substring(at + 1), IDN.ALLOW_UNASSIGNED);
    return List.of((email.substring(0, at) + "." + domain).split("[.]", -1)).stream()
        .anyMatch(LookAlikes::confuses);
  }

  private static boolean confuses(String label) {
    return !Normalizer.isNormalized(label, Normalizer.Form.NFKC)
        || isMixed(label)
        || looksLikeAscii(label);
  }

  private static boolean isMixed(String label) {
    var scripts =
        label
            .codePoints()
            .mapToObj(UnicodeScript::of)
            .filter(s -> s != UnicodeScript.COMMON && s != UnicodeScript.INHERITED)
            .collect(Collectors.toSet());
    return scripts.size() > 1 && TOGETHER.stream().noneMatch(set -> set.containsAll(scripts));
  }

  private static boolean looksLikeAscii(String label) {
    return label.codePoints().anyMatch(c -> c > 127)
        && label.codePoints().allMatch(c -> c < 128 || LETTERS.indexOf(c) >= 0);
  }
}
