package io.stabbur.auth.mail;

/// The words of a mail for readers without HTML; a link's address is written behind its text.
final class PlainText {
  private PlainText() {}

  static String of(String html) {
    return html.replaceAll("(?is)<(head|style)[^>]*>.*?</\\1>", "")
        .replaceAll("(?is)<a\\s[^>]*href=\"([^\"]*)\"[^>]*>(.*?)</a>", "$2: $1")
        .replaceAll("(?i)<br\\s*/?>|</p>|</h[1-6]>|</div>", "\n")
        .replaceAll("<[^>]+>", "")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
        .replaceAll("[ \\t]*\\n[ \\t]*", "\n")
        .replaceAll("\\n{3,}", "\n\n")
        .strip();
  }
}
